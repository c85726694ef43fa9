// Finds the match target of a recorded exchange, or why it is out of scope.

import { isAsset } from '../exchange/asset.ts';
import { type Exchange, header, type Response } from '../exchange/exchange.ts';
import type { Contract } from '../openapi/model.ts';
import type { RecordedExchange } from '../recording/model.ts';
import { createUrlMatcher, type RecordedServer, type UrlMatch } from './recorded-url.ts';
import { findVariants, selectVariant } from './variants.ts';

/** What an exchange is validated against: an operation, or an API whose document does not declare the operation. */
export type MatchTarget = Exclude<UrlMatch, { kind: 'out-of-scope' }>;

/** Why an exchange belongs to none of the documents. */
export interface OutOfScope {
  readonly kind: 'out-of-scope';
  readonly reason: 'mock-error' | 'callback' | 'other-host' | 'outside-servers' | 'asset';
}

/** The header of a response that the mock made itself, such as a problem document, instead of the API. */
export const MOCK_ERROR_HEADER = 'x-deadringer-error';

/**
 * The header of every other response that the mock sent, and of the requests that it sends, which are callbacks and webhooks:
 * the id of the exchange in the journal.
 */
export const EXCHANGE_ID_HEADER = 'x-deadringer-exchange';

export function isMockError({ headers }: Response): boolean {
  return header(headers, MOCK_ERROR_HEADER) !== undefined;
}

/** For validation: no document declares an error of the mock. */
export function withoutMockError({ request, response }: Exchange): Pick<Exchange, 'request' | 'response'> {
  return response === undefined || isMockError(response) ? { request } : { request, response };
}

/** @param servers as for `createUrlMatcher` */
export function createTargetMatcher(
  contract: Contract,
  servers: readonly RecordedServer[],
): (recorded: RecordedExchange) => MatchTarget | OutOfScope {
  const matchUrl = createUrlMatcher(contract, servers);
  const variants = findVariants(contract);
  return ({ exchange, origin }) => {
    const { request, response } = exchange;
    if (response !== undefined && isMockError(response))
      return { kind: 'out-of-scope', reason: 'mock-error' };
    if (header(request.headers, EXCHANGE_ID_HEADER) !== undefined)
      return { kind: 'out-of-scope', reason: 'callback' };
    const isMock = response !== undefined && header(response.headers, EXCHANGE_ID_HEADER) !== undefined;
    const urlMatch = matchUrl(origin, request.method, request.path, isMock);
    if (urlMatch.kind === 'operation') return selectVariant(variants, urlMatch, request);
    // Pages, scripts and images often come from the same host as an API.
    if (urlMatch.kind === 'undocumented' && urlMatch.declaredPath === undefined && isAsset(exchange))
      return { kind: 'out-of-scope', reason: 'asset' };
    return urlMatch;
  };
}
