// Counts the requests of each credential against the rate limit of an operation, on the clock of the session.

import type { Operation } from '../../openapi/model.ts';
import { parseRate, type Rate } from '../../openapi/rate-limit.ts';
import type { Call } from '../../scenario/call.ts';
import type { NodeReference } from '../respond/body-source.ts';
import { credentialsOf, hashCredential, identityOf } from './credentials.ts';

/** The rate limit that is in force for an operation, and who sets it: a switch, or the document. */
export interface RateInForce {
  readonly rate: Rate;
  readonly setBy: { readonly target: string } | { readonly node: NodeReference };
}

/** What a switch says: a rate, "on" for the one that the document declares, or "off". */
export interface SwitchedRate {
  readonly target: string;
  readonly rate: string;
}

/** A window begins with the first request, and ends after the time of the rate. */
interface RateCount {
  readonly start: number;
  calls: number;
}

/** By rate limit and credential; the window that began first comes first. */
export type RateCounts = Map<string, RateCount>;

/** A request that was counted against a rate limit. */
export interface RateVerdict extends RateInForce {
  /** False: the request has no credential, so those of the session without one are counted together. */
  readonly hasCredential: boolean;
  /** The number of this request in the window. */
  readonly calls: number;
  /** The time of the session's clock. */
  readonly at: number;
  /** The end of the window, on the same clock. */
  readonly resetsAt: number;
  readonly isExceeded: boolean;
}

const CLOCKS_DIFFER_MS = 1000;

/** A session counts at most so many windows. Beyond it, the oldest window is forgotten. */
const MAX_COUNTS = 1000;

export function rateInForce(
  { rateLimit: { rate, enabled, scope } }: Operation,
  switched: SwitchedRate | undefined,
): RateInForce | undefined {
  if (switched !== undefined && switched.rate !== 'on') {
    const set = parseRate(switched.rate);
    return set && { rate: set, setBy: { target: switched.target } };
  }
  if (rate === undefined || scope === undefined || (!enabled && switched === undefined)) return undefined;
  return { rate, setBy: { node: scope } };
}

/** Counts a request. @param isRepeated true: it was counted before, when an upstream was to respond */
export function countRequest(
  counts: RateCounts,
  inForce: RateInForce,
  { request, operation }: Call,
  at: number,
  isRepeated: boolean,
): RateVerdict {
  const { rate, setBy } = inForce;
  const [credential] = credentialsOf(request, operation);
  const key = `${budgetOf(setBy)}\n${credential === undefined ? '' : hashCredential(identityOf(credential))}`;
  let count = counts.get(key);
  // The clock of a session may also be set back. The clocks of replicas differ a little.
  if (count === undefined || at < count.start - CLOCKS_DIFFER_MS || at >= count.start + rate.window) {
    counts.delete(key);
    count = { start: at, calls: 0 };
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (counts.size > MAX_COUNTS && oldest !== undefined) counts.delete(oldest);
  }
  if (!isRepeated) count.calls++;
  return {
    rate,
    setBy,
    hasCredential: credential !== undefined,
    calls: count.calls,
    at,
    resetsAt: count.start + rate.window,
    isExceeded: count.calls > rate.requests,
  };
}

/** Forgets what was counted against the rate limit of a switch. */
export function forgetCounts(counts: RateCounts, target: string): void {
  for (const key of counts.keys()) if (key.startsWith(`${budgetOf({ target })}\n`)) counts.delete(key);
}

/** All operations of a target, or below a node of a document, share one limit. */
function budgetOf(setBy: RateInForce['setBy']): string {
  return 'target' in setBy ? `switch ${setBy.target}` : `${setBy.node.uri}#${setBy.node.pointer}`;
}
