// Control routes for the journal: entries, exports, verification, coverage.

import { measureCoverage } from '../../mock/session/coverage.ts';
import {
  expectationsJsonSchema,
  expectationsSchema,
  verifyJournal,
} from '../../mock/session/verify-journal.ts';
import { toEntryJson, toHarText } from './journal-json.ts';
import { parseFlag, parseJournalFilter } from './journal-query.ts';
import { parseBody, type Route, requireSession } from './route.ts';

export const JOURNAL_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/journal',
    handle: async request => {
      const { journal } = await requireSession(request);
      const filter = parseJournalFilter(request.query);
      const entries = parseFlag(request.query, 'summary')
        ? await journal.summaries(filter)
        : (await journal.entries(filter)).map(toEntryJson);
      const { dropped, lost } = journal;
      return { body: { dropped, ...(lost > 0 && { lost }), entries } };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.har',
    handle: async request => {
      const { journal } = await requireSession(request);
      const entries = await journal.entries(parseJournalFilter(request.query));
      return { type: 'application/json', text: toHarText(entries) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.ndjson',
    handle: async request => {
      const { journal } = await requireSession(request);
      const entries = await journal.entries(parseJournalFilter(request.query));
      const lines = entries.map(entry => `${JSON.stringify(toEntryJson(entry))}\n`);
      return { type: 'application/x-ndjson', text: lines.join('') };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/coverage',
    handle: async request => ({
      body: await measureCoverage(request.state.config, await requireSession(request)),
    }),
  },
  { method: 'get', path: '/expectations.schema.json', handle: () => ({ body: expectationsJsonSchema() }) },
  {
    method: 'post',
    path: '/sessions/:id/verify',
    changesNothing: true,
    handle: async request => ({
      body: await verifyJournal(
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
      const { id } = await requireSession(request);
      const { sessions, now } = request.state;
      await sessions.configure(id, now(), ({ journal }) => journal.clear());
      return { status: 204 };
    },
  },
];
