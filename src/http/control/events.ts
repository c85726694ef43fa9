// Server-sent events: the stored exchanges first, then each new one.
import type { Request, Response } from 'express';
import type { ServeEvent } from '../../mock/serve-event.ts';
import type { ServerState } from '../../mock/server-state.ts';
import { type JournalEntry, redactEvent } from '../../mock/session/journal.ts';
import { toEntryJson } from './journal-json.ts';

/** GET /events?session=qa-7: one session; without the parameter all. `Last-Event-ID` skips the events up to that id. */
export async function streamEvents(state: ServerState, request: Request, response: Response): Promise<void> {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const sessionId = query.get('session');
  const lastEventId = request.get('last-event-id');
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const send = (event: ServeEvent): void => {
    if (sessionId !== null && event.session !== sessionId) return;
    const entry: JournalEntry =
      'sequence' in event ? (event as JournalEntry) : { ...redactEvent(event), sequence: 0 };
    response.write(
      `id: ${event.exchange.id}\nevent: exchange\ndata: ${JSON.stringify(toEntryJson(entry))}\n\n`,
    );
  };
  // Subscribe and read the journals in the same tick, so that no event is missing or sent twice.
  const sessions = await state.sessions.list();
  const unsubscribe = state.subscribe(send);
  const entries = sessions
    .flatMap(({ journal }) => journal.entries())
    .sort((left, right) => left.exchange.startedAt - right.exchange.startedAt);
  const from = entries.findIndex(({ exchange }) => exchange.id === lastEventId) + 1;
  for (const entry of entries.slice(from)) send(entry);
  const keepAlive = setInterval(() => response.write(': keep-alive\n\n'), 15_000);
  response.on('close', () => {
    clearInterval(keepAlive);
    unsubscribe();
  });
}
