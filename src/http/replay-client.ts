// The HTTP client of replays and callbacks: sends a complete request and reads a complete response, with limits of time and size.
import type { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { type Body, header, isRecorded, type Request } from '../exchange/exchange.ts';
import type { SendRequest, SendResult } from '../replay/send.ts';
import { BodyCollector } from './body-collector.ts';
import { createHttpClient, HttpClientError } from './client.ts';

export interface ReplayClientOptions {
  /** Milliseconds until the response must be complete. */
  readonly timeout: number;
  /** Maximum size of a response body in bytes, before and after decoding. Default 64 MiB. */
  readonly limit?: number;
  /** Finds the addresses of a host name. Default: those of the system. */
  readonly lookup?: LookupFunction;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** `send` sends one request; `close` closes the kept-alive connections. */
export function createReplayClient({ timeout, limit = MAX_BODY_BYTES, lookup }: ReplayClientOptions): {
  readonly send: SendRequest;
  readonly close: () => void;
} {
  const client = createHttpClient({ timeout, lookup });
  return {
    close: () => client.close(),
    send: async (origin, request, signal): Promise<SendResult> => {
      // The timeout of the client restarts with each byte, so a slow response could last forever.
      const deadline = startTimeout(timeout, signal);
      try {
        const { response } = await client.send(
          {
            method: request.method,
            origin,
            requestTarget: requestTargetOf(request),
            fields: requestFields(request),
            body: isRecorded(request.body) && request.body.length > 0 ? request.body : undefined,
          },
          deadline.signal,
        );
        const body = await readResponseBody(response, limit);
        return { response: { status: response.statusCode ?? 0, headers: response.headersDistinct, body } };
      } catch (error) {
        signal.throwIfAborted();
        if (deadline.signal.aborted)
          return { failure: `${origin} did not respond within ${timeout / 1000} s` };
        if (error instanceof HttpClientError) return { failure: error.message };
        // node:http rejects invalid requests, such as a line break in a field.
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code === 'ECONNRESET')
          return { failure: `${origin} closed the connection before the end of the response` };
        if (/^ERR_(?:INVALID|UNESCAPED|HTTP)/.test(code))
          return { failure: `the recorded request cannot be sent: node:http rejects it (${code})` };
        throw error;
      } finally {
        deadline.clear();
      }
    },
  };
}

/** AbortSignal.timeout() and AbortSignal.any() would keep each response in memory until the timeout. */
function startTimeout(timeout: number, outer: AbortSignal): { signal: AbortSignal; clear: () => void } {
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

/** Recorded paths can contain characters that a request line must not contain. */
function requestTargetOf({ path, query }: Request): string {
  const target = query === '' ? path : `${path}?${query}`;
  return target.toWellFormed().replace(/[^\x21-\x7e]/gu, character => encodeURIComponent(character));
}

function requestFields({ headers, body }: Request): string[] {
  const fields = Object.entries(headers).flatMap(([name, values]) =>
    (values ?? []).flatMap(value => [name, value]),
  );
  const length = isRecorded(body) ? body.length : 0;
  if (length > 0) fields.push('content-length', String(length));
  return [...fields, 'accept-encoding', 'gzip, deflate, br'];
}

/** Stops at the limit, without waiting for the rest. */
async function readResponseBody(response: IncomingMessage, limit: number): Promise<Body> {
  const collector = new BodyCollector(limit);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    collector.add(chunk);
    // Leaving the loop closes the connection.
    if (collector.size > limit) return { notRecorded: `the response is larger than ${limit} bytes` };
  }
  return collector.body(header(response.headersDistinct, 'content-encoding'));
}
