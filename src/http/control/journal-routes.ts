// Control routes for the journal: entries, exports, verification, coverage.

import { measureCoverage } from '../../mock/session/coverage.ts';
import type { JournalEntry } from '../../mock/session/journal.ts';
import { toRecordable } from '../../mock/session/journal.ts';
import { expectationsSchema, verifyJournal } from '../../mock/session/verify-journal.ts';
import { harDocument, toHarEntry } from '../../recording/har-writer.ts';
import { toEntryJson } from './journal-json.ts';
import { ControlError, parseBody, type Route, requireSession } from './route.ts';

const CREATOR = { name: 'deadringer', version: '1' };

function toHarJson(entry: JournalEntry): object {
  const { exchange, origin } = toRecordable(entry);
  return toHarEntry(exchange, origin, entry.upstream?.failure);
}

export const JOURNAL_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/journal',
    handle: async request => {
      const { journal } = await requireSession(request);
      const after = Number(request.query.get('after') ?? 0);
      const operation = request.query.get('operation');
      const status = request.query.get('status');
      const entries = journal
        .entries()
        .filter(entry => entry.sequence > after)
        .filter(entry => operation === null || entry.operation?.id === operation)
        .filter(entry => status === null || String(entry.exchange.response?.status) === status);
      return { body: { dropped: journal.dropped, entries: entries.map(toEntryJson) } };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal/:exchange',
    handle: async request => {
      const entry = (await requireSession(request)).journal.find(request.params.exchange ?? '');
      if (entry === undefined)
        throw new ControlError({
          code: 'no-such-control',
          detail: `the journal contains no exchange "${request.params.exchange}"`,
        });
      return { body: toEntryJson(entry) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.har',
    handle: async request => {
      const entries = (await requireSession(request)).journal.entries();
      return { type: 'application/json', text: JSON.stringify(harDocument(entries.map(toHarJson), CREATOR)) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.ndjson',
    handle: async request => {
      const lines = (await requireSession(request)).journal
        .entries()
        .map(entry => `${JSON.stringify(toEntryJson(entry))}\n`);
      return { type: 'application/x-ndjson', text: lines.join('') };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/coverage',
    handle: async request => ({ body: measureCoverage(request.state.config, await requireSession(request)) }),
  },
  {
    method: 'post',
    path: '/sessions/:id/verify',
    handle: async request => ({
      body: verifyJournal(
        request.state,
        await requireSession(request),
        parseBody(expectationsSchema, request.body),
      ),
    }),
  },
  {
    method: 'delete',
    path: '/sessions/:id/journal',
    handle: async request => {
      (await requireSession(request)).journal.clear();
      return { status: 204 };
    },
  },
];
