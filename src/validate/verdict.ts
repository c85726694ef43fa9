// An exchange, the operation it is an instance of, and what is wrong with it: what journals, logs and reports read.
import type { Exchange } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';

export interface Verdict {
  readonly exchange: Exchange;
  /** Undefined when nothing in the contract claims the request. */
  readonly operation: Operation | undefined;
  readonly findings: readonly Finding[];
}
