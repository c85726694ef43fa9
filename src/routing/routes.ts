// The routes of all documents: by the name of the API, and by the host of the request.

import { LRUCache } from 'lru-cache';
import type { ApiSpec, Contract, ServerUrl } from '../openapi/model.ts';
import { matchesEveryHost, rankHost, serverBases } from '../openapi/servers.ts';
import { RouteTrie, type SelectEntries, type TrieMatch } from './trie.ts';

export interface ApiRoutes {
  readonly api: ApiSpec;
  /** Paths below the base paths of the servers, and paths as the document writes them. */
  readonly trie: RouteTrie;
}

/** Servers that fit a host equally well. */
export interface ServerGroup {
  readonly servers: ReadonlySet<ServerUrl>;
  /** The APIs of these servers, each base path once. */
  readonly bases: readonly { readonly api: ApiSpec; readonly base: ServerUrl }[];
}

export interface Routes {
  /** By the name of the API. */
  readonly byName: ReadonlyMap<string, ApiRoutes>;
  /** The paths of all APIs: below the base paths of their servers, and as the documents write them. */
  readonly all: RouteTrie;
  /** The servers on a host, those that fit best first. @param authority and `scheme` as for rankHost */
  serversOn(authority: string, scheme: string | undefined): readonly ServerGroup[];
}

export function buildRoutes({ apis }: Contract): Routes {
  const byName = new Map(apis.map(api => [api.name, { api, trie: buildTrie([api]) }]));
  const [only, ...others] = byName.values();
  const groups = new LRUCache<string, readonly ServerGroup[]>({ max: 100 });
  return {
    byName,
    all: only !== undefined && others.length === 0 ? only.trie : buildTrie(apis),
    serversOn: (authority, scheme) => {
      // A name in the DNS has at most 253 characters.
      if (authority.length > 300) return [];
      const key = `${scheme ?? ''}//${authority}`;
      let found = groups.get(key);
      if (found === undefined) {
        found = groupServers(apis, authority, scheme);
        groups.set(key, found);
      }
      return found;
    },
  };
}

/** Paths below servers come first, so that of two equal paths the one with a base path wins. */
export function buildTrie(apis: readonly ApiSpec[]): RouteTrie {
  const trie = new RouteTrie();
  const operations = apis.flatMap(api => api.operations);
  for (const operation of operations) for (const server of operation.servers) trie.add(operation, server);
  for (const operation of operations) trie.add(operation, undefined);
  return trie;
}

function groupServers(
  apis: readonly ApiSpec[],
  authority: string,
  scheme: string | undefined,
): ServerGroup[] {
  const byRank = new Map<number, { servers: Set<ServerUrl>; bases: { api: ApiSpec; base: ServerUrl }[] }>();
  const groupOf = (server: ServerUrl): ReturnType<typeof byRank.get> => {
    const rank = rankHost(server, authority, scheme);
    if (rank !== undefined && !byRank.has(rank)) byRank.set(rank, { servers: new Set(), bases: [] });
    return rank === undefined ? undefined : byRank.get(rank);
  };
  for (const api of apis) {
    for (const base of serverBases(api)) groupOf(base)?.bases.push({ api, base });
    for (const server of new Set(api.operations.flatMap(({ servers }) => servers)))
      groupOf(server)?.servers.add(server);
  }
  return [...byRank].sort(([left], [right]) => left - right).map(([, group]) => group);
}

/** Selects the paths below some servers. */
export function belowServers(servers: ReadonlySet<ServerUrl>): SelectEntries {
  return entries => entries.filter(({ server }) => server !== undefined && servers.has(server));
}

/** Finds a path below the servers of a host: servers that fit the host better win, then more exact paths. */
export function findOnHost(
  { all }: Routes,
  groups: readonly ServerGroup[],
  pieces: readonly string[],
  method: string,
): TrieMatch | undefined {
  let methodNotAllowed: TrieMatch | undefined;
  for (const { servers } of groups) {
    const match = all.find(pieces, method, belowServers(servers));
    if (match?.kind === 'operation') return match;
    methodNotAllowed ??= match;
  }
  return methodNotAllowed;
}

/** Whether a document names the host of these servers. "https://{tenant}" matches every host and names none. */
export function namesHost(groups: readonly ServerGroup[]): boolean {
  return groups.some(({ bases }) => bases.some(({ base }) => !matchesEveryHost(base)));
}

/** True for loopback addresses and for names without a dot, which containers and machines of one network use. */
export function isPrivate(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return /^(127(\.\d{1,3}){3}|\[::1\]|[^.:]+|[^.]+\.localhost)$/.test(name);
}
