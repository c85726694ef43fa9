// Server-sent events: the stored exchanges first, then each new one, and changes of sessions and documents.
import { once } from 'node:events';
import type { Request, Response } from 'express';
import type { ServeEvent } from '../../mock/serve-event.ts';
import type { ServerChange } from '../../mock/server-changes.ts';
import type { Session } from '../../mock/session/session.ts';
import { closeWithClient } from '../faults.ts';
import { toEntryJson } from './journal-json.ts';
import { parseFlag, parseJournalFilter } from './journal-query.ts';
import type { ControlOptions } from './route.ts';

/** The number of events that may wait for a client that does not read. */
const MAX_WAITING = 10_000;

/** What waits for the client: an exchange, which the journal keeps, or a change. */
type Waiting = { readonly session: string; readonly exchange: string } | ServerChange;

/**
 * GET /events?session=qa-7: one session; without the parameter all. `Last-Event-ID` skips the events up to that id, and
 * from=now all stored ones; summary=true sends summaries, and the filters of a journal apply. Events wait in the journal until the client reads: those that the
 * journal drops meanwhile are counted in an event "skipped".
 */
export async function streamEvents(
  { state, closing }: ControlOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const sessionId = query.get('session');
  const lastEventId = request.get('last-event-id');
  const { matches } = parseJournalFilter(query);
  const isSummary = parseFlag(query, 'summary');
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const waiting: Waiting[] = [];
  let skipped = 0;
  let wake = (): void => {};
  const enqueue = (next: Waiting): void => {
    waiting.push(next);
    if (waiting.length > MAX_WAITING) {
      waiting.shift();
      skipped++;
    }
    wake();
  };
  const enqueueExchange = ({ session, exchange }: Pick<ServeEvent, 'session' | 'exchange'>): void => {
    if (sessionId === null || session === sessionId) enqueue({ session, exchange: exchange.id });
  };
  const enqueueStored = (sessions: readonly Session[]): void => {
    const stored = sessions
      .flatMap(({ journal }) => journal.events())
      .sort((left, right) => left.exchange.startedAt - right.exchange.startedAt);
    const from = stored.findIndex(({ exchange }) => exchange.id === lastEventId) + 1;
    stored.slice(from).forEach(enqueueExchange);
  };
  // Subscribe and read the journals in the same tick, so that no event is missing or sent twice.
  const unsubscribe = await state.sessions.list().then(sessions => {
    if (query.get('from') !== 'now') enqueueStored(sessions);
    const subscriptions = [state.subscribe(enqueueExchange), state.changes.subscribe(enqueue)];
    return () => {
      for (const end of subscriptions) end();
    };
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
    let text: string;
    if ('kind' in next) {
      const { kind, ...data } = next;
      text = `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
    } else {
      const journal = (await state.sessions.get(next.session))?.journal;
      const summary = isSummary || matches !== undefined ? journal?.findSummary(next.exchange) : undefined;
      if (summary !== undefined && matches?.(summary) === false) continue;
      const entry = isSummary ? summary : journal?.find(next.exchange);
      if (entry === undefined) {
        skipped++;
        continue;
      }
      const data = 'exchange' in entry ? toEntryJson(entry) : entry;
      text = `id: ${next.exchange}\nevent: exchange\ndata: ${JSON.stringify(data)}\n\n`;
    }
    if (skipped > 0) text = `event: skipped\ndata: {"count":${skipped}}\n\n${text}`;
    skipped = 0;
    const isTaken = response.write(text);
    if (!isTaken) await once(response, 'drain', { signal: left.signal }).catch(() => undefined);
  }
  response.end();
}
