// The session of one test: its name, and the violations that are shown when the test ends.
import { contractViolations } from './contract-violations.ts';
import type { MockSession } from './mock-session.ts';

/**
 * A name that is readable in the console, and unique among all runs on the server.
 * @param title of the test
 * @param unique of this run of the test
 */
export function testSessionName(title: string, unique: string): string {
  const words = title
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-|-$/g, '');
  return words === '' ? unique : `${words}-${unique}`;
}

interface EndedTest {
  /** True: the test fails if it violates the contract. */
  readonly failOnViolation: boolean;
  /** True: violations may be why the test has failed. */
  readonly hasFailed: boolean;
}

/** @returns the violations of a test, as a text; undefined if there are none, or if the test neither failed nor has to satisfy the contract */
export async function violationsOfTest(
  session: Pick<MockSession, 'journal' | 'verify'>,
  { failOnViolation, hasFailed }: EndedTest,
): Promise<string | undefined> {
  if (!failOnViolation && !hasFailed) return undefined;
  const violations = await contractViolations(session);
  if (violations !== undefined) return `this test does not satisfy the contract: ${violations}`;
  // Rejects if the journal has dropped exchanges: nothing shows what they were.
  if (failOnViolation) await session.verify({ 'allow-unmatched': true });
  return undefined;
}

/** The same error without a stack, which would show the source of a fixture. */
export function withoutStack<E extends Error>(error: E): E {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
