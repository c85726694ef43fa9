// Carries the requests of a replay: one whole question, one whole answer, bounded in time and in size.
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { uncompress } from '../exchange/body.ts';
import { type Body, EMPTY_BODY, header, isRecorded, type Request } from '../exchange/exchange.ts';
import type { Answer, Ask } from '../replay/ask.ts';
import { createOutbound, OutboundFailure } from './outbound.ts';

export interface AskOptions {
  /** Milliseconds in which an answer must be there, all of it. */
  readonly timeout: number;
  /** Most bytes of an answer's body that are taken, as sent and once unpacked. */
  readonly limit: number;
}

/** @returns with `close`, which ends the connections that are kept */
export function createAsk({ timeout, limit }: AskOptions): { readonly ask: Ask; readonly close: () => void } {
  const outbound = createOutbound({ timeout });
  return {
    close: () => outbound.close(),
    ask: async (origin, request, signal): Promise<Answer> => {
      // An answer that never ends says something every second, too.
      const late = lateAfter(timeout, signal);
      try {
        const { response, request: sent } = await outbound.ask(
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
        if (body === 'too-large') sent.destroy();
        const headers = response.headersDistinct;
        return {
          response: { status: response.statusCode ?? 0, headers, body: plainBody(body, headers, limit) },
        };
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

function fieldsOf({ method, headers, body }: Request): string[] {
  const fields = Object.entries(headers).flatMap(([name, values]) =>
    (values ?? []).flatMap(value => [name, value]),
  );
  const length = isRecorded(body) ? body.length : 0;
  if (length > 0 || /^(?:POST|PUT|PATCH)$/.test(method)) fields.push('content-length', String(length));
  return [...fields, 'accept-encoding', 'gzip, deflate, br'];
}

async function readBody(response: IncomingMessage, limit: number): Promise<Uint8Array | 'too-large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return 'too-large';
    chunks.push(chunk);
  }
  return chunks.length === 0 ? EMPTY_BODY : Buffer.concat(chunks);
}

function plainBody(
  body: Uint8Array | 'too-large',
  headers: IncomingMessage['headersDistinct'],
  limit: number,
): Body {
  const tooLarge = { notRecorded: `the answer is larger than ${limit} bytes` };
  if (body === 'too-large') return tooLarge;
  if (body.length === 0) return EMPTY_BODY;
  const plain = uncompress(body, header(headers, 'content-encoding'), limit);
  if ('bytes' in plain) return plain.bytes;
  return plain.problem === 'too-large' ? tooLarge : { notRecorded: plain.why };
}
