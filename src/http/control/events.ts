// Server-sent events: the stored exchanges first, then each new one.
import { once } from 'node:events';
import type { Request, Response } from 'express';
import type { ServeEvent } from '../../mock/serve-event.ts';
import type { Session } from '../../mock/session/session.ts';
import { closeWithClient } from '../faults.ts';
import { toEntryJson } from './journal-json.ts';
import type { ControlOptions } from './route.ts';

/** The number of events that may wait for a client that does not read. */
const MAX_WAITING = 10_000;

/**
 * GET /events?session=qa-7: one session; without the parameter all. `Last-Event-ID` skips the events up to that id. Events
 * wait in the journal until the client reads: those that the journal drops meanwhile are counted in an event "skipped".
 */
export async function streamEvents(
  { state, closing }: ControlOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const sessionId = query.get('session');
  const lastEventId = request.get('last-event-id');
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const waiting: { readonly session: string; readonly id: string }[] = [];
  let skipped = 0;
  let wake = (): void => {};
  const enqueue = ({ session, exchange: { id } }: Pick<ServeEvent, 'session' | 'exchange'>): void => {
    if (sessionId !== null && session !== sessionId) return;
    waiting.push({ session, id });
    if (waiting.length > MAX_WAITING) {
      waiting.shift();
      skipped++;
    }
    wake();
  };
  const enqueueStored = (sessions: readonly Session[]): void => {
    const stored = sessions
      .flatMap(({ journal }) => journal.events())
      .sort((left, right) => left.exchange.startedAt - right.exchange.startedAt);
    const from = stored.findIndex(({ exchange }) => exchange.id === lastEventId) + 1;
    stored.slice(from).forEach(enqueue);
  };
  // Subscribe and read the journals in the same tick, so that no event is missing or sent twice.
  const unsubscribe = await state.sessions.list().then(sessions => {
    enqueueStored(sessions);
    return state.subscribe(enqueue);
  });
  const keepAlive = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': keep-alive\n\n');
  }, 15_000);
  const left = new AbortController();
  const leave = (): void => {
    clearInterval(keepAlive);
    unsubscribe();
    left.abort();
    wake();
  };
  response.on('close', leave);
  closing.addEventListener('abort', leave, { signal: left.signal });
  closeWithClient(request.socket);
  while (!left.signal.aborted) {
    const next = waiting.shift();
    if (next === undefined) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
      continue;
    }
    const entry = (await state.sessions.get(next.session))?.journal.find(next.id);
    if (entry === undefined) {
      skipped++;
      continue;
    }
    if (skipped > 0) response.write(`event: skipped\ndata: {"count":${skipped}}\n\n`);
    skipped = 0;
    const isTaken = response.write(
      `id: ${next.id}\nevent: exchange\ndata: ${JSON.stringify(toEntryJson(entry))}\n\n`,
    );
    if (!isTaken) await once(response, 'drain', { signal: left.signal }).catch(() => undefined);
  }
  response.end();
}
