// Reads a request from the socket: head and raw body within a limit, content codings removed.
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { decodeContent, SUPPORTED_CODINGS } from '../exchange/body.ts';
import {
  EMPTY_BODY,
  type Headers,
  header,
  type Request,
  splitTarget,
  type Transport,
} from '../exchange/exchange.ts';
import type { Problem, ProblemCode } from '../mock/problem.ts';

/** disconnected: the client closed the connection before its request was complete. */
export type ReceivedBody =
  /** `encodedBody`: with its content codings, as received. */
  | { readonly body: Uint8Array; readonly encodedBody: Uint8Array }
  | { readonly problem: Problem }
  | { readonly disconnected: true };

const PROBLEM_BY_DECODING_ERROR = {
  'unknown-coding': 'unknown-coding',
  malformed: 'bad-coding',
  'too-large': 'body-too-large',
} as const satisfies Record<string, ProblemCode>;

const CODINGS = SUPPORTED_CODINGS.join(', ');

/** The request without its body. */
export function readHead(incoming: IncomingMessage): Request {
  const { path, query } = splitTarget(incoming.url ?? '/');
  const method = incoming.method ?? 'GET';
  const transport = transportOf(incoming);
  return { method, path, query, headers: incoming.headersDistinct, transport, body: EMPTY_BODY };
}

const TRANSPORTS = {
  'HTTP/1.1': { scheme: 'https', httpVersion: 'HTTP/1.1' },
  'HTTP/2': { scheme: 'https', httpVersion: 'HTTP/2' },
} as const satisfies Record<string, Transport>;

/** Undefined: without TLS. */
export function transportOf({ socket }: IncomingMessage): Transport | undefined {
  const { encrypted, alpnProtocol } = socket as Partial<TLSSocket>;
  if (encrypted !== true) return undefined;
  return TRANSPORTS[alpnProtocol === 'h2' ? 'HTTP/2' : 'HTTP/1.1'];
}

/** Reads and decodes the body. @param limit maximum size in bytes, before and after decoding */
export async function receiveBody(
  incoming: IncomingMessage,
  headers: Headers,
  limit: number,
): Promise<ReceivedBody> {
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    return { body: EMPTY_BODY, encodedBody: EMPTY_BODY };
  const encodedBody = await readBody(incoming, limit);
  if (encodedBody === 'disconnected') return { disconnected: true };
  return decodeReceived(headers, encodedBody === 'too-large' ? undefined : encodedBody, limit);
}

/** Decodes a body that was read before. @param encodedBody undefined: it was larger than the limit */
export function decodeReceived(
  headers: Headers,
  encodedBody: Uint8Array | undefined,
  limit: number,
): ReceivedBody {
  if (encodedBody === undefined) return { problem: bodyTooLarge(`the body is larger than ${limit} bytes`) };
  const coding = header(headers, 'content-encoding');
  if (coding === undefined) return { body: encodedBody, encodedBody };
  const decoded = decodeContent(encodedBody, coding, limit);
  if ('bytes' in decoded) return { body: decoded.bytes, encodedBody };
  if (decoded.problem === 'too-large') return { problem: bodyTooLarge(decoded.reason) };
  const code = PROBLEM_BY_DECODING_ERROR[decoded.problem];
  // RFC 9110 section 15.5.16.
  const accepted = decoded.problem === 'unknown-coding' && { headers: { 'accept-encoding': [CODINGS] } };
  return { problem: { code, detail: decoded.reason, ...accepted } };
}

function bodyTooLarge(detail: string): Problem {
  return { code: 'body-too-large', detail, hint: 'start the server with a larger --body-limit' };
}

/**
 * Reads a body above the limit up to eight times the limit, and discards it: closing the connection while the client sends
 * would reset it, and the client would not see the response.
 */
function readBody(
  incoming: IncomingMessage,
  limit: number,
): Promise<Uint8Array | 'too-large' | 'disconnected'> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (size > 8 * limit) resolve('too-large');
    });
    incoming.on('end', () =>
      resolve(
        size > limit ? 'too-large' : chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
      ),
    );
    incoming.on('close', () => resolve('disconnected'));
    incoming.on('error', () => resolve('disconnected'));
  });
}
