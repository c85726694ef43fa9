// Server-sent events: what the journal already holds, then everything as it happens.
import type { Request, Response } from 'express';
import { type Entry, withoutSecrets } from '../../mock/journal.ts';
import type { Served, Stage } from '../../mock/stage.ts';
import { showEntry } from './show.ts';

/** GET /events?session=qa-7 : one session; without it all of them. `Last-Event-ID` skips what was seen. */
export async function streamEvents(stage: Stage, request: Request, response: Response): Promise<void> {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const wanted = query.get('session');
  const seen = request.get('last-event-id');
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const send = (served: Served): void => {
    if (wanted !== null && served.session !== wanted) return;
    const entry: Entry =
      'sequence' in served ? (served as Entry) : { ...withoutSecrets(served), sequence: 0 };
    response.write(
      `id: ${served.exchange.id}\nevent: exchange\ndata: ${JSON.stringify(showEntry(entry))}\n\n`,
    );
  };
  // Subscribed before the past is read, and both in one turn, so that nothing falls in between.
  const past = await stage.sessions.list();
  const unsubscribe = stage.subscribe(send);
  const entries = past
    .flatMap(({ journal }) => journal.entries())
    .sort((left, right) => left.exchange.startedAt - right.exchange.startedAt);
  const from = entries.findIndex(({ exchange }) => exchange.id === seen) + 1;
  for (const entry of entries.slice(from)) send(entry);
  const beat = setInterval(() => response.write(': still here\n\n'), 15_000);
  response.on('close', () => {
    clearInterval(beat);
    unsubscribe();
  });
}
