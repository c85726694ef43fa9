// Follows the server: one event stream while the tab is visible. After a gap all subscribers read their data again.
import { signal } from '@preact/signals';
import { ControlFailure, fetchControl, type Schema } from './client.ts';

export type ConsoleEvent =
  | { readonly type: 'exchange'; readonly data: Schema<'ExchangeSummary'> }
  /** Exchanges came faster than this page read them. */
  | { readonly type: 'skipped'; readonly data: { readonly count: number } }
  | { readonly type: 'reloaded'; readonly data: { readonly revision: number } }
  | { readonly type: 'session'; readonly data: { readonly id: string; readonly ended: boolean } }
  /** The stream was opened, for the first time or again: what happened before is not known. */
  | { readonly type: 'opened'; readonly data: undefined };

/** lost: the server does not answer; the page tries again. paused: the tab is hidden. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'paused';

export const connection = signal<ConnectionState>('connecting');

const listeners = new Set<(event: ConsoleEvent) => void>();

/** @returns a function that ends the subscription: fit for useEffect */
export function subscribe(listener: (event: ConsoleEvent) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function publish(event: ConsoleEvent): void {
  for (const listener of listeners) listener(event);
}

/** Browsers open six connections to a server. A hidden tab gives its own back after this time. */
const PAUSE_AFTER_MS = 10_000;
const RETRY_MS = [500, 1000, 2000, 4000];

let stop = new AbortController();
let retryNow = (): void => {};

export function startEvents(): void {
  let pausing: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(pausing);
    if (document.hidden) pausing = setTimeout(() => stop.abort(), PAUSE_AFTER_MS);
    else if (stop.signal.aborted) void follow();
    else retryNow();
  });
  addEventListener('online', () => retryNow());
  void follow();
}

export function reconnectNow(): void {
  retryNow();
}

async function follow(): Promise<void> {
  stop = new AbortController();
  const { signal: aborted } = stop;
  connection.value = 'connecting';
  for (let failures = 0; ; ) {
    try {
      await readStream(aborted, () => {
        failures = 0;
      });
    } catch (error) {
      if (!aborted.aborted && !(error instanceof ControlFailure || error instanceof TypeError)) throw error;
    }
    if (aborted.aborted) {
      connection.value = 'paused';
      return;
    }
    connection.value = 'lost';
    const delay = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 0;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, delay);
      retryNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Resolves when the stream ends. */
async function readStream(aborted: AbortSignal, onOpen: () => void): Promise<void> {
  const { body } = await fetchControl('/events?summary=true&from=now', { signal: aborted });
  if (body === null) return;
  onOpen();
  connection.value = 'open';
  publish({ type: 'opened', data: undefined });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + value).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event !== undefined) publish(event);
    }
  }
}

/** @returns undefined for a comment, which keeps the connection alive */
function parseEvent(block: string): ConsoleEvent | undefined {
  const [, type] = /^event: (.*)$/m.exec(block) ?? [];
  const [, data] = /^data: (.*)$/m.exec(block) ?? [];
  return type === undefined || data === undefined
    ? undefined
    : ({ type, data: JSON.parse(data) } as ConsoleEvent);
}
