// Reads a request from the socket: head and raw body within a limit, content codings removed.
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { decodeContent } from '../exchange/body.ts';
import { EMPTY_BODY, type Headers, header, type Request, splitTarget } from '../exchange/exchange.ts';
import type { Problem, ProblemCode } from '../mock/problem.ts';

/** gone: the client left before its request was complete, so there is nobody to answer. */
export type ReceivedBody =
  /** `sent`: the body with its content codings still on. */
  | { readonly body: Uint8Array; readonly encodedBody: Uint8Array }
  | { readonly problem: Problem }
  | { readonly disconnected: true };

const PROBLEM_BY_DECODING_ERROR = {
  'unknown-coding': 'unknown-coding',
  malformed: 'bad-coding',
  'too-large': 'body-too-large',
} as const satisfies Record<string, ProblemCode>;

/** Everything but the body. */
export function readHead(incoming: IncomingMessage): Request {
  const { path, query } = splitTarget(incoming.url ?? '/');
  const method = (incoming.method ?? 'GET').toUpperCase();
  return { method, path, query, headers: incoming.headersDistinct, body: EMPTY_BODY };
}

/** @param limit most bytes a body may have, as sent and once unpacked */
export async function receiveBody(
  incoming: IncomingMessage,
  headers: Headers,
  limit: number,
): Promise<ReceivedBody> {
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    return { body: EMPTY_BODY, encodedBody: EMPTY_BODY };
  const encodedBody = await readBody(incoming, limit);
  if (encodedBody === 'gone') return { disconnected: true };
  return decodeReceived(headers, encodedBody === 'too-large' ? undefined : encodedBody, limit);
}

/** @param encodedBody undefined: more than the limit */
export function decodeReceived(
  headers: Headers,
  encodedBody: Uint8Array | undefined,
  limit: number,
): ReceivedBody {
  if (encodedBody === undefined) return { problem: bodyTooLarge(`the body is larger than ${limit} bytes`) };
  const coding = header(headers, 'content-encoding');
  if (coding === undefined) return { body: encodedBody, encodedBody };
  const plain = decodeContent(encodedBody, coding, limit);
  if ('bytes' in plain) return { body: plain.bytes, encodedBody };
  if (plain.problem === 'too-large') return { problem: bodyTooLarge(plain.reason) };
  return { problem: { code: PROBLEM_BY_DECODING_ERROR[plain.problem], detail: plain.reason } };
}

function bodyTooLarge(detail: string): Problem {
  return { code: 'body-too-large', detail, hint: 'start the server with a larger --body-limit' };
}

/**
 * A body over the limit is still read, unkept, for a while: a client that is busy sending would otherwise see a reset
 * connection instead of the answer.
 */
function readBody(incoming: IncomingMessage, limit: number): Promise<Uint8Array | 'too-large' | 'gone'> {
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
    incoming.on('close', () => resolve('gone'));
    incoming.on('error', () => resolve('gone'));
  });
}
