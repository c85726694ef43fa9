// Matches the URL of a recorded exchange to an API and operation, by the servers of the documents and --server.

import { LRUCache } from 'lru-cache';
import { decodePercent } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';
import type { ApiSpec, Contract, ServerUrl } from '../openapi/model.ts';
import { startsWithTemplate } from '../openapi/path-template.ts';
import { serverBases } from '../openapi/servers.ts';
import { nearestOperations } from './nearest-operations.ts';
import { type ApiRoutes, buildRoutes, type Match } from './trie.ts';

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

/** Matches an origin ("https://api.example.com:8443"), a method in upper case, and a path as sent without the query. */
export type UrlMatcher = (origin: string, method: string, path: string) => UrlMatch;

/**
 * Creates a function that matches URLs. It tries `servers`, then the servers of the documents, and for a private host
 * ("localhost", "mock:4010") the prefixes /<api name>/ of a mock.
 */
export function createUrlMatcher(contract: Contract, servers: readonly RecordedServer[]): UrlMatcher {
  const routes = buildRoutes(contract);
  const allRoutes = [...routes.values()];
  const hosts = new LRUCache<string, HostInfo>({ max: 1000 });

  return (origin, method, path) => {
    let host = hosts.get(origin);
    if (host === undefined) {
      host = describeHost(origin, allRoutes, servers);
      hosts.set(origin, host);
    }
    const mapped = host.servers.find(server => isBelowPath(path, server.path));
    if (mapped !== undefined) {
      const rest = path.slice(mapped.path.length) || '/';
      // Several APIs may be mapped to one URL.
      const candidates = host.servers
        .filter(server => server.path === mapped.path)
        .flatMap(server => (server.api === undefined ? allRoutes : (routes.get(server.api) ?? [])));
      return matchMappedServer(contract, [...new Set(candidates)], routes, method, rest);
    }
    const serverMatch = matchServers(host.apis, method, path);
    if (serverMatch?.kind === 'operation') return serverMatch;
    const mockMatch = host.isPrivate ? matchMockPrefix(allRoutes, routes, method, path) : undefined;
    if (mockMatch?.kind === 'operation') return mockMatch;
    return serverMatch ?? mockMatch ?? OTHER_HOST;
  };
}

/** What the documents and the given servers declare about one host. */
interface HostInfo {
  /** The given servers on this host, longest path first. */
  readonly servers: readonly RecordedServer[];
  /** The APIs with servers on this host. `host`: as the API writes it, with or without the default port. */
  readonly apis: readonly {
    readonly routes: ApiRoutes;
    readonly bases: readonly ServerUrl[];
    readonly host: string;
  }[];
  readonly isPrivate: boolean;
}

function describeHost(
  origin: string,
  allRoutes: readonly ApiRoutes[],
  servers: readonly RecordedServer[],
): HostInfo {
  const normalizedOrigin = withoutDefaultPort(origin.toLowerCase());
  // A host name with a final dot is the same name.
  const host = normalizedOrigin.replace(/^[^/]*\/\//, '').replace(/\.(?=:\d+$|$)/, '');
  // A document may write the default port that the URL omits.
  const hostWithPort = /:\d+$/.test(host)
    ? host
    : `${host}:${normalizedOrigin.startsWith('https:') ? 443 : 80}`;
  return {
    // Longest path first: it is the most specific.
    servers: servers
      .filter(server => server.origin === normalizedOrigin)
      .sort((left, right) => right.path.length - left.path.length),
    apis: allRoutes.flatMap(routes =>
      [host, hostWithPort]
        .flatMap(name => {
          const bases = serverBases(routes.api).filter(base => base.host?.test(name));
          return bases.length === 0 ? [] : [{ routes, bases, host: name }];
        })
        .slice(0, 1),
    ),
    isPrivate: isPrivate(host),
  };
}

/** A host that no document declares (RFC 2606): a server pattern that matches it matches every host. */
export const UNKNOWN_HOST = 'some-host.invalid';

const OTHER_HOST: UrlMatch = { kind: 'out-of-scope', reason: 'other-host' };

/** Matches a URL on a host that documents declare. */
function matchServers(apis: HostInfo['apis'], method: string, path: string): UrlMatch | undefined {
  const pieces = splitPath(path);
  let best: UrlMatch | undefined;
  for (const { routes, bases, host } of apis) {
    const routeMatch = routes.byServerUrl.find(pieces, method, host);
    if (routeMatch?.kind === 'operation') return routeMatch;
    const base = bases.find(({ segments }) => startsWithTemplate(segments, pieces));
    // A server such as "https://{tenant}/v1" matches every host: a path that it does not declare may be another API's.
    const matchesAnyHost = bases.every(
      each => each.host?.test(UNKNOWN_HOST) && (each.segments.length === 0 || base === undefined),
    );
    if (matchesAnyHost && routeMatch === undefined) continue;
    const urlMatch: UrlMatch =
      base === undefined
        ? { kind: 'out-of-scope', reason: 'outside-servers' }
        : undocumentedMatch(routes.api, routeMatch, `/${pieces.slice(base.segments.length).join('/')}`);
    // Of several APIs on one host, prefer the one that declares the path, then the one whose base path contains it.
    if (best === undefined || specificity(urlMatch) > specificity(best)) best = urlMatch;
  }
  return best;
}

function specificity(urlMatch: UrlMatch): number {
  if (urlMatch.kind !== 'undocumented') return 0;
  return urlMatch.declaredPath === undefined ? 1 : 2;
}

/** Matches a URL on a private host: a mock that serves each API below its name, or an API with relative server URLs. */
function matchMockPrefix(
  allRoutes: readonly ApiRoutes[],
  routesByName: ReadonlyMap<string, ApiRoutes>,
  method: string,
  path: string,
): UrlMatch | undefined {
  const pieces = splitPath(path);
  const namedRoutes = routesByName.get(decodePercent(pieces[0] ?? ''));
  if (namedRoutes !== undefined) return matchInApi(namedRoutes, method, pieces.slice(1));
  for (const { api, byServerUrl } of allRoutes) {
    if (serverBases(api).some(base => base.host !== undefined)) continue;
    const routeMatch = byServerUrl.find(pieces, method, undefined);
    if (routeMatch !== undefined)
      return routeMatch.kind === 'operation' ? routeMatch : undocumentedMatch(api, routeMatch, path);
  }
  return undefined;
}

/** @param rest the path below the mapped server */
function matchMappedServer(
  contract: Contract,
  candidates: readonly ApiRoutes[],
  routesByName: ReadonlyMap<string, ApiRoutes>,
  method: string,
  rest: string,
): UrlMatch {
  const pieces = splitPath(rest);
  const namedRoutes = routesByName.get(decodePercent(pieces[0] ?? ''));
  if (namedRoutes !== undefined && candidates.includes(namedRoutes)) {
    const urlMatch = matchInApi(namedRoutes, method, pieces.slice(1));
    if (urlMatch.kind === 'operation') return urlMatch;
  }
  let best: UrlMatch | undefined;
  for (const routes of candidates) {
    const urlMatch = matchInApi(routes, method, pieces);
    if (urlMatch.kind === 'operation') return urlMatch;
    if (best === undefined || specificity(urlMatch) > specificity(best)) best = urlMatch;
  }
  if (candidates.length > 1 && best !== undefined && specificity(best) < 2) {
    const [closest] = nearestOperations(contract, method, rest);
    if (closest !== undefined) return undocumentedMatch(closest.api, undefined, rest);
  }
  return best ?? OTHER_HOST;
}

function matchInApi(
  { api, byServerUrl, byPath }: ApiRoutes,
  method: string,
  pieces: readonly string[],
): UrlMatch {
  const serverMatch = byServerUrl.find(pieces, method, undefined);
  if (serverMatch?.kind === 'operation') return serverMatch;
  const pathMatch = byPath.find(pieces, method, undefined);
  if (pathMatch?.kind === 'operation') return pathMatch;
  return undocumentedMatch(api, serverMatch ?? pathMatch, `/${pieces.join('/')}`);
}

function undocumentedMatch(
  api: ApiSpec,
  routeMatch: ReturnType<ApiRoutes['byServerUrl']['find']>,
  path: string,
): UrlMatch {
  const declaredPath =
    routeMatch?.kind === 'method-not-allowed'
      ? { path: routeMatch.path, methods: routeMatch.allow }
      : undefined;
  return { kind: 'undocumented', api, declaredPath, path };
}

function splitPath(path: string): string[] {
  return path.split('/').slice(1);
}

function isBelowPath(path: string, base: string): boolean {
  return base === '' || path === base || path.startsWith(`${base}/`);
}

/** True for loopback addresses and for names without a dot, which containers and machines of one network use. */
function isPrivate(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return /^(127(\.\d{1,3}){3}|\[::1\]|[^.:]+|[^.]+\.localhost)$/.test(name);
}

function withoutDefaultPort(origin: string): string {
  return origin.replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
}
