// Matches the URL of a recorded exchange to an API and operation, by the servers of the documents and --server.

import { LRUCache } from 'lru-cache';
import { decodePercent } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';
import type { ApiSpec, Contract, ServerUrl } from '../openapi/model.ts';
import { compareExactness, startsWithTemplate } from '../openapi/path-template.ts';
import { matchesEveryHost, serverBases } from '../openapi/servers.ts';
import { nearestOperations } from './nearest-operations.ts';
import { findAtRoot } from './root.ts';
import {
  type ApiRoutes,
  belowServers,
  buildRoutes,
  buildTrie,
  findOnHost,
  isPrivate,
  namesHost,
  type Routes,
  type ServerGroup,
} from './routes.ts';
import type { Match, MethodNotAllowed, RouteTrie } from './trie.ts';

/** A server that traffic was recorded from, in addition to those of the documents. */
export interface RecordedServer {
  /** The API that the server serves; undefined: any API. */
  readonly api: string | undefined;
  /** "https://staging.example.com:8443", in lower case. */
  readonly origin: string;
  /** Without a trailing slash: "/v2" or "". */
  readonly path: string;
}

/**
 * @param text "https://staging.example.com/v2", or "petstore=https://..." for the server of one API
 * @throws InputError when the text is not a server URL or names an unknown API
 */
export function parseRecordedServer(text: string, contract: Contract): RecordedServer {
  const [, name, url = ''] = /^(?:([^=:/]+)=)?(.+)$/.exec(text) ?? [];
  if (name !== undefined && !contract.apis.some(api => api.name === name)) {
    const known = contract.apis.map(api => api.name).join(', ');
    throw new InputError(`there is no API "${name}" to map a server to; known APIs: ${known}`);
  }
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new InputError(`"${url}" is not a valid server: use https://host or https://host/base/path`);
  return { api: name, origin: parsed.origin, path: parsed.pathname.replace(/(?<!\/)\/+$/, '') };
}

export type UrlMatch =
  | Match
  /** The URL belongs to the API, but its document does not declare the path or the method. */
  | {
      readonly kind: 'undocumented';
      readonly api: ApiSpec;
      /** Set when only the method is missing: the path's template and the methods it declares. */
      readonly declaredPath: { readonly path: string; readonly methods: readonly string[] } | undefined;
      /** The path below the server's base path, as sent. */
      readonly path: string;
    }
  | { readonly kind: 'out-of-scope'; readonly reason: 'other-host' | 'outside-servers' };

/**
 * Matches an origin ("https://api.example.com:8443"), a method in upper case, and a path as sent without the query.
 * @param isMock the response is from a mock, whatever its host: it serves each API below its name
 */
export type UrlMatcher = (origin: string, method: string, path: string, isMock?: boolean) => UrlMatch;

/**
 * Creates a function that matches URLs. It tries `servers`, then the servers of the documents, and for a private host
 * ("localhost", "mock:4010") the prefixes /<api name>/ of a mock.
 */
export function createUrlMatcher(contract: Contract, servers: readonly RecordedServer[]): UrlMatcher {
  const routes = buildRoutes(contract);
  const mappedServers = mapServers(contract, servers);
  const relativeServers = new Set(
    contract.apis
      .filter(api => serverBases(api).every(({ host }) => host === undefined))
      .flatMap(api => api.operations.flatMap(operation => operation.servers)),
  );
  const hosts = new LRUCache<string, HostInfo>({ max: 1000 });

  return (origin, method, path, isMock = false) => {
    let host = hosts.get(origin);
    if (host === undefined) {
      host = describeHost(origin, routes, mappedServers);
      hosts.set(origin, host);
    }
    const mapped = host.mapped.find(server => isBelowPath(path, server.path));
    if (mapped !== undefined) {
      const rest = path.slice(mapped.path.length) || '/';
      return matchMappedServer(contract, mapped, routes, method, rest);
    }
    const pieces = splitPath(path);
    const serverMatch = matchServers(host.groups, routes, method, pieces);
    if (serverMatch?.kind === 'operation' || (!host.isPrivate && !isMock)) return serverMatch ?? OTHER_HOST;
    const mockMatch = matchMock(routes, relativeServers, method, path, isMock);
    if (mockMatch?.kind === 'operation') return mockMatch;
    return serverMatch ?? mockMatch ?? OTHER_HOST;
  };
}

/** The APIs that the given servers map to one URL. */
interface MappedServer {
  readonly origin: string;
  readonly path: string;
  readonly apis: readonly ApiSpec[];
  readonly trie: RouteTrie;
}

/** Longest path first: it is the most specific. */
function mapServers({ apis }: Contract, servers: readonly RecordedServer[]): MappedServer[] {
  const byUrl = Map.groupBy(servers, ({ origin, path }) => origin + path);
  return [...byUrl.values()]
    .map(group => {
      const [{ origin, path }] = group as [RecordedServer];
      const mapped = apis.filter(({ name }) => group.some(({ api }) => api === undefined || api === name));
      return { origin, path, apis: mapped, trie: buildTrie(mapped) };
    })
    .sort((left, right) => right.path.length - left.path.length);
}

/** What the documents and the given servers declare about one host. */
interface HostInfo {
  /** The given servers on this host, longest path first. */
  readonly mapped: readonly MappedServer[];
  readonly groups: readonly ServerGroup[];
  readonly isPrivate: boolean;
}

function describeHost(origin: string, routes: Routes, servers: readonly MappedServer[]): HostInfo {
  const normalizedOrigin = withoutDefaultPort(origin.toLowerCase());
  const [, scheme, host = ''] = /^(?:([^/:]*):)?\/\/(.*)$/.exec(normalizedOrigin) ?? [];
  return {
    mapped: servers.filter(server => server.origin === normalizedOrigin),
    groups: routes.serversOn(host, scheme),
    isPrivate: isPrivate(host),
  };
}

const OTHER_HOST: UrlMatch = { kind: 'out-of-scope', reason: 'other-host' };

/** Matches a URL on a host that documents declare. */
function matchServers(
  groups: readonly ServerGroup[],
  routes: Routes,
  method: string,
  pieces: readonly string[],
): UrlMatch | undefined {
  const routeMatch = findOnHost(routes, groups, pieces, method);
  if (routeMatch?.kind === 'operation') return routeMatch;
  const bases = groups.flatMap(group =>
    group.bases
      .filter(({ base: { segments } }) => startsWithTemplate(segments, pieces))
      .sort((left, right) => compareExactness(left.base.segments, right.base.segments)),
  );
  const claiming =
    routeMatch === undefined
      ? // A server such as "https://{tenant}" matches every URL: a path that it does not declare may be another API's.
        bases.find(({ base }) => base.segments.length > 0 || !matchesEveryHost(base))
      : (bases.find(({ api }) => api === routeMatch.api) ?? { api: routeMatch.api, base: undefined });
  if (claiming !== undefined) {
    const rest = pieces.slice(claiming.base?.segments.length ?? 0);
    return undocumentedMatch(claiming.api, routeMatch, `/${rest.join('/')}`);
  }
  return namesHost(groups) ? { kind: 'out-of-scope', reason: 'outside-servers' } : undefined;
}

/**
 * Matches a URL of a mock, which serves each API below its name and at the root, or of an API with relative server URLs.
 * @param isMock whether the mock is known to have responded: another private host is no reason to look at the root
 */
function matchMock(
  routes: Routes,
  relativeServers: ReadonlySet<ServerUrl>,
  method: string,
  path: string,
  isMock: boolean,
): UrlMatch | undefined {
  const pieces = splitPath(path);
  const named = routes.byName.get(decodePercent(pieces[0] ?? ''));
  const byPrefix = named && matchInApi(named, method, pieces.slice(1));
  if (byPrefix?.kind === 'operation') return byPrefix;
  const routeMatch =
    named === undefined ? routes.all.find(pieces, method, belowServers(relativeServers)) : undefined;
  if (routeMatch?.kind === 'operation') return routeMatch;
  const atRoot = isMock ? findAtRoot(routes, pieces, method) : undefined;
  if (atRoot?.kind === 'operation') return atRoot;
  return byPrefix ?? (routeMatch && undocumentedMatch(routeMatch.api, routeMatch, path));
}

/** @param rest the path below the mapped server */
function matchMappedServer(
  contract: Contract,
  { apis, trie }: MappedServer,
  { byName }: Routes,
  method: string,
  rest: string,
): UrlMatch {
  const pieces = splitPath(rest);
  const named = byName.get(decodePercent(pieces[0] ?? ''));
  const isNamed = named !== undefined && apis.includes(named.api);
  const byPrefix = isNamed ? matchInApi(named, method, pieces.slice(1)) : undefined;
  if (byPrefix?.kind === 'operation') return byPrefix;
  const routeMatch = trie.find(pieces, method);
  if (routeMatch?.kind === 'operation') return routeMatch;
  if (routeMatch !== undefined) return undocumentedMatch(routeMatch.api, routeMatch, rest);
  if (byPrefix !== undefined && apis.length > 1) return byPrefix;
  const closest = apis.length > 1 ? nearestOperations(contract, method, rest, apis)[0]?.api : apis[0];
  return closest === undefined ? OTHER_HOST : undocumentedMatch(closest, undefined, rest);
}

function matchInApi({ api, trie }: ApiRoutes, method: string, pieces: readonly string[]): UrlMatch {
  const match = trie.find(pieces, method);
  return match?.kind === 'operation' ? match : undocumentedMatch(api, match, `/${pieces.join('/')}`);
}

function undocumentedMatch(api: ApiSpec, match: MethodNotAllowed | undefined, path: string): UrlMatch {
  const declaredPath = match && { path: match.path, methods: match.allow };
  return { kind: 'undocumented', api, declaredPath, path };
}

function splitPath(path: string): string[] {
  return path.split('/').slice(1);
}

function isBelowPath(path: string, base: string): boolean {
  return base === '' || path === base || path.startsWith(`${base}/`);
}

function withoutDefaultPort(origin: string): string {
  return origin.replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
}
