// The record of one served request: exchange, findings, scenario rules, upstream. Journal, log and events read it.
import type { Exchange } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import type { Delivery } from '../scenario/delivery.ts';
import type { ProblemCode } from './problem.ts';

/** One exchange that this mock served or proxied. */
export interface ServeEvent {
  readonly exchange: Exchange;
  /** Undefined when no operation matches the request. */
  readonly operation: Operation | undefined;
  readonly findings: readonly Finding[];
  readonly session: string;
  /** The finding that made the mock refuse the request, when it did. */
  readonly refusedFor: Finding | undefined;
  /** Set when the answer is the mock's own and not the API's. */
  readonly problem: ProblemCode | undefined;
  /** The scenario rules that had a part in the answer, as "petstore/not-found 1". */
  readonly rules: readonly string[];
  /** Why the answer may break the contract, when a scenario says that it may. */
  readonly offContract: string | undefined;
  readonly delivery: Delivery;
  /** Set when the real service was asked. */
  readonly upstream?: UpstreamAttempt | undefined;
}

/** Where the real service was asked, and what became of its answer. */
export interface UpstreamAttempt {
  /** "https://api.example.com" */
  readonly origin: string;
  /** As asked there, without the query. */
  readonly path: string;
  /** Why there is no answer, or not a whole one; undefined: it came whole. */
  readonly broke: string | undefined;
}
