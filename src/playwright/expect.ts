// The assertions of deadringer/playwright: those of Playwright, and whether a mock received a call and its contract was kept.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect as base, type MatcherReturnType } from '@playwright/test';
import type { MockClient } from '../client/connect.ts';
import { contractMatchers, type ExpectedCallOrName } from '../client/contract-matchers.ts';
import type { MockSession } from '../client/mock-session.ts';

type Mock = MockClient | MockSession;

/** Milliseconds between two requests for the journal. */
const INTERVAL = 100;

/** `expect` of Playwright with matchers for mocks and sessions. */
export const expect = base.extend({
  /** No request and no response in the journal of the mock violates the document. */
  toSatisfyContract(mock: Mock): Promise<MatcherReturnType> {
    return contractMatchers.toSatisfyContract(mock);
  },

  /**
   * The mock received a call as often as `times` says; by default at least once. Waits for it, as for an element of the page.
   * @example
   * await expect(mock).toHaveReceived({ on: 'addPet', when: { body: { '/name': 'Rex' } }, times: 1 });
   */
  async toHaveReceived(
    mock: Mock,
    expected: ExpectedCallOrName,
    options: { timeout?: number } = {},
  ): Promise<MatcherReturnType> {
    const deadline = AbortSignal.timeout(options.timeout ?? this.timeout);
    let result = await contractMatchers.toHaveReceived(mock, expected);
    while (!result.pass && !this.isNot && !deadline.aborted) {
      await sleep(INTERVAL);
      result = await contractMatchers.toHaveReceived(mock, expected);
    }
    return result;
  },
});
