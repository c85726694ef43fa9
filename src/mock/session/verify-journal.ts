// Verifies the journal of a session against expectations: expected, forbidden and ordered requests.
import { z } from 'zod';
import { header } from '../../exchange/exchange.ts';
import { didYouMean } from '../../finding/nearest-word.ts';
import { pluralize } from '../../finding/plural.ts';
import { Call } from '../../scenario/call.ts';
import { KNOWN_KEYS } from '../../scenario/load.ts';
import { compileWhen, type Mismatch } from '../../scenario/matchers.ts';
import { whenSchema } from '../../scenario/when.ts';
import type { ServerState } from '../server-state.ts';
import { type JournaledEvent, redactedTarget } from './journaled-event.ts';
import type { Session } from './session-store.ts';

const expectedCall = z.strictObject({
  on: z.string().describe('operationId, or method and path template, such as "GET /pets/{id}".'),
  // The journal does not say what a session remembered.
  when: whenSchema
    .omit({ memory: true })
    .optional()
    .describe('Only requests that meet these conditions count; they are those of scenarios.'),
});

const times = z.union([
  z.int().min(0).describe('The exact number.'),
  z.strictObject({
    min: z.int().min(0).optional().describe('Default: 0.'),
    max: z.int().min(0).optional().describe('Default: no limit.'),
  }),
]);

/** The format of an expectations file. */
export const expectationsSchema = z
  .strictObject({
    expected: z
      .array(
        expectedCall.extend({
          times: times.optional().describe('Expected number of requests; default: at least one.'),
        }),
      )
      .optional()
      .describe('Requests that must occur, in any order.'),
    forbidden: z.array(expectedCall).optional().describe('Requests that must not occur.'),
    ordered: z
      .array(expectedCall)
      .optional()
      .describe('Each must occur after the one before; other requests may occur in between.'),
    'allow-unmatched': z
      .boolean()
      .optional()
      .describe('true: requests that match no operation are allowed. Default: false.'),
    'allow-unused': z
      .boolean()
      .optional()
      .describe('true: scenario rules that never applied are allowed. Default: true.'),
  })
  .meta({ title: 'Expectations about the requests of a session' });

export function expectationsJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(expectationsSchema, { io: 'input' });
}

/** All keys of the format, for "did you mean". */
export const EXPECTATION_KEYS = [...Object.keys(expectationsSchema.shape), ...KNOWN_KEYS];

export type Expectations = z.infer<typeof expectationsSchema>;
type ExpectedCall = z.infer<typeof expectedCall>;

export interface VerificationResult {
  readonly passed: boolean;
  /** One sentence for each unmet expectation. */
  readonly failures: readonly string[];
  /** Those of the failures that are about operations which no document declares. */
  readonly unknownOperations: readonly string[];
  /** Requests that match no operation, as "GET /nowhere". */
  readonly unmatched: readonly string[];
  /** Active scenario rules that were never applied, as "petstore/not-found 1". */
  readonly unused: readonly string[];
}

/** Checks the journal of a session against expectations. The result has at most one failure about the order. */
export async function verifyJournal(
  state: ServerState,
  session: Session,
  expectations: Expectations,
): Promise<VerificationResult> {
  // What the mock sent is no call of the client.
  const entries = (await session.journal.events()).filter(({ sent }) => sent === undefined);
  const failures: string[] = [];
  const find = (expected: ExpectedCall): FoundCalls => findCalls(state, entries, expected);

  const { expected: all = [], forbidden = [], ordered = [] } = expectations;
  const unknownOperations = describeUnknown(state, [...all, ...forbidden, ...ordered]);
  failures.push(...unknownOperations);
  for (const expected of all) {
    const { indexes, otherCalls, difference } = find(expected);
    const count = indexes.length;
    const { min = 0, max = Number.POSITIVE_INFINITY } =
      expected.times === undefined
        ? { min: 1 }
        : typeof expected.times === 'number'
          ? { min: expected.times, max: expected.times }
          : expected.times;
    const failure = `${expected.on}: expected ${describeCalls(min, max)}, received ${count}`;
    if (count > max) failures.push(failure);
    else if (count < min)
      failures.push(
        difference === undefined
          ? failure
          : `${failure}; ${pluralize(otherCalls, 'call')} did not count, the last because ${difference}`,
      );
  }
  for (const expected of forbidden) {
    const count = find(expected).indexes.length;
    if (count > 0) failures.push(`${expected.on}: expected no call, received ${count}`);
  }
  let previous = -1;
  for (const expected of ordered) {
    const next = find(expected).indexes.find(index => index > previous);
    if (next === undefined) {
      failures.push(`${expected.on} was not called in the expected order`);
      break;
    }
    previous = next;
  }
  const unmatched = entries
    .filter(({ operation }) => operation === undefined)
    .map(event => `${event.exchange.request.method} ${redactedTarget(event).path}`);
  if (unmatched.length > 0 && expectations['allow-unmatched'] !== true) {
    failures.push(
      `${pluralize(unmatched.length, 'request')} did not match an operation; the first is ${unmatched[0]}`,
    );
  }
  const unused = unusedRules(state, session, entries);
  if (unused.length > 0 && expectations['allow-unused'] === false)
    failures.push(`scenario rules never applied: ${unused.join(', ')}`);
  if (session.journal.lost > 0)
    failures.push(
      `the journal lacks ${pluralize(session.journal.lost, 'exchange')} of a replica that ended, so the result is not reliable`,
    );
  if (session.journal.dropped > 0)
    failures.push(
      `the journal dropped ${pluralize(session.journal.dropped, 'exchange')}, so the result is not reliable`,
    );
  return { passed: failures.length === 0, failures, unknownOperations, unmatched, unused };
}

/** A misspelt name would be forbidden in vain. */
function describeUnknown(state: ServerState, calls: readonly ExpectedCall[]): string[] {
  const operations = state.config.contract.apis.flatMap(api => api.operations);
  const known = operations.flatMap(({ id, method, path }) => [id, `${method} ${path}`]);
  const names = new Set(calls.map(({ on }) => on).filter(on => !known.includes(on)));
  return [...names].map(name => `there is no operation "${name}"${didYouMean(name, known)}`);
}

interface FoundCalls {
  /** Of the entries that are the expected call. */
  readonly indexes: readonly number[];
  /** The number of other calls of the operation. */
  readonly otherCalls: number;
  /** Why the last one of these is not the expected call. */
  readonly difference: string | undefined;
}

function findCalls(
  state: ServerState,
  entries: readonly JournaledEvent[],
  { on, when }: ExpectedCall,
): FoundCalls {
  const mismatch = when && compileWhen(when);
  const indexes: number[] = [];
  let otherCalls = 0;
  let difference: string | undefined;
  for (const [index, entry] of entries.entries()) {
    const { operation } = entry;
    if (operation === undefined || (on !== operation.id && on !== `${operation.method} ${operation.path}`))
      continue;
    const reason = mismatch && differenceOf(state, entry, mismatch);
    if (reason === undefined) indexes.push(index);
    else {
      otherCalls++;
      difference = reason;
    }
  }
  return { indexes, otherCalls, difference };
}

/** Why a call does not meet the conditions; undefined: it does. */
function differenceOf(
  state: ServerState,
  { exchange: { request }, refusedFor }: JournaledEvent,
  mismatch: Mismatch,
): string | undefined {
  const match = state.config.match({ ...request, host: header(request.headers, 'host') });
  if (match.kind !== 'operation') return 'its operation is no longer served';
  return mismatch(new Call(match, request, refusedFor === undefined), 'start');
}

function unusedRules(state: ServerState, session: Session, entries: readonly JournaledEvent[]): string[] {
  const appliedRules = new Set(entries.flatMap(({ rules }) => rules.map(({ key }) => key)));
  return session.activeScenarios.flatMap(id => {
    const rules = state.config.scenarios.get(id)?.rules ?? [];
    return rules.map((_, index) => `${id} ${index + 1}`).filter(key => !appliedRules.has(key));
  });
}

function describeCalls(min: number, max: number): string {
  if (min === max) return pluralize(min, 'call');
  return max === Number.POSITIVE_INFINITY
    ? `at least ${pluralize(min, 'call')}`
    : `${min} to ${pluralize(max, 'call')}`;
}
