// Control routes for the journal: entries, exports, verification, coverage.

import { measureCoverage } from '../../mock/session/coverage.ts';
import { type JournalEntry, toRecordable } from '../../mock/session/journaled-event.ts';
import { expectationsSchema, verifyJournal } from '../../mock/session/verify-journal.ts';
import { harDocument, toHarEntry } from '../../recording/har-writer.ts';
import { toDetailedJson, toEntryJson } from './journal-json.ts';
import { parseFlag, parseJournalFilter } from './journal-query.ts';
import { ControlError, type ControlRequest, parseBody, type Route, requireSession } from './route.ts';

const CREATOR = { name: 'deadringer', version: '1' };

function toHarJson(entry: JournalEntry): object {
  const { exchange, origin } = toRecordable(entry);
  return toHarEntry(exchange, origin, entry.upstream?.failure);
}

/** The entry of the path parameter. @throws ControlError if the session has no such entry */
async function requireEntry(request: ControlRequest): Promise<JournalEntry> {
  const { id, journal } = await requireSession(request);
  const entry = journal.find(request.params.exchange ?? '');
  if (entry === undefined)
    throw unknownExchangeError(request, `the journal of the session "${id}" contains no`);
  return entry;
}

/** As requireEntry, in whichever session the exchange is. */
async function requireEntryOfAnySession(request: ControlRequest): Promise<JournalEntry> {
  for (const { journal } of await request.state.sessions.list()) {
    const entry = journal.find(request.params.exchange ?? '');
    if (entry !== undefined) return entry;
  }
  throw unknownExchangeError(request, 'no journal contains the');
}

function unknownExchangeError({ params }: ControlRequest, statement: string): ControlError {
  return new ControlError({
    code: 'no-such-control',
    detail: `${statement} exchange "${params.exchange}"`,
    hint: 'it may have been dropped, or cleared with its session; "deadringer journal" lists the exchanges',
  });
}

export const JOURNAL_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/journal',
    handle: async request => {
      const { journal } = await requireSession(request);
      const filter = parseJournalFilter(request.query);
      const entries = parseFlag(request.query, 'summary')
        ? journal.summaries(filter)
        : journal.entries(filter).map(toEntryJson);
      return { body: { dropped: journal.dropped, entries } };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal/:exchange',
    handle: async request => ({
      body: toDetailedJson(await requireEntry(request), request.state.config.contract),
    }),
  },
  {
    method: 'get',
    path: '/journal/:exchange',
    handle: async request => ({
      body: toDetailedJson(await requireEntryOfAnySession(request), request.state.config.contract),
    }),
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.har',
    handle: async request => {
      const entries = (await requireSession(request)).journal.entries(parseJournalFilter(request.query));
      return { type: 'application/json', text: JSON.stringify(harDocument(entries.map(toHarJson), CREATOR)) };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal.ndjson',
    handle: async request => {
      const lines = (await requireSession(request)).journal
        .entries(parseJournalFilter(request.query))
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
