// Sends spans to a collector, by OTLP over HTTP in JSON: in batches, from a bounded queue, with retries.

import { setTimeout as sleep } from 'node:timers/promises';
import type { TelemetrySettings } from './settings.ts';
import { type FinishedExchange, toAttributes, toSpan } from './span.ts';

export interface SpanExporter {
  readonly add: (finished: FinishedExchange) => void;
  /** The number of spans that were not delivered. */
  readonly dropped: () => number;
  /** Sends the queued spans, for at most CLOSING_MS. */
  readonly close: () => Promise<void>;
}

export interface ExporterOptions {
  readonly settings: TelemetrySettings;
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Is told once when spans cannot be delivered, and once when they can again. */
  readonly onProblem: (message: string) => void;
}

const RETRIED = new Set([429, 502, 503, 504]);
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
const MAX_ATTEMPTS = 5;
/** Characters of an answer that are read. */
const MAX_ANSWER = 64 * 1024;
/** Milliseconds that a server waits for the collector when it stops. */
const CLOSING_MS = 2000;
/** Spans that are created before requests get a turn. */
const SLICE = 32;

export function createSpanExporter({ settings, version, now, onProblem }: ExporterOptions): SpanExporter {
  const { url, headers = {}, timeout = 10_000, delay = 5000, queueSize = 2048, batchSize = 512 } = settings;
  // A query may have a key of the collector.
  const shownUrl = url.replace(/\?.*/s, '').replace(/\/\/[^/]*@/, '//');
  const envelope = createEnvelope(settings, version);
  const queue: FinishedExchange[] = [];
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let dropped = 0;
  let isFailing = false;

  const fail = (reason: string): void => {
    if (!isFailing) onProblem(`traces are not delivered to ${shownUrl}: ${reason}`);
    isFailing = true;
  };
  const drop = (count: number, reason: string): void => {
    dropped += count;
    fail(reason);
  };
  const succeed = (): void => {
    if (isFailing) onProblem(`traces are delivered to ${shownUrl} again; spans dropped so far: ${dropped}`);
    isFailing = false;
  };

  /** @returns milliseconds to wait before the next attempt; undefined: delivered or dropped */
  const post = async (body: string, count: number, wait: number): Promise<number | undefined> => {
    let response: Response;
    try {
      const signal = AbortSignal.timeout(closing.signal.aborted ? CLOSING_MS : timeout);
      const init = { method: 'POST', body, signal, redirect: 'manual' } as const;
      response = await fetch(url, { ...init, headers: { ...headers, 'content-type': 'application/json' } });
    } catch (error) {
      fail(reasonOf(error as Error));
      return wait;
    }
    const text = await beginningOf(response).catch(() => '');
    if (response.ok) {
      const rejected = rejectedSpans(text);
      if (rejected > 0) drop(rejected, 'the collector rejected a part of the spans');
      else succeed();
      return undefined;
    }
    if (RETRIED.has(response.status)) {
      fail(`the collector responded with ${response.status}`);
      return retryAfter(response.headers.get('retry-after'), now()) ?? wait;
    }
    drop(count, `the collector responded with ${response.status}`);
    return undefined;
  };

  const sendBatch = async (): Promise<void> => {
    const batch = queue.splice(0, batchSize);
    const spans: object[] = [];
    for (const [index, finished] of batch.entries()) {
      spans.push(toSpan(finished));
      if (index % SLICE === SLICE - 1) await new Promise(setImmediate);
    }
    const body = JSON.stringify(envelope(spans));
    for (let attempt = 1, wait = FIRST_WAIT_MS; ; attempt++, wait *= 2) {
      const next = await post(body, batch.length, Math.min(wait, MAX_WAIT_MS));
      if (next === undefined) return;
      if (attempt === MAX_ATTEMPTS || closing.signal.aborted) {
        dropped += batch.length;
        return;
      }
      await sleep(Math.min(next, MAX_WAIT_MS), undefined, { signal: closing.signal, ref: false }).catch(
        () => {},
      );
    }
  };

  /** One batch after the other, while full ones wait. */
  const send = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    sending ??= sendBatch().finally(() => {
      sending = undefined;
      if (queue.length >= batchSize) void send();
      else if (queue.length > 0) schedule();
    });
    return sending;
  };
  const schedule = (): void => {
    timer ??= setTimeout(() => void send(), delay).unref();
  };

  return {
    add: finished => {
      if (queue.length >= queueSize) {
        dropped++;
        return;
      }
      queue.push(finished);
      if (queue.length >= batchSize && sending === undefined) void send();
      else if (sending === undefined) schedule();
    },
    dropped: () => dropped,
    close: async () => {
      closing.abort();
      const deadline = now() + CLOSING_MS;
      await sending;
      while (queue.length > 0 && now() < deadline) await send();
      clearTimeout(timer);
      dropped += queue.splice(0).length;
    },
  };
}

/** opentelemetry/proto/trace/v1/trace.proto. */
function createEnvelope({ resource }: TelemetrySettings, version: string): (spans: object[]) => object {
  const attributes = toAttributes({
    'service.name': 'deadringer',
    'telemetry.sdk.name': 'deadringer',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': version,
    ...resource,
  });
  const scope = { name: 'deadringer', version };
  return spans => ({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope, spans }] }] });
}

/** Reads at most MAX_ANSWER characters: the answer of a collector is short, and may be endless. */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > MAX_ANSWER) break;
  }
  return text;
}

function reasonOf(error: Error): string {
  if (error.name === 'TimeoutError') return 'the collector does not respond in time';
  // The message of fetch() may have the value of a header field, which may be a key.
  if (error.cause === undefined) return 'the URL or a header field for the collector is malformed';
  const { code, message } = error.cause as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'the collector refuses connections' : (code ?? message);
}

/** ExportTracePartialSuccess; a 64-bit integer may be a text. */
function rejectedSpans(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: unknown } };
    return Number(partialSuccess?.rejectedSpans ?? 0) || 0;
  } catch {
    // Some collectors respond with no JSON: what counts is the status.
    return 0;
  }
}

/** RFC 9110 section 10.2.3. @returns milliseconds */
function retryAfter(field: string | null, now: number): number | undefined {
  if (field === null) return undefined;
  const wait = /^\d+$/.test(field) ? Number(field) * 1000 : Date.parse(field) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
