// Was it called? Holds a session's journal against expectations: expected, forbidden and ordered calls, strays, unused rules.
import { z } from 'zod';
import { header } from '../exchange/exchange.ts';
import { Call } from '../scenario/call.ts';
import { whenSchema } from '../scenario/scenario.ts';
import { mismatch } from '../scenario/when.ts';
import type { Session } from './session.ts';
import type { Served, Stage } from './stage.ts';

const call = z.strictObject({
  on: z.string().describe('operationId, or method and path template.'),
  when: whenSchema.optional(),
});

const times = z.union([
  z.int().min(0),
  z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }),
]);

/** What an expectations file says. */
export const expectationsSchema = z.strictObject({
  expected: z
    .array(call.extend({ times: times.optional().describe('How often; at least once when absent.') }))
    .optional(),
  forbidden: z.array(call).optional(),
  ordered: z
    .array(call)
    .optional()
    .describe('Each must come after the one before; others may come in between.'),
  'allow-unmatched': z.boolean().optional().describe('true: requests that no operation claims are let pass.'),
  'allow-unused': z
    .boolean()
    .optional()
    .describe('true: scenario rules that were never played are let pass. Default true.'),
});

export type Expectations = z.infer<typeof expectationsSchema>;
type ExpectedCall = z.infer<typeof call>;

export interface Verification {
  readonly kept: boolean;
  /** One sentence each. */
  readonly failures: readonly string[];
  /** "GET /nowhere" */
  readonly unmatched: readonly string[];
  /** "petstore/not-found 1" */
  readonly unused: readonly string[];
}

export function verify(stage: Stage, session: Session, expectations: Expectations): Verification {
  const entries = session.journal.served();
  const failures: string[] = [];
  const matches = (wanted: ExpectedCall): number[] =>
    entries.flatMap((entry, index) => (isCall(stage, entry, wanted) ? [index] : []));

  for (const wanted of expectations.expected ?? []) {
    const found = matches(wanted).length;
    const { min = 0, max = Number.POSITIVE_INFINITY } =
      wanted.times === undefined
        ? { min: 1 }
        : typeof wanted.times === 'number'
          ? { min: wanted.times, max: wanted.times }
          : wanted.times;
    if (found < min || found > max)
      failures.push(`${wanted.on} was to be called ${range(min, max)} and was called ${found} times`);
  }
  for (const wanted of expectations.forbidden ?? []) {
    const found = matches(wanted).length;
    if (found > 0) failures.push(`${wanted.on} was not to be called and was called ${found} times`);
  }
  let after = -1;
  for (const wanted of expectations.ordered ?? []) {
    const next = matches(wanted).find(index => index > after);
    if (next === undefined) {
      failures.push(`${wanted.on} did not come in its order`);
      break;
    }
    after = next;
  }
  const unmatched = entries
    .filter(({ operation }) => operation === undefined)
    .map(({ exchange: { request } }) => `${request.method} ${request.path}`);
  if (unmatched.length > 0 && expectations['allow-unmatched'] !== true) {
    failures.push(`${unmatched.length} requests were claimed by no operation, the first is ${unmatched[0]}`);
  }
  const unused = unusedRules(stage, session, entries);
  if (unused.length > 0 && expectations['allow-unused'] === false)
    failures.push(`scenario rules were never played: ${unused.join(', ')}`);
  if (session.journal.dropped > 0)
    failures.push(
      `the journal had to drop ${session.journal.dropped} exchanges, so nothing certain can be said`,
    );
  return { kept: failures.length === 0, failures, unmatched, unused };
}

function isCall(
  stage: Stage,
  { operation, exchange: { request }, refusedFor }: Served,
  wanted: ExpectedCall,
): boolean {
  if (operation === undefined) return false;
  if (wanted.on !== operation.id && wanted.on !== `${operation.method} ${operation.path}`) return false;
  if (wanted.when === undefined) return true;
  const match = stage.world.match({
    method: request.method,
    path: request.path,
    host: header(request.headers, 'host'),
  });
  if (match.kind !== 'operation') return false;
  return mismatch(wanted.when, new Call(match, request, refusedFor === undefined), 'start') === undefined;
}

function unusedRules(stage: Stage, session: Session, entries: readonly Served[]): string[] {
  const played = new Set(entries.flatMap(({ rules }) => rules));
  return session.active.flatMap(id => {
    const rules = stage.world.scenarios.get(id)?.rules ?? [];
    return rules.map((_, index) => `${id} ${index + 1}`).filter(key => !played.has(key));
  });
}

function range(min: number, max: number): string {
  if (min === max) return `${min} times`;
  return max === Number.POSITIVE_INFINITY ? `at least ${min} times` : `${min} to ${max} times`;
}
