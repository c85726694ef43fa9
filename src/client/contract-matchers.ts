// Matchers of mocks and sessions for expect.extend() of any test runner: is the contract kept, was a call received.
import { CATALOGUE, type FindingCode, kindOf } from '../finding/catalogue.ts';
import type { MockClient } from './connect.ts';
import type { ControlSchema } from './control-operation.ts';
import type { CallExpectations, MockSession } from './mock-session.ts';
import { VerificationError } from './verification-error.ts';

/** What a message lists: more would hide the first. */
const LISTED_EXCHANGES = 5;
const LISTED_FINDINGS = 5;

/** An operationId, method and path template ("GET /pets/{id}"), or a call as `verify` expects it: `{ on, when, times }`. */
export type ExpectedCallOrName = string | NonNullable<CallExpectations['expected']>[number];

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * For `expect.extend()` of vitest, Jest and Playwright. Both are for a mock, which stands for its default session, and for a
 * session, and both are asynchronous.
 * @example
 * expect.extend(contractMatchers);
 * await expect(mock).toHaveReceived({ on: 'addPet', when: { body: { name: 'Rex' } }, times: 1 });
 * await expect(mock).toSatisfyContract();
 */
export const contractMatchers = {
  /** No request and no response in the journal violates the document. Without any exchange nothing shows that, so it fails. */
  async toSatisfyContract(received: unknown): Promise<MatcherResult> {
    const mock = requireMock(received, 'toSatisfyContract');
    const violating = (await mock.journal({ failed: true })).filter(isViolating);
    const count = violating.length;
    if (count > 0)
      return {
        pass: false,
        message: () =>
          [
            `${nameOf(mock)} does not satisfy the contract: ${count === 1 ? '1 exchange violates' : `${count} exchanges violate`} it`,
            ...violating.slice(0, LISTED_EXCHANGES).flatMap(exchangeLines),
            ...more(count - LISTED_EXCHANGES, 'exchanges'),
          ].join('\n'),
      };
    // Rejects if the journal has dropped exchanges.
    await mock.verify({ 'allow-unmatched': true });
    if ((await mock.journal({ limit: 1 })).length > 0)
      return { pass: true, message: () => `no exchange of ${nameOf(mock)} violates the contract` };
    throw new Error(
      `${nameOf(mock)} received no request, so nothing shows that the contract is satisfied: does the app use its URL?`,
    );
  },

  /** The journal has the call, so often as `times` says; by default at least once. */
  async toHaveReceived(received: unknown, expected: ExpectedCallOrName): Promise<MatcherResult> {
    const mock = requireMock(received, 'toHaveReceived');
    const call = typeof expected === 'string' ? { on: expected } : expected;
    try {
      await mock.verify({ expected: [call], 'allow-unmatched': true });
    } catch (error) {
      // A misspelt operation must not make "not" pass.
      if (!(error instanceof VerificationError) || error.unknownOperations.length > 0) throw error;
      return { pass: false, message: () => error.message };
    }
    return { pass: true, message: () => `${nameOf(mock)} received ${JSON.stringify(call)}` };
  },
};

type Received = Pick<MockSession, 'verify' | 'journal'> & Partial<Pick<MockSession, 'name'>>;

function requireMock(received: unknown, matcher: string): Received {
  const { journal, verify } = (received ?? {}) as Partial<MockClient>;
  if (typeof journal === 'function' && typeof verify === 'function') return received as Received;
  throw new TypeError(`${matcher}() is for a mock of startMock() or connect(), or for one of its sessions`);
}

function nameOf({ name }: Received): string {
  return name === undefined ? 'the mock' : `session "${name}"`;
}

/** A request that belongs to no operation is undocumented, which no finding says. */
function isViolating({ verdict, operation }: ControlSchema<'Entry'>): boolean {
  return verdict === 'failed' || (verdict === 'problem' && operation === undefined);
}

function exchangeLines(entry: ControlSchema<'Entry'>): string[] {
  const { request, response, operation, problem } = entry;
  const violations = entry.findings.filter(isRelevant);
  return [
    `  ${request.method} ${request.path} -> ${response?.status ?? 'no response'} (${operation ?? problem})`,
    ...violations
      .slice(0, LISTED_FINDINGS)
      .map(
        ({ message, code, location }) =>
          `    ${message} (${code}${location === undefined ? '' : `, ${location}`})`,
      ),
    ...more(violations.length - LISTED_FINDINGS, 'findings', '    '),
  ];
}

/** Advice, and what cannot be checked, violates nothing. A code of another version of the server is shown. */
function isRelevant({ code }: { readonly code: string }): boolean {
  if (!Object.hasOwn(CATALOGUE, code)) return true;
  const kind = kindOf({ code: code as FindingCode });
  return kind !== 'advice' && kind !== 'not-checkable';
}

function more(count: number, what: string, indent = '  '): string[] {
  return count > 0 ? [`${indent}... and ${count} more ${what}`] : [];
}
