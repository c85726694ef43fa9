// The one HTTP client: connections kept, TLS verified, redirects not followed, header fields and bodies left as they are.
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';

interface Question {
  /** Upper case. */
  readonly method: string;
  /** "https://api.example.com:8443"; nothing of the path. */
  readonly origin: string;
  /** Path and query, as they are to be sent. */
  readonly target: string;
  /** Names and values in turn, in any case, as `rawHeaders` has them. Host is set from the origin. */
  readonly fields: readonly string[];
  /** Undefined: there is none. The fields say how it is framed. */
  readonly body: Readable | Uint8Array | undefined;
}

export interface Answering {
  readonly response: http.IncomingMessage;
  /** The request under way, for who wants to end it. */
  readonly request: http.ClientRequest;
}

export type FailureKind = 'unreachable' | 'tls' | 'timeout' | 'broke' | 'garbage';

/** Why the other side gave no answer, in words that can be shown. */
export class OutboundFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface OutboundOptions {
  /** Milliseconds without a byte in either direction after which an answer is given up. */
  readonly timeout: number;
}

/** Asks other servers. One for each purpose: its connections are kept until `close`. */
export interface Outbound {
  /**
   * Resolves with the head of the answer; its body is to be read by the caller.
   * @param onInformation told of 1xx answers that come before
   * @throws OutboundFailure when no answer came
   */
  ask(
    question: Question,
    signal: AbortSignal,
    onInformation?: (information: http.InformationEvent) => void,
  ): Promise<Answering>;
  close(): void;
}

/** Documents of today have cookies and tokens of many kilobytes. */
const MOST_HEADER_BYTES = 256 * 1024;

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export function createOutbound({ timeout }: OutboundOptions): Outbound {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true });

  const attempt = (
    question: Question,
    signal: AbortSignal,
    onInformation: (information: http.InformationEvent) => void,
  ): Promise<Answering> =>
    new Promise((resolve, reject) => {
      const { method, origin, target, fields, body } = question;
      const url = new URL(origin);
      const isSecure = url.protocol === 'https:';
      const request = (isSecure ? https : http).request({
        agent: isSecure ? secure : plain,
        // IPv6 addresses stand in brackets in a URL and nowhere else.
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method,
        path: target,
        headers: ['Host', url.host, ...fields],
        timeout,
        signal,
        maxHeaderSize: MOST_HEADER_BYTES,
      });
      request.on('information', onInformation);
      request.on('response', response => resolve({ response, request }));
      request.on('upgrade', (_, socket) => {
        socket.destroy();
        const message = `${origin} switched to another protocol, which nobody asked for`;
        reject(new OutboundFailure('garbage', message, undefined));
      });
      // However it ends, whoever asks is told; who was told already hears nothing of it.
      request.on('close', () => reject(explain(Object.assign(new Error(), { code: 'ECONNRESET' }), origin)));
      // Silence in the middle of an answer ends it as well: who reads it sees it break off.
      request.on('timeout', () => {
        const seconds = timeout / 1000;
        request.destroy(new OutboundFailure('timeout', `${origin} said nothing for ${seconds} s`, undefined));
      });
      request.on('error', error => {
        // A kept connection may have been closed by the other side just now. Or it has done what it was asked to, and then
        // broken off: what changes nothing can be asked again (RFC 9110 section 9.2.2).
        const isStale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (isStale && body === undefined && SAFE.has(method) && !signal.aborted)
          resolve(attempt(question, signal, onInformation));
        else reject(explain(error, origin));
      });
      if (body === undefined) request.end();
      else if (body instanceof Uint8Array) request.end(body);
      else body.pipe(request);
    });

  return {
    ask: (question, signal, onInformation = () => {}) => attempt(question, signal, onInformation),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function explain(error: Error, origin: string): OutboundFailure {
  if (error instanceof OutboundFailure) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const host = origin.replace(/^.*\/\//, '');
  if (/^HPE_/.test(code))
    return new OutboundFailure('garbage', `${origin} answered with what is not HTTP (${code})`, error);
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/.test(code))
    return new OutboundFailure(
      'tls',
      `the certificate or TLS of ${host} is not to be trusted (${code})`,
      error,
    );
  switch (code) {
    case 'ECONNREFUSED':
      return new OutboundFailure('unreachable', `${host} refuses connections`, error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new OutboundFailure('unreachable', `there is no host ${host}`, error);
    case 'ETIMEDOUT':
      return new OutboundFailure('timeout', `${host} does not answer`, error);
    case 'ECONNRESET':
    case 'EPIPE':
      return new OutboundFailure('broke', `${host} ended the connection without an answer`, error);
    default:
      return new OutboundFailure('unreachable', `${host} cannot be asked (${code || error.message})`, error);
  }
}

/** Fields that are about one connection and not about the message (RFC 9110 section 7.6.1), and what `Connection` names. */
const HOP_BY_HOP =
  /^(connection|keep-alive|proxy-connection|proxy-authenticate|proxy-authorization|te|transfer-encoding|upgrade|http2-settings)$/;

/** @param fields names and values in turn */
export function withoutHopByHop(fields: readonly string[]): string[] {
  const named = new Set<string>();
  for (let at = 0; at < fields.length; at += 2) {
    if (/^connection$/i.test(fields[at] ?? ''))
      for (const name of (fields[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase());
  }
  // A client that lists these wants nothing good (RFC 9110 section 7.6.1).
  for (const name of ['content-length', 'content-type', 'content-encoding', 'host', 'authorization'])
    named.delete(name);
  return filterFields(fields, name => !HOP_BY_HOP.test(name) && !named.has(name));
}

/** @param keep told names in lower case */
export function filterFields(fields: readonly string[], keep: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const [name = '', value = ''] = [fields[at], fields[at + 1]];
    if (keep(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
