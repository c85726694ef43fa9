// The exchanges of the server in this page: the journals when the screen opens, then each exchange as it happens.
import { ControlFailure, control } from '../../client.ts';
import { type ConsoleEvent, subscribe } from '../../events.ts';
import { createExchangeStore } from './exchange-store.ts';
import type { ExchangeSummary } from './exchange-summary.ts';

/** In milliseconds. A hidden page draws no frames, and its timers are slow anyway. */
const HIDDEN_FRAME = 250;

export const exchangeStore = createExchangeStore(flush => {
  if (document.hidden) setTimeout(flush, HIDDEN_FRAME);
  else requestAnimationFrame(flush);
});

/** Entries of a journal that are read at once. */
const PAGE_SIZE = 5000;

/** Sessions whose journals are read. */
const readSessions = new Set<string>();
let isFollowing = false;

/**
 * Reads the journals that are not read yet, and follows the server from then on, also while another screen is open.
 * @param session undefined: all sessions
 * @throws ControlFailure
 */
export async function readTraffic(session: string | undefined): Promise<void> {
  if (!isFollowing) {
    isFollowing = true;
    subscribe(onEvent);
  }
  const wanted =
    session === undefined ? (await control('get', '/sessions')).sessions.map(({ id }) => id) : [session];
  await Promise.all(wanted.filter(id => !readSessions.has(id)).map(readJournal));
}

/** The newest first, so that the screen has something to show. */
async function readJournal(id: string): Promise<void> {
  readSessions.add(id);
  try {
    let before: number | undefined;
    for (;;) {
      const { entries } = await control('get', '/sessions/{id}/journal', {
        path: { id },
        query: { summary: true, limit: PAGE_SIZE, ...(before !== undefined && { before }) },
      });
      exchangeStore.merge(entries.filter(isSummary));
      before = entries[0]?.sequence;
      if (entries.length < PAGE_SIZE) return;
    }
  } catch (error) {
    readSessions.delete(id);
    throw error;
  }
}

/** The journal has whole entries for those who do not ask for summaries. */
function isSummary(entry: ExchangeSummary | object): entry is ExchangeSummary {
  return 'method' in entry;
}

function onEvent(event: ConsoleEvent): void {
  if (event.type === 'exchange') exchangeStore.push(event.data);
  else if (event.type === 'session') void followSession(event.data);
  // The screen reads the journals again when the stream is open again, see there.
  else if (event.type === 'opened' || event.type === 'skipped') readSessions.clear();
}

/** A session that was reset, or whose journal was cleared, takes its exchanges with it. */
async function followSession({ id, ended = false }: { id: string; ended?: boolean }): Promise<void> {
  if (ended || (await isEmpty(id))) exchangeStore.removeSession(id);
}

async function isEmpty(id: string): Promise<boolean> {
  try {
    const { journal } = await control('get', '/sessions/{id}', { path: { id } });
    return journal.entries === 0;
  } catch (error) {
    if (!(error instanceof ControlFailure)) throw error;
    // If the server does not answer, the shell says so. If the session has ended meanwhile, an event follows.
    return false;
  }
}
