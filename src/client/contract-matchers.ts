// Matchers for expect.extend() of any test runner: whether a mock satisfies the contract, and whether it received a call.
import { contractViolations } from './contract-violations.ts';
import type { CallExpectations, MockSession } from './mock-session.ts';
import { VerificationError } from './verification-error.ts';

/** An operationId, method and path template ("GET /pets/{id}"), or a call as `verify` expects it: `{ on, when, times }`. */
export type ExpectedCallOrName = string | NonNullable<CallExpectations['expected']>[number];

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * For `expect.extend()` of vitest, Jest and Playwright. Both matchers take a session, or a mock for its default session, and are
 * asynchronous.
 * @example
 * expect.extend(contractMatchers);
 * await expect(mock).toHaveReceived({ on: 'addPet', when: { body: { '/name': 'Rex' } }, times: 1 });
 * await expect(mock).toSatisfyContract();
 */
export const contractMatchers = {
  /** No request and no response in the journal violates the document. Fails without any exchange, which would show nothing. */
  async toSatisfyContract(received: unknown): Promise<MatcherResult> {
    const mock = requireMock(received, 'toSatisfyContract');
    const violations = await contractViolations(mock);
    if (violations !== undefined)
      return { pass: false, message: () => `${nameOf(mock)} does not satisfy the contract: ${violations}` };
    // Rejects if the journal has dropped exchanges.
    await mock.verify({ 'allow-unmatched': true });
    if ((await mock.journal({ limit: 1 })).length > 0)
      return { pass: true, message: () => `no exchange of ${nameOf(mock)} violates the contract` };
    throw new Error(
      `${nameOf(mock)} received no request, so nothing shows that the contract is satisfied: does the app use its URL?`,
    );
  },

  /** The journal has the call as often as `times` says; by default at least once. */
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
  const { journal, verify } = (received ?? {}) as Partial<Received>;
  if (typeof journal === 'function' && typeof verify === 'function') return received as Received;
  throw new TypeError(`${matcher}() is for a mock of startMock() or connect(), or for one of its sessions`);
}

function nameOf({ name }: Received): string {
  return name === undefined ? 'the mock' : `session "${name}"`;
}
