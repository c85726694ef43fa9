// Finds the operation that a request is an instance of: by API prefix, by bare path, or by Host.
import { decodePercent } from '../exchange/exchange.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';
import { nearestOperations } from './nearest-operations.ts';
import { type ApiRoutes, buildRoutes, type Match } from './trie.ts';

export type { Match } from './trie.ts';

export type MatchResult =
  | Match
  /** The path exists, the method does not. `allow`: the methods that do, upper case. */
  | {
      readonly kind: 'method';
      readonly api: ApiSpec;
      readonly path: string;
      readonly allow: readonly string[];
    }
  /** `closest`: operations whose path looks most like this one, nearest first. */
  | { readonly kind: 'path'; readonly closest: readonly Operation[] };

export interface RoutedRequest {
  /** Upper case. */
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** The Host header. */
  readonly host: string | undefined;
}

export type Matcher = (request: RoutedRequest) => MatchResult;

/**
 * An API answers at /<name>/<base path>/..., at /<name>/..., and at /<base path>/... for its own Host. Tried in that
 * order; the first place with the right method wins, else the first with the path.
 */
export function createMatcher(contract: Contract): Matcher {
  const routes = buildRoutes(contract);

  return ({ method, path, host }) => {
    const pathSegments = path.split('/').slice(1);
    let wrongMethod: MatchResult | undefined;
    const tryTrie = (
      trie: ApiRoutes['byServerUrl'],
      api: ApiSpec,
      remaining: readonly string[],
      onHost: string | undefined,
    ): Match | undefined => {
      const found = trie.find(remaining, method, onHost);
      if (found === undefined || found.kind === 'operation') return found;
      wrongMethod ??= { kind: 'method', api, path: found.path, allow: found.allow };
      return undefined;
    };
    const routesOfApi = routes.get(decodePercent(pathSegments[0] ?? ''));
    const remaining = pathSegments.slice(1);
    let match =
      routesOfApi &&
      (tryTrie(routesOfApi.byServerUrl, routesOfApi.api, remaining, undefined) ??
        tryTrie(routesOfApi.byPath, routesOfApi.api, remaining, undefined));
    if (match === undefined && host !== undefined) {
      const lower = host.toLowerCase();
      for (const { api, byServerUrl: full } of routes.values()) {
        match = tryTrie(full, api, pathSegments, lower);
        if (match !== undefined) break;
      }
    }
    return match ?? wrongMethod ?? { kind: 'path', closest: nearestOperations(contract, method, path) };
  };
}
