// Finds the operation that a request is an instance of: by API prefix, by bare path, or by Host.

import { decodePercent } from '../exchange/exchange.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';
import { nearestOperations } from './nearest-operations.ts';
import { type ApiRoutes, buildRoutes, type Match } from './trie.ts';

export type { Match } from './trie.ts';

export type MatchResult =
  | Match
  /** The document declares the path but not the method. `allow`: the methods that it declares, in upper case. */
  | {
      readonly kind: 'method-not-allowed';
      readonly api: ApiSpec;
      readonly path: string;
      readonly allow: readonly string[];
    }
  /** `closest`: the operations with the most similar paths, closest first. */
  | { readonly kind: 'not-found'; readonly closest: readonly Operation[] };

/** The parts of a request that select its operation. */
export interface RoutedRequest {
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
 * and, for the hosts of its servers, at /<base path>/.... The matcher tries them in this order. The first that declares the
 * method wins, else the first that declares the path.
 * @example
 * const match = createMatcher(contract);
 * match({ method: 'GET', path: '/petstore/pets/7', host: 'localhost:4010' });
 */
export function createMatcher(contract: Contract): Matcher {
  const routes = buildRoutes(contract);

  return ({ method, path, host }) => {
    const pathSegments = path.split('/').slice(1);
    let methodNotAllowed: MatchResult | undefined;
    const findIn = (
      trie: ApiRoutes['byServerUrl'],
      api: ApiSpec,
      segments: readonly string[],
      serverHost: string | undefined,
    ): Match | undefined => {
      const result = trie.find(segments, method, serverHost);
      if (result === undefined || result.kind === 'operation') return result;
      methodNotAllowed ??= { kind: 'method-not-allowed', api, path: result.path, allow: result.allow };
      return undefined;
    };
    const routesOfApi = routes.get(decodePercent(pathSegments[0] ?? ''));
    const remaining = pathSegments.slice(1);
    let match =
      routesOfApi &&
      (findIn(routesOfApi.byServerUrl, routesOfApi.api, remaining, undefined) ??
        findIn(routesOfApi.byPath, routesOfApi.api, remaining, undefined));
    if (match === undefined && host !== undefined) {
      const lowerCaseHost = host.toLowerCase();
      for (const { api, byServerUrl } of routes.values()) {
        match = findIn(byServerUrl, api, pathSegments, lowerCaseHost);
        if (match !== undefined) break;
      }
    }
    return (
      match ?? methodNotAllowed ?? { kind: 'not-found', closest: nearestOperations(contract, method, path) }
    );
  };
}
