// The error of verify(): which expectations are not met, and what the session received instead.
import type { ControlResult, ControlSchema } from './control-operation.ts';

/** Received calls that a message lists: the latest. */
const LISTED_CALLS = 10;

/** The calls of a session are not those that were expected. The message lists the failures and the received calls. */
export class VerificationError extends Error {
  /** One sentence for each expectation that is not met. */
  readonly failures: readonly string[];
  /** The failures about operations that no document declares. */
  readonly unknownOperations: readonly string[];
  /** Requests that match no operation, as "GET /nowhere". */
  readonly unmatched: readonly string[];
  /** Rules of enabled scenarios that never applied, as "petstore/not-found 1". */
  readonly unused: readonly string[];

  constructor(
    session: string,
    { failures, unknownOperations, unmatched, unused }: ControlResult<'/sessions/{id}/verify', 'post'>,
    received: readonly ControlSchema<'ExchangeSummary'>[],
  ) {
    super(
      [
        `the calls of session "${session}" are not as expected:`,
        ...failures.map(failure => `  ${failure}`),
        ...receivedLines(received),
      ].join('\n'),
    );
    this.name = 'VerificationError';
    this.failures = failures;
    this.unknownOperations = unknownOperations;
    this.unmatched = unmatched;
    this.unused = unused;
  }
}

/** What a session received, for a message: the latest calls, one line each. */
function receivedLines(received: readonly ControlSchema<'ExchangeSummary'>[]): readonly string[] {
  if (received.length === 0) return ['The session received no call.'];
  const listed = received.slice(-LISTED_CALLS);
  const omitted = received.length - listed.length;
  return [
    omitted === 0
      ? 'It received:'
      : `It received, after ${omitted} earlier ${omitted === 1 ? 'call' : 'calls'}:`,
    ...listed.map(({ method, path, query, operation, status, verdict }) => {
      const target = `${method} ${path}${query === '' ? '' : `?${query}`}`;
      return `  ${target} -> ${status ?? 'no response'} (${operation ?? 'no operation'}, ${verdict})`;
    }),
  ];
}
