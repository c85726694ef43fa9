// Server-sent events: the stored exchanges first, then each new one.
import type { Request, Response } from 'express';
import type { ServeEvent } from '../../mock/serve-event.ts';
import type { ServerState } from '../../mock/server-state.ts';
import { type JournalEntry, redactEvent } from '../../mock/session/journal.ts';
import { toEntryJson } from './journal-json.ts';

/** GET /events?session=qa-7 : one session; without it all of them. `Last-Event-ID` skips what was seen. */
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
  // Subscribed before the past is read, and both in one turn, so that nothing falls in between.
  const sessions = await state.sessions.list();
  const unsubscribe = state.subscribe(send);
  const entries = sessions
    .flatMap(({ journal }) => journal.entries())
    .sort((left, right) => left.exchange.startedAt - right.exchange.startedAt);
  const from = entries.findIndex(({ exchange }) => exchange.id === lastEventId) + 1;
  for (const entry of entries.slice(from)) send(entry);
  const beat = setInterval(() => response.write(': keep-alive\n\n'), 15_000);
  response.on('close', () => {
    clearInterval(beat);
    unsubscribe();
  });
}
