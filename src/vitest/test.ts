// deadringer/vitest: `test` with a session of the mock for each test, and `expect` with matchers for it.
import { test as baseTest, expect, inject } from 'vitest';
import { connect } from '../client/connect.ts';
import { contractMatchers, type ExpectedCallOrName } from '../client/contract-matchers.ts';
import type { MockSession } from '../client/mock-session.ts';
import { testSessionName } from '../client/test-session.ts';
import { InputError } from '../finding/input-error.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** No request and no response in the journal of the mock violates the document. */
    toSatisfyContract(): Promise<void>;
    /**
     * The mock received a call, so often as `times` says; by default at least once.
     * @example
     * await expect(mock).toHaveReceived({ on: 'addPet', when: { body: { '/name': 'Rex' } }, times: 1 });
     */
    toHaveReceived(expected: ExpectedCallOrName): Promise<void>;
  }
}

expect.extend(contractMatchers);

/** What the tests of this module are given. */
export interface MockFixtures {
  /** A session of the mock for this test alone. It ends with the test. */
  readonly mock: MockSession;
}

/**
 * `test` of vitest with the fixture `mock`.
 * @example
 * test('shows that the pet is gone', async ({ mock }) => {
 *   await mock.use('petstore/not-found');
 *   expect(await loadPet(mock.url, 7)).toBe('gone');
 *   await expect(mock).toHaveReceived('getPet');
 * });
 */
export const test = baseTest.extend<MockFixtures>({
  mock: async ({ task }, use) => {
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
    await session.end();
  },
});

export { expect };
