// Finds the operation that a request is an instance of: by API prefix, by Host, or at the root.

import { decodePercent, type Request } from '../exchange/exchange.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';
import { nearestOperations } from './nearest-operations.ts';
import { type Ambiguous, findAtRoot } from './root.ts';
import { buildRoutes, findOnHost, isPrivate, namesHost } from './routes.ts';
import type { Match, MethodNotAllowed, SelectEntries } from './trie.ts';
import { findVariants, selectVariant } from './variants.ts';

export type { Ambiguous } from './root.ts';
export type { Match } from './trie.ts';

export type MatchResult =
  | Match
  | MethodNotAllowed
  | Ambiguous
  /** `closest`: the operations with the most similar paths, closest first. */
  | { readonly kind: 'not-found'; readonly closest: readonly Operation[] };

/** The parts of a request that select its operation. `query` and `headers` tell operations of one method and path apart. */
export interface RoutedRequest extends Partial<Pick<Request, 'query' | 'headers'>> {
  /** As it was sent. */
  readonly method: string;
  /** As sent, not percent-decoded, without the query. */
  readonly path: string;
  /** The Host header. */
  readonly host: string | undefined;
  /** False: the API must be named, by the path or the host. Default true. */
  readonly atRoot?: boolean;
  /** True: only a path as the document writes it, without base path, name and host. An empty segment is a value. */
  readonly asWritten?: boolean;
}

export type Matcher = (request: RoutedRequest) => MatchResult;

/**
 * Creates a function that finds the operation of a request. An API is served below its name, on the hosts of its servers,
 * and at the root, where only one document may claim a path. The places are tried in this order. Below the name and at the
 * root, a path may have the base path or not. In each place the most exact path that declares the method wins, else the most
 * exact path.
 * @example
 * const match = createMatcher(contract);
 * match({ method: 'GET', path: '/petstore/pets/7', host: 'localhost:4010' });
 */
export function createMatcher(contract: Contract): Matcher {
  const routes = buildRoutes(contract);
  const variants = findVariants(contract);

  return request => {
    const { method, path, host, atRoot = true } = request;
    const pieces = path.split('/').slice(1);
    if (request.asWritten) {
      const written = routes.all.find(pieces, method, withoutServer, true);
      if (written?.kind === 'operation') return selectVariant(variants, written, request);
      return written ?? notFound(contract, method, path, []);
    }
    const named = routes.byName.get(decodePercent(pieces[0] ?? ''));
    const byName = named?.trie.find(pieces.slice(1), method);
    if (byName?.kind === 'operation') return selectVariant(variants, byName, request);
    const groups = host === undefined ? [] : routes.serversOn(host.toLowerCase(), undefined);
    const byHost = findOnHost(routes, groups, pieces, method);
    if (byHost?.kind === 'operation') return selectVariant(variants, byHost, request);
    // The host of a real service has the paths of this service only.
    const isElsewhere = !atRoot || (host !== undefined && !isPrivate(host) && namesHost(groups));
    const rootMatch =
      isElsewhere || byName !== undefined || byHost !== undefined
        ? undefined
        : findAtRoot(routes, pieces, method);
    if (rootMatch?.kind === 'operation') return selectVariant(variants, rootMatch, request);
    const addressed = named === undefined ? groups[0]?.bases.map(({ api }) => api) : [named.api];
    const refused = byName ?? byHost ?? rootMatch;
    if (refused !== undefined) return refused;
    return notFound(contract, method, path, addressed ?? []);
  };
}

const withoutServer: SelectEntries = entries => entries.filter(({ server }) => server === undefined);

function notFound(
  contract: Contract,
  method: string,
  path: string,
  addressed: readonly ApiSpec[],
): MatchResult {
  let closest: readonly Operation[] | undefined;
  return {
    kind: 'not-found',
    // Comparing the paths takes long, and not every caller tells what is close.
    get closest() {
      closest ??= nearestOperations(contract, method, path, addressed);
      return closest;
    },
  };
}
