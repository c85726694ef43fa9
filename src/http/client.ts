// The HTTP client: keep-alive, verified TLS, no redirects, header fields and bodies unchanged.
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';

interface OutgoingRequest {
  /** Upper case. */
  readonly method: string;
  /** "https://api.example.com:8443"; nothing of the path. */
  readonly origin: string;
  /** Path and query, as they are to be sent. */
  readonly requestTarget: string;
  /** Names and values in turn, in any case, as `rawHeaders` has them. Host is set from the origin. */
  readonly fields: readonly string[];
  /** Undefined: there is none. The fields say how it is framed. */
  readonly body: Readable | Uint8Array | undefined;
  /** Names and values, told when a body that is read has ended. */
  readonly trailers?: () => [string, string][];
}

export interface PendingResponse {
  readonly response: http.IncomingMessage;
  /** The request under way, for who wants to end it. */
  readonly request: http.ClientRequest;
}

export type ClientErrorKind = 'unreachable' | 'tls' | 'timeout' | 'broke' | 'garbage';

/** Why the other side gave no answer, in words that can be shown. */
export class HttpClientError extends Error {
  readonly kind: ClientErrorKind;

  constructor(kind: ClientErrorKind, message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface HttpClientOptions {
  /** Milliseconds without a byte in either direction after which an answer is given up. */
  readonly timeout: number;
}

/** Asks other servers. One for each purpose: its connections are kept until `close`. */
export interface HttpClient {
  /**
   * Resolves with the head of the answer; its body is to be read by the caller.
   * @param onInformation told of 1xx answers that come before
   * @throws OutboundFailure when no answer came
   */
  send(
    question: OutgoingRequest,
    signal: AbortSignal,
    onInformation?: (information: http.InformationEvent) => void,
  ): Promise<PendingResponse>;
  close(): void;
}

/** May be asked twice: it changes nothing (RFC 9110 section 9.2.1). */
const SAFE_METHOD = /^(GET|HEAD|OPTIONS|TRACE)$/;
/** Without a body they need no length; of others node would make a body of no chunks. */
const BODILESS_METHOD = /^(GET|HEAD|OPTIONS|TRACE|DELETE|CONNECT)$/;

/** Documents of today have cookies and tokens of many kilobytes. */
const MAX_HEADER_BYTES = 256 * 1024;

export function createHttpClient({ timeout }: HttpClientOptions): HttpClient {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true });

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
        // IPv6 addresses stand in brackets in a URL and nowhere else.
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method,
        path: target,
        headers: [
          ...['Host', url.host, ...fields],
          ...(body === undefined && !BODILESS_METHOD.test(method) ? ['Content-Length', '0'] : []),
        ],
        timeout,
        signal,
        maxHeaderSize: MAX_HEADER_BYTES,
      });
      request.on('information', onInformation);
      let answer: http.IncomingMessage | undefined;
      request.on('response', response => {
        answer = response;
        // Now it is the other side that is waited for again.
        response.on('resume', () => {
          if (!response.complete) request.socket?.setTimeout(timeout);
        });
        if ((response.statusCode ?? 0) >= 100) resolve({ response, request });
        else
          request.destroy(
            new HttpClientError(
              'garbage',
              `${origin} responded with the invalid status ${response.statusCode}`,
              undefined,
            ),
          );
      });
      // Nobody asked for another protocol, and what follows is none that is understood here.
      request.on('upgrade', (_, socket) => {
        socket.destroy();
        reject(
          new HttpClientError(
            'garbage',
            `${origin} switched to another protocol (101) without a request for it`,
            undefined,
          ),
        );
      });
      // Silence in the middle of an answer ends it as well: who reads it sees it break off.
      const onSilence = (): void => {
        // Whoever asks may be slow, to send or to read: that is no silence of the other side.
        const isSending = body !== undefined && !(body instanceof Uint8Array) && !body.readableEnded;
        if ((isSending && !request.writableNeedDrain) || answer?.isPaused() === true) {
          request.socket?.once('timeout', onSilence).setTimeout(timeout);
          return;
        }
        const seconds = timeout / 1000;
        request.destroy(new HttpClientError('timeout', `${origin} sent no data for ${seconds} s`, undefined));
      };
      request.on('timeout', onSilence);
      // The connection goes on to serve others.
      request.on('close', () => {
        request.socket?.off('timeout', onSilence);
        // However it ends, whoever asks is told; who was told already hears nothing of it.
        if (answer === undefined)
          reject(toClientError(Object.assign(new Error('closed'), { code: 'ECONNRESET' }), origin));
      });
      request.on('error', error => {
        // A kept connection may have been closed by the other side just now. Or it has done what it was asked to, and then
        // broken off: what changes nothing can be asked again (RFC 9110 section 9.2.2).
        const isStale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (isStale && body === undefined && SAFE_METHOD.test(method) && !signal.aborted)
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

function toClientError(error: Error, origin: string): HttpClientError {
  if (error instanceof HttpClientError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const host = origin.replace(/^.*\/\//, '');
  if (/^HPE_/.test(code))
    return new HttpClientError('garbage', `the response of ${origin} is not valid HTTP (${code})`, error);
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
      return new HttpClientError('broke', `${host} closed the connection without a response`, error);
    default:
      return new HttpClientError(
        'unreachable',
        `the request to ${host} failed (${code || error.message})`,
        error,
      );
  }
}
