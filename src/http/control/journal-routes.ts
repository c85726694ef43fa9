// Routes about what a session has been through: entries, exports, verification, coverage.
import { askedOf } from '../../mock/asked.ts';
import { coverage } from '../../mock/coverage.ts';
import type { Entry } from '../../mock/journal.ts';
import { expectationsSchema, verify } from '../../mock/verify.ts';
import { harOf, toHarEntry } from '../../recording/har.ts';
import { existing, Refused, type Route, read } from './route.ts';
import { showEntry } from './show.ts';

const CREATOR = { name: 'deadringer', version: '1' };

function toEntry(entry: Entry): object {
  const { exchange, origin } = askedOf(entry);
  return toHarEntry(exchange, origin, entry.upstream?.broke);
}

export const JOURNAL_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/journal',
    handle: async asked => {
      const { journal } = await existing(asked);
      const after = Number(asked.query.get('after') ?? 0);
      const operation = asked.query.get('operation');
      const status = asked.query.get('status');
      const found = journal
        .entries()
        .filter(entry => entry.sequence > after)
        .filter(entry => operation === null || entry.operation?.id === operation)
        .filter(entry => status === null || String(entry.exchange.response?.status) === status);
      return { body: { dropped: journal.dropped, entries: found.map(showEntry) } };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal/:exchange',
    handle: async asked => {
      const entry = (await existing(asked)).journal.find(asked.params.exchange ?? '');
      if (entry === undefined)
        throw new Refused({
          code: 'no-such-control',
          detail: `the journal has no exchange "${asked.params.exchange}"`,
        });
      return { body: showEntry(entry) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.har',
    handle: async asked => {
      const entries = (await existing(asked)).journal.entries();
      return { type: 'application/json', text: JSON.stringify(harOf(entries.map(toEntry), CREATOR)) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.ndjson',
    handle: async asked => {
      const lines = (await existing(asked)).journal
        .entries()
        .map(entry => `${JSON.stringify(showEntry(entry))}\n`);
      return { type: 'application/x-ndjson', text: lines.join('') };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/coverage',
    handle: async asked => ({ body: coverage(asked.stage.world, await existing(asked)) }),
  },
  {
    method: 'post',
    path: '/sessions/:id/verify',
    handle: async asked => ({
      body: verify(asked.stage, await existing(asked), read(expectationsSchema, asked.body)),
    }),
  },
  {
    method: 'delete',
    path: '/sessions/:id/journal',
    handle: async asked => {
      (await existing(asked)).journal.clear();
      return { status: 204 };
    },
  },
];
