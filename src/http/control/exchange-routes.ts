// Control routes for one exchange of a journal: the entry, its exports, and a scenario that replies as it did.

import { originOfServer } from '../../exchange/exchange.ts';
import { servedNow } from '../../mock/explain/why-step.ts';
import { type JournalEntry, toRecordable } from '../../mock/session/journaled-event.ts';
import { matchForOperation } from '../../routing/path-values.ts';
import { scenarioFromExchange } from '../../scenario-generator/from-exchange.ts';
import { evidencePage } from './evidence.ts';
import { toDetailedJson, toHarText } from './journal-json.ts';
import { ControlError, type ControlRequest, type Route, requireSession } from './route.ts';

/** Before "/sessions/:id/journal/:exchange", the routes that are more exact. */
export const EXCHANGE_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/sessions/:id/journal/:exchange.har',
    handle: async request => {
      const entry = await requireEntry(request);
      return { type: 'application/json', text: toHarText([entry]), fileName: `${entry.exchange.id}.har` };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/journal/:exchange/evidence.html',
    handle: async request => {
      const entry = await requireEntry(request);
      const fileName = `evidence-${entry.exchange.id}.html`;
      return { type: 'text/html', text: evidencePage(entry, request.state.config), fileName };
    },
  },
  {
    method: 'post',
    path: '/sessions/:id/journal/:exchange/scenario',
    changesNothing: true,
    handle: async request => ({ body: toScenario(await requireEntry(request), request) }),
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
];

function toScenario(entry: JournalEntry, { state }: ControlRequest): { text: string; suggestedId: string } {
  const { contract, scenarios } = state.config;
  const operation = servedNow(contract, entry);
  if (entry.sent !== undefined) throw cannotRepeat(entry, 'the mock sent the request');
  if (entry.problem !== undefined || operation === undefined)
    throw cannotRepeat(entry, 'the response is an error of the mock, or no operation matches the request');
  const { exchange, origin } = toRecordable(entry);
  const match = matchForOperation(operation, exchange.request.path);
  if (match === undefined) throw cannotRepeat(entry, 'its path no longer matches the operation');
  const generated = scenarioFromExchange(contract, match, exchange, {
    file: `session ${entry.session},`,
    entry: entry.sequence,
    origin: origin ?? originOfServer(exchange.request),
  });
  if (typeof generated === 'string') throw cannotRepeat(entry, generated);
  const id = `${generated.api}/${generated.name}`;
  let suggestedId = id;
  for (let next = 2; scenarios.has(suggestedId); next++) suggestedId = `${id}-${next}`;
  return { text: generated.text, suggestedId };
}

function cannotRepeat({ exchange }: JournalEntry, reason: string): ControlError {
  const detail = `the exchange ${exchange.id} cannot become a scenario: ${reason}`;
  return new ControlError({ code: 'bad-control', detail });
}

/** The entry of the path parameter. @throws ControlError if the session has no such entry */
async function requireEntry(request: ControlRequest): Promise<JournalEntry> {
  const { id, journal } = await requireSession(request);
  const entry = await journal.find(request.params.exchange ?? '');
  if (entry === undefined)
    throw unknownExchangeError(request, `the journal of the session "${id}" contains no`);
  return entry;
}

/** As requireEntry, in whichever session the exchange is. */
async function requireEntryOfAnySession(request: ControlRequest): Promise<JournalEntry> {
  for (const { journal } of await request.state.sessions.list()) {
    const entry = await journal.find(request.params.exchange ?? '');
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
