// The HTTP client: keep-alive, verified TLS, no redirects, header fields and bodies unchanged.
import { Buffer } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { decodePercent } from '../exchange/exchange.ts';
import { SAFE_METHODS } from '../exchange/methods.ts';

interface OutgoingRequest {
  /** Upper case. */
  readonly method: string;
  /** "https://api.example.com:8443" */
  readonly origin: string;
  /** Path and query. */
  readonly requestTarget: string;
  /** Names and values in turn, like `rawHeaders`. Host is set from the origin. */
  readonly fields: readonly string[];
  /** Undefined: no body. The fields contain Content-Length or Transfer-Encoding. */
  readonly body: Readable | Uint8Array | undefined;
  /** Names and values, called at the end of a streamed body. */
  readonly trailers?: () => [string, string][];
}

export interface PendingResponse {
  readonly response: http.IncomingMessage;
  /** For destroy(). */
  readonly request: http.ClientRequest;
}

export type ClientErrorKind = 'unreachable' | 'tls' | 'timeout' | 'closed' | 'invalid-http';

/** Why there is no response. The message can be shown to users. */
export class HttpClientError extends Error {
  readonly kind: ClientErrorKind;

  constructor(kind: ClientErrorKind, message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface HttpClientOptions {
  /** Milliseconds without data in either direction until a request fails. */
  readonly timeout: number;
  /** Finds the addresses of a host name. Default: those of the system. */
  readonly lookup?: LookupFunction | undefined;
  /** The URL of an HTTP proxy for all requests; undefined: none. */
  readonly proxy?: string | undefined;
}

/** Sends requests to other servers. It keeps connections open until close(). */
export interface HttpClient {
  /**
   * Resolves with the head of the response; the caller reads the body.
   * @param onInformation called for 1xx responses
   * @throws HttpClientError if there is no response
   */
  send(
    outgoing: OutgoingRequest,
    signal: AbortSignal,
    onInformation?: (information: http.InformationEvent) => void,
  ): Promise<PendingResponse>;
  close(): void;
}

/** Methods that need no Content-Length without a body. For others node:http would send an empty chunked body. */
const BODILESS_METHOD = /^(GET|HEAD|OPTIONS|TRACE|DELETE|CONNECT)$/;

/** Some services send cookies and tokens of many kilobytes. */
const MAX_HEADER_BYTES = 256 * 1024;

export function createHttpClient({ timeout, lookup, proxy }: HttpClientOptions): HttpClient {
  const proxyEnv = proxy === undefined ? undefined : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  const agentOptions = { keepAlive: true, ...(proxyEnv && { proxyEnv }) };
  // node:http sends the credentials of a proxy with CONNECT only.
  const proxyFields = proxy === undefined ? [] : credentialFields(new URL(proxy));
  const plain = new http.Agent(agentOptions);
  const secure = new https.Agent(agentOptions);

  const attempt = (
    outgoing: OutgoingRequest,
    signal: AbortSignal,
    onInformation: (information: http.InformationEvent) => void,
  ): Promise<PendingResponse> =>
    new Promise((resolve, reject) => {
      const { method, origin, requestTarget: target, fields, body, trailers } = outgoing;
      const url = new URL(origin);
      const isSecure = url.protocol === 'https:';
      const request = (isSecure ? https : http).request({
        agent: isSecure ? secure : plain,
        // Only a URL has IPv6 addresses in brackets.
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method,
        path: target,
        headers: [
          ...['Host', url.host, ...fields, ...(isSecure ? [] : proxyFields)],
          ...(body === undefined && !BODILESS_METHOD.test(method) ? ['Content-Length', '0'] : []),
        ],
        timeout,
        lookup,
        signal,
        maxHeaderSize: MAX_HEADER_BYTES,
      });
      request.on('information', onInformation);
      let received: http.IncomingMessage | undefined;
      request.on('response', response => {
        received = response;
        // The timeout restarts when the response is read again after a pause.
        response.on('resume', () => {
          if (!response.complete) request.socket?.setTimeout(timeout);
        });
        if ((response.statusCode ?? 0) >= 100) resolve({ response, request });
        else
          request.destroy(
            new HttpClientError(
              'invalid-http',
              `${origin} responded with the invalid status ${response.statusCode}`,
              undefined,
            ),
          );
      });
      // The client never requests an upgrade, and cannot read another protocol.
      request.on('upgrade', (_, socket) => {
        socket.destroy();
        reject(
          new HttpClientError(
            'invalid-http',
            `${origin} switched to another protocol (101) without a request for it`,
            undefined,
          ),
        );
      });
      // A timeout in the middle of a response destroys it as well.
      const onTimeout = (): void => {
        // A slow sender or reader on this side is no timeout of the server.
        const isSending = body !== undefined && !(body instanceof Uint8Array) && !body.readableEnded;
        if ((isSending && !request.writableNeedDrain) || received?.isPaused() === true) {
          request.socket?.once('timeout', onTimeout).setTimeout(timeout);
          return;
        }
        const seconds = timeout / 1000;
        request.destroy(new HttpClientError('timeout', `${origin} sent no data for ${seconds} s`, undefined));
      };
      request.on('timeout', onTimeout);
      // The connection is reused for other requests.
      request.on('close', () => {
        request.socket?.off('timeout', onTimeout);
        // Settle the promise if neither a response nor an error came; otherwise reject() has no effect.
        if (received === undefined)
          reject(toClientError(Object.assign(new Error('closed'), { code: 'ECONNRESET' }), origin));
      });
      request.on('error', error => {
        // The server may have closed a kept-alive connection just now, or after it handled the request. Retry safe requests
        // only (RFC 9110 section 9.2.2).
        const isStale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (isStale && body === undefined && SAFE_METHODS.has(method) && !signal.aborted)
          resolve(attempt(outgoing, signal, onInformation));
        else reject(toClientError(error, origin));
      });
      if (body === undefined) request.end();
      else if (body instanceof Uint8Array) request.end(body);
      else {
        if (trailers !== undefined) body.once('end', () => request.addTrailers(trailers()));
        body.pipe(request);
      }
    });

  return {
    send: (outgoing, signal, onInformation = () => {}) => attempt(outgoing, signal, onInformation),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** RFC 9110 section 11.7.2. */
function credentialFields({ username, password }: URL): string[] {
  if (username === '') return [];
  const credentials = `${decodePercent(username)}:${decodePercent(password)}`;
  return ['Proxy-Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`];
}

function toClientError(error: Error, origin: string): HttpClientError {
  if (error instanceof HttpClientError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const host = origin.replace(/^.*\/\//, '');
  if (/^HPE_/.test(code))
    return new HttpClientError(
      'invalid-http',
      `the response of ${origin} is not valid HTTP (${code})`,
      error,
    );
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/.test(code))
    return new HttpClientError('tls', `the TLS connection to ${host} is not trusted (${code})`, error);
  switch (code) {
    case 'ECONNREFUSED':
      return new HttpClientError('unreachable', `${host} refuses connections`, error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new HttpClientError('unreachable', `the host ${host} cannot be resolved`, error);
    case 'ETIMEDOUT':
      return new HttpClientError('timeout', `the connection to ${host} timed out`, error);
    case 'ECONNRESET':
    case 'EPIPE':
      return new HttpClientError('closed', `${host} closed the connection without a response`, error);
    default:
      return new HttpClientError(
        'unreachable',
        `the request to ${host} failed (${code || error.message})`,
        error,
      );
  }
}
