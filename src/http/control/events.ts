// Server-sent events: the stored exchanges first, then each new one, and changes of sessions and documents.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { ServerChange } from '../../mock/server-changes.ts';
import type { ExchangeSummary } from '../../mock/session/exchange-summary.ts';
import type { JournalEntry } from '../../mock/session/journaled-event.ts';
import {
  type FollowFrom,
  type JournaledExchange,
  type SessionStore,
  StoreUnavailable,
} from '../../mock/session/session-store.ts';
import { closeWithClient } from '../faults.ts';
import { toEntryJson } from './journal-json.ts';
import { parseFlag, parseJournalFilter } from './journal-query.ts';
import type { ControlOptions } from './route.ts';

/** The number of events that may wait for a client that does not read. */
const MAX_WAITING = 10_000;

/** Milliseconds until an exchange is read again from a store that is away. */
const RETRY_PAUSE = 500;

/** What waits for the client: an exchange, which the journal keeps, or a change. */
type Waiting = JournaledExchange | ServerChange;

/** What a client follows. */
interface Following {
  readonly isSummary: boolean;
  readonly matches: ((summary: ExchangeSummary) => boolean) | undefined;
}

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
  const following = { isSummary: parseFlag(query, 'summary'), matches: parseJournalFilter(query).matches };
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
  const left = new AbortController();
  const leave = (): void => {
    left.abort();
    wake();
  };
  response.on('close', leave);
  closing.addEventListener('abort', leave, { signal: left.signal });
  left.signal.addEventListener('abort', state.changes.subscribe(enqueue));
  // A client gets a problem if the store is away.
  const unfollow = await state.sessions.follow(startOf(request, query), recorded => {
    if (sessionId === null || recorded.session === sessionId) enqueue(recorded);
  });
  if (left.signal.aborted) {
    unfollow();
    response.end();
    return;
  }
  left.signal.addEventListener('abort', unfollow);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const keepAlive = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': keep-alive\n\n');
  }, 15_000);
  left.signal.addEventListener('abort', () => clearInterval(keepAlive));
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
      const entry = await readWhenAvailable(state.sessions, next, following, left.signal);
      if (entry === 'other') continue;
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

function startOf(request: Request, query: URLSearchParams): FollowFrom {
  if (query.get('from') === 'now') return 'now';
  const after = request.get('last-event-id');
  return after === undefined ? 'start' : { after };
}

type FollowedEntry = JournalEntry | ExchangeSummary | 'other' | undefined;

/** As readEntry. Waits while the store is away: a client that is sent away then may not come back. */
async function readWhenAvailable(
  sessions: SessionStore,
  recorded: JournaledExchange,
  following: Following,
  left: AbortSignal,
): Promise<FollowedEntry> {
  while (!left.aborted) {
    try {
      return await readEntry(sessions, recorded, following);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await sleep(RETRY_PAUSE, undefined, { signal: left }).catch(() => undefined);
    }
  }
  return undefined;
}

/** @returns "other" if the client does not follow such exchanges; undefined if the journal has dropped it */
async function readEntry(
  sessions: SessionStore,
  { session, exchange }: JournaledExchange,
  { isSummary, matches }: Following,
): Promise<FollowedEntry> {
  const journal = await sessions.journalOf(session);
  const summary = isSummary || matches !== undefined ? await journal?.findSummary(exchange) : undefined;
  if (summary !== undefined && matches?.(summary) === false) return 'other';
  return isSummary ? summary : await journal?.find(exchange);
}
