// Finds the match target of a recorded exchange, or why it is out of scope.

import { isAsset } from '../exchange/asset.ts';
import { header, type Response } from '../exchange/exchange.ts';
import type { Contract } from '../openapi/model.ts';
import type { RecordedExchange } from '../recording/model.ts';
import { createUrlMatcher, type RecordedServer, type UrlMatch } from './recorded-url.ts';

/** What an exchange can be held against: an operation, or an API that does not name it. */
export type MatchTarget = Exclude<UrlMatch, { kind: 'elsewhere' }>;

/** Why an exchange is about none of the documents. */
export interface OutOfScope {
  readonly kind: 'elsewhere';
  readonly reason: 'mock-error' | 'other-host' | 'outside-servers' | 'asset';
}

/** What deadringer's mock says in its own name is no answer of the API. */
export const MOCK_ERROR_HEADER = 'x-deadringer-error';

export function isMockError({ headers }: Response): boolean {
  return header(headers, MOCK_ERROR_HEADER) !== undefined;
}

/** @param servers as for `createScope` */
export function createTargetMatcher(
  contract: Contract,
  servers: readonly RecordedServer[],
): (recorded: RecordedExchange) => MatchTarget | OutOfScope {
  const scope = createUrlMatcher(contract, servers);
  return ({ exchange, origin }) => {
    const { request, response } = exchange;
    if (response !== undefined && isMockError(response)) return { kind: 'elsewhere', reason: 'mock-error' };
    const urlMatch = scope(origin, request.method, request.path);
    // Pages, scripts and images come from the same host as many an API.
    if (urlMatch.kind === 'undocumented' && urlMatch.declaredPath === undefined && isAsset(exchange))
      return { kind: 'elsewhere', reason: 'asset' };
    return urlMatch;
  };
}
