// Counts calls by operation and status, in the place of journal entries that are dropped.
import type { JournaledEvent } from './journaled-event.ts';

/** Number of calls by target ("petstore.getPet") and status. Status 0: an error of the mock, or no response. */
export type CallCounts = Map<string, Map<number, number>>;

/** Of one operation. */
export type StatusCounts = ReadonlyMap<number, number>;

/** @returns whether the operation had no call with this status before */
export function countCall(
  counts: CallCounts,
  { operation, problem, sent, exchange: { response } }: JournaledEvent,
): boolean {
  // What the mock sent is no call.
  if (operation === undefined || sent !== undefined) return false;
  const status = problem === undefined ? (response?.status ?? 0) : 0;
  let statuses = counts.get(operation.target);
  if (statuses === undefined) {
    statuses = new Map();
    counts.set(operation.target, statuses);
  }
  const count = statuses.get(status);
  statuses.set(status, (count ?? 0) + 1);
  return count === undefined;
}
