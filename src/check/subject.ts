// What a recorded exchange is about, as far as it can be told before anybody judges it.
import type { Contract } from '../contract/contract.ts';
import { header, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Recorded } from '../recording/recorded.ts';
import { isAsset } from './endpoint.ts';
import { createScope, type Scoped, type Server } from './scope.ts';

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

/** @param servers as for `createScope` */
export function createSubjects(
  contract: Contract,
  servers: readonly Server[],
): (recorded: RecordedExchange) => Subject | Elsewhere {
  const scope = createScope(contract, servers);
  return ({ exchange, origin }) => {
    const { request, response } = exchange;
    if (response !== undefined && isOwnError(response)) return { kind: 'elsewhere', reason: 'mock-error' };
    const scoped = scope(origin, request.method, request.path);
    // Pages, scripts and images come from the same host as many an API.
    if (scoped.kind === 'undocumented' && scoped.known === undefined && isAsset(exchange))
      return { kind: 'elsewhere', reason: 'asset' };
    return scoped;
  };
}
