// deadringer/vitest: `test` with a session of the mock for each test, and `expect` with matchers for it.
import { test as baseTest, expect, inject } from 'vitest';
import { connect } from '../client/connect.ts';
import { contractMatchers, type ExpectedCallOrName } from '../client/contract-matchers.ts';
import { ContractViolation } from '../client/contract-violations.ts';
import type { MockSession } from '../client/mock-session.ts';
import { testSessionName, violationsOfTest, withoutStack } from '../client/test-session.ts';
import { InputError } from '../finding/input-error.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** No request and no response in the journal of the mock violates the document. */
    toSatisfyContract(): Promise<void>;
    /**
     * The mock received a call as often as `times` says; by default at least once.
     * @example
     * await expect(mock).toHaveReceived({ on: 'addPet', when: { body: { '/name': 'Rex' } }, times: 1 });
     */
    toHaveReceived(expected: ExpectedCallOrName): Promise<void>;
  }
}

expect.extend(contractMatchers);

/** Fixtures of the tests. */
export interface MockFixtures {
  /** A session of the mock for this test alone. It ends with the test. */
  readonly mock: MockSession;
  /**
   * True: a test fails if one of its exchanges violates the document, or no document declares the request. Default: false; the
   * violations are then shown beside the error of a test that fails.
   */
  readonly failOnViolation: boolean;
}

/**
 * `test` of vitest with the fixture `mock`. `test.extend({ failOnViolation: true })` gives a stricter one.
 * @example
 * test('shows that the pet is gone', async ({ mock }) => {
 *   await mock.use('petstore/not-found');
 *   expect(await loadPet(mock.url, 7)).toBe('gone');
 *   await expect(mock).toHaveReceived('getPet');
 * });
 */
export const test = baseTest.extend<MockFixtures>({
  failOnViolation: false,
  mock: async ({ task, failOnViolation }, use) => {
    const server = inject('deadringer') as ReturnType<typeof inject<'deadringer'>> | undefined;
    if (server === undefined)
      throw new InputError(
        "no mock runs: add globalSetup: ['deadringer/vitest/setup'] to the section test of the vitest configuration",
      );
    const { url, token } = server;
    const session = connect(url, { token }).session(
      testSessionName(task.name, crypto.randomUUID().slice(0, 8)),
    );
    await use(session);
    const hasFailed = task.result?.state === 'fail';
    const violations = await violationsOfTest(session, { failOnViolation, hasFailed });
    await session.end();
    if (violations !== undefined) throw withoutStack(new ContractViolation(violations));
  },
});

export { expect };
