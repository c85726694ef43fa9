// Finds the operation that a request is an instance of: by API prefix, by bare path, or by Host.

import { decodePercent, type Request } from '../exchange/exchange.ts';
import type { Contract, Operation } from '../openapi/model.ts';
import { nearestOperations } from './nearest-operations.ts';
import { buildRoutes, findOnHost } from './routes.ts';
import type { Match, MethodNotAllowed } from './trie.ts';
import { findVariants, selectVariant } from './variants.ts';

export type { Match } from './trie.ts';

export type MatchResult =
  | Match
  | MethodNotAllowed
  /** `closest`: the operations with the most similar paths, closest first. */
  | { readonly kind: 'not-found'; readonly closest: readonly Operation[] };

/** The parts of a request that select its operation. `query` and `headers` tell operations of one method and path apart. */
export interface RoutedRequest extends Partial<Pick<Request, 'query' | 'headers'>> {
  /** Upper case. */
  readonly method: string;
  /** As sent, not percent-decoded, without the query. */
  readonly path: string;
  /** The Host header. */
  readonly host: string | undefined;
}

export type Matcher = (request: RoutedRequest) => MatchResult;

/**
 * Creates a function that finds the operation of a request. An API is served at /<name>/<base path>/..., at /<name>/...,
 * and, for the hosts of its servers, at /<base path>/.... The places below the name are tried first; in each place the most
 * exact path that declares the method wins, else the most exact path.
 * @example
 * const match = createMatcher(contract);
 * match({ method: 'GET', path: '/petstore/pets/7', host: 'localhost:4010' });
 */
export function createMatcher(contract: Contract): Matcher {
  const routes = buildRoutes(contract);
  const variants = findVariants(contract);

  return request => {
    const { method, path, host } = request;
    const pieces = path.split('/').slice(1);
    const named = routes.byName.get(decodePercent(pieces[0] ?? ''));
    const byName = named?.trie.find(pieces.slice(1), method, undefined);
    if (byName?.kind === 'operation') return selectVariant(variants, byName, request);
    const groups = host === undefined ? [] : routes.serversOn(host.toLowerCase(), undefined);
    const byHost = findOnHost(routes, groups, pieces, method);
    if (byHost?.kind === 'operation') return selectVariant(variants, byHost, request);
    const addressed = named === undefined ? groups[0]?.bases.map(({ api }) => api) : [named.api];
    return (
      byName ??
      byHost ?? { kind: 'not-found', closest: nearestOperations(contract, method, path, addressed ?? []) }
    );
  };
}
