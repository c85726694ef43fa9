// Carries the requests of a replay: one whole question, one whole answer, bounded in time and in size.
import type { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Body, header, isRecorded, type Request } from '../exchange/exchange.ts';
import type { Answer, Ask } from '../replay/ask.ts';
import { Capture } from './capture.ts';
import { createOutbound, OutboundFailure } from './outbound.ts';

export interface AskOptions {
  /** Milliseconds in which an answer must be there, all of it. */
  readonly timeout: number;
  /** Most bytes of an answer's body that are taken, as sent and once unpacked. Default 64 MiB. */
  readonly limit?: number;
}

const LIMIT = 64 * 1024 * 1024;

/** @returns with `close`, which ends the connections that are kept */
export function createAsk({ timeout, limit = LIMIT }: AskOptions): {
  readonly ask: Ask;
  readonly close: () => void;
} {
  const outbound = createOutbound({ timeout });
  return {
    close: () => outbound.close(),
    ask: async (origin, request, signal): Promise<Answer> => {
      // An answer that never ends says something every second, too.
      const late = lateAfter(timeout, signal);
      try {
        const { response } = await outbound.ask(
          {
            method: request.method,
            origin,
            target: targetOf(request),
            fields: fieldsOf(request),
            body: isRecorded(request.body) && request.body.length > 0 ? request.body : undefined,
          },
          late.signal,
        );
        const body = await readBody(response, limit);
        return { response: { status: response.statusCode ?? 0, headers: response.headersDistinct, body } };
      } catch (error) {
        signal.throwIfAborted();
        if (late.signal.aborted) return { failure: `${origin} took longer than ${timeout / 1000} s` };
        if (error instanceof OutboundFailure) return { failure: error.message };
        // Node refuses to send what is no HTTP, such as a line break in a field.
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code === 'ECONNRESET') return { failure: `${origin} broke off in the middle of its answer` };
        if (/^ERR_(?:INVALID|UNESCAPED|HTTP)/.test(code))
          return { failure: `the request cannot be sent as it was recorded (${code})` };
        throw error;
      } finally {
        late.clear();
      }
    },
  };
}

/** AbortSignal.timeout() and AbortSignal.any() would keep each answer until its time is up, long after it was read. */
function lateAfter(timeout: number, outer: AbortSignal): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, timeout);
  outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
    },
  };
}

/** Recordings may hold characters that no request line can. */
function targetOf({ path, query }: Request): string {
  const target = query === '' ? path : `${path}?${query}`;
  return target.toWellFormed().replace(/[^\x21-\x7e]/gu, character => encodeURIComponent(character));
}

function fieldsOf({ headers, body }: Request): string[] {
  const fields = Object.entries(headers).flatMap(([name, values]) =>
    (values ?? []).flatMap(value => [name, value]),
  );
  const length = isRecorded(body) ? body.length : 0;
  if (length > 0) fields.push('content-length', String(length));
  return [...fields, 'accept-encoding', 'gzip, deflate, br'];
}

/** Not at all where there is more of it than is taken: the rest is not waited for. */
async function readBody(response: IncomingMessage, limit: number): Promise<Body> {
  const kept = new Capture(limit);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    kept.add(chunk);
    // Leaving the loop ends the connection.
    if (kept.size > limit) return { notRecorded: `the answer is larger than ${limit} bytes` };
  }
  return kept.body(header(response.headersDistinct, 'content-encoding'));
}
