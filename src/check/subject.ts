// What an exchange is about, as far as it can be told before anybody judges it.
import { header, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Recorded } from '../recording/recorded.ts';
import type { Scoped } from './scope.ts';

export type RecordedExchange = Recorded & { kind: 'exchange' };

/** What an exchange can be held against: an operation, or an API that does not name it. */
export type Subject = Exclude<Scoped, { kind: 'elsewhere' }>;

/** Why an exchange is about none of the documents. */
export interface Elsewhere {
  readonly kind: 'elsewhere';
  readonly reason: 'mock-error' | 'other-host' | 'outside-servers' | 'asset';
}

/** A finding that knows what stood there before and what stands there now, better than the document does. */
export interface Difference extends Finding {
  /** Without secrets. To be asked for only where it is shown: taking them out costs more than comparing. */
  readonly words?: () => Words;
}

export interface Words {
  readonly was?: string;
  readonly is?: string;
}

/** What deadringer's mock says in its own name is no answer of the API. */
export const OWN_ERROR = 'x-deadringer-error';

export function isOwnError({ headers }: Response): boolean {
  return header(headers, OWN_ERROR) !== undefined;
}
