// Matches the URL of a recorded exchange to an API and operation, by the servers of the documents and --server.

import { LRUCache } from 'lru-cache';
import { decodePercent } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';
import type { ApiSpec, Contract } from '../openapi/model.ts';
import { startsWithTemplate } from '../openapi/path-template.ts';
import { nearestOperations } from './nearest-operations.ts';
import { type ApiRoutes, buildRoutes, type Match } from './trie.ts';

/** A server that recordings were taken against, other than those of the documents. */
export interface RecordedServer {
  /** The API that answers there; undefined: any. */
  readonly api: string | undefined;
  /** "https://staging.example.com:8443", in lower case. */
  readonly origin: string;
  /** Without a trailing slash: "/v2" or "". */
  readonly path: string;
}

/**
 * @param text "https://staging.example.com/v2", or "petstore=https://..." for the server of one API
 * @throws InputError when it is no such thing
 */
export function parseRecordedServer(text: string, contract: Contract): RecordedServer {
  const [, name, url = ''] = /^(?:([^=:/]+)=)?(.+)$/.exec(text) ?? [];
  if (name !== undefined && !contract.apis.some(api => api.name === name)) {
    const declaredPath = contract.apis.map(api => api.name).join(', ');
    throw new InputError(`there is no API "${name}" to map a server to; known APIs: ${declaredPath}`);
  }
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new InputError(`"${url}" is not a valid server: use https://host or https://host/base/path`);
  return { api: name, origin: parsed.origin, path: parsed.pathname.replace(/\/+$/, '') };
}

export type UrlMatch =
  | Match
  /** The API is meant, and its document has no such path, or not this method. */
  | {
      readonly kind: 'undocumented';
      readonly api: ApiSpec;
      /** Set when only the method is missing: the path's template and the methods it has. */
      readonly declaredPath: { readonly path: string; readonly methods: readonly string[] } | undefined;
      /** The path below the server's base path, as sent. */
      readonly path: string;
    }
  | { readonly kind: 'elsewhere'; readonly reason: 'other-host' | 'outside-servers' };

export type UrlMatcher = (origin: string, method: string, path: string) => UrlMatch;

/**
 * The servers of the documents count, those in `servers` before them, and on this machine and in a private network
 * ("localhost", "mock:4010") the prefixes /<api name>/ of a mock.
 */
export function createUrlMatcher(contract: Contract, servers: readonly RecordedServer[]): UrlMatcher {
  const places = buildRoutes(contract);
  const all = [...places.values()];
  // Traffic goes to a few hosts many times.
  const hosts = new LRUCache<string, HostInfo>({ max: 1000 });

  return (origin, method, path) => {
    let declaredPath = hosts.get(origin);
    if (declaredPath === undefined) {
      declaredPath = describeHost(origin, all, servers);
      hosts.set(origin, declaredPath);
    }
    const { apis, isPrivate } = declaredPath;
    const mapped = declaredPath.servers.find(server => isBelowPath(path, server.path));
    if (mapped !== undefined) {
      const rest = path.slice(mapped.path.length) || '/';
      // One URL may have been named for several APIs.
      const named = declaredPath.servers
        .filter(server => server.path === mapped.path)
        .flatMap(server => (server.api === undefined ? all : (places.get(server.api) ?? [])));
      return matchMappedServer(contract, [...new Set(named)], places, method, rest);
    }
    const serverMatch = matchServers(apis, method, path);
    if (serverMatch?.kind === 'operation') return serverMatch;
    const mockMatch = isPrivate ? matchMockPrefix(all, places, method, path) : undefined;
    if (mockMatch?.kind === 'operation') return mockMatch;
    return serverMatch ?? mockMatch ?? OTHER_HOST;
  };
}

/** What the documents and the user say of one host, found out once. */
interface HostInfo {
  /** Servers that the user named there. */
  readonly servers: readonly RecordedServer[];
  /** `host`: as this API writes it, with or without the usual port. */
  readonly apis: readonly { readonly place: ApiRoutes; readonly bases: Bases; readonly host: string }[];
  readonly isPrivate: boolean;
}

type Bases = ApiSpec['operations'][number]['servers'];

function describeHost(
  origin: string,
  all: readonly ApiRoutes[],
  servers: readonly RecordedServer[],
): HostInfo {
  const normalizedOrigin = withoutDefaultPort(origin.toLowerCase());
  // A name with its final dot is the same name.
  const host = normalizedOrigin.replace(/^[^/]*\/\//, '').replace(/\.(?=:\d+$|$)/, '');
  // A document may write the port that a URL leaves out.
  const full = /:\d+$/.test(host) ? host : `${host}:${normalizedOrigin.startsWith('https:') ? 443 : 80}`;
  return {
    // The longest path first: it is the one that was meant.
    servers: servers
      .filter(server => server.origin === normalizedOrigin)
      .sort((left, right) => right.path.length - left.path.length),
    apis: all.flatMap(place =>
      [host, full]
        .flatMap(name => {
          const bases = serverBases(place.api).filter(base => base.host?.test(name));
          return bases.length === 0 ? [] : [{ place, bases, host: name }];
        })
        .slice(0, 1),
    ),
    isPrivate: isPrivate(host),
  };
}

/** No document would name it. */
export const UNKNOWN_HOST = 'some-host.invalid';

const OTHER_HOST: UrlMatch = { kind: 'elsewhere', reason: 'other-host' };

/** On a host that documents name. */
function matchServers(apis: HostInfo['apis'], method: string, path: string): UrlMatch | undefined {
  const pieces = splitPath(path);
  let best: UrlMatch | undefined;
  for (const {
    place: { api, byServerUrl: full },
    bases,
    host,
  } of apis) {
    const routeMatch = full.find(pieces, method, host);
    if (routeMatch?.kind === 'operation') return routeMatch;
    const base = bases.find(({ segments }) => startsWithTemplate(segments, pieces));
    // A server such as "https://{tenant}/v1" is every host there is: what it does not know need not be about it.
    const matchesAnyHost = bases.every(
      each => each.host?.test(UNKNOWN_HOST) && (each.segments.length === 0 || base === undefined),
    );
    if (matchesAnyHost && routeMatch === undefined) continue;
    const urlMatch: UrlMatch =
      base === undefined
        ? { kind: 'elsewhere', reason: 'outside-servers' }
        : undocumentedMatch(api, routeMatch, `/${pieces.slice(base.segments.length).join('/')}`);
    // Of several APIs on one host, the one that knows the path is meant, then the one below whose base path it lies.
    if (best === undefined || specificity(urlMatch) > specificity(best)) best = urlMatch;
  }
  return best;
}

function specificity(urlMatch: UrlMatch): number {
  if (urlMatch.kind !== 'undocumented') return 0;
  return urlMatch.declaredPath === undefined ? 1 : 2;
}

/** On a host without a public name: a mock that serves every API below its name, or documents with relative servers. */
function matchMockPrefix(
  all: readonly ApiRoutes[],
  places: ReadonlyMap<string, ApiRoutes>,
  method: string,
  path: string,
): UrlMatch | undefined {
  const pieces = splitPath(path);
  const named = places.get(decodePercent(pieces[0] ?? ''));
  if (named !== undefined) return matchInApi(named, method, pieces.slice(1));
  for (const { api, byServerUrl: full } of all) {
    if (serverBases(api).some(base => base.host !== undefined)) continue;
    const routeMatch = full.find(pieces, method, undefined);
    if (routeMatch !== undefined)
      return routeMatch.kind === 'operation' ? routeMatch : undocumentedMatch(api, routeMatch, path);
  }
  return undefined;
}

function matchMappedServer(
  contract: Contract,
  candidates: readonly ApiRoutes[],
  places: ReadonlyMap<string, ApiRoutes>,
  method: string,
  rest: string,
): UrlMatch {
  const pieces = splitPath(rest);
  const named = places.get(decodePercent(pieces[0] ?? ''));
  if (named !== undefined && candidates.includes(named)) {
    const urlMatch = matchInApi(named, method, pieces.slice(1));
    if (urlMatch.kind === 'operation') return urlMatch;
  }
  let best: UrlMatch | undefined;
  for (const place of candidates) {
    const urlMatch = matchInApi(place, method, pieces);
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
  { api, byServerUrl: full, byPath: normalizedOrigin }: ApiRoutes,
  method: string,
  pieces: readonly string[],
): UrlMatch {
  const below = full.find(pieces, method, undefined);
  if (below?.kind === 'operation') return below;
  const plain = normalizedOrigin.find(pieces, method, undefined);
  if (plain?.kind === 'operation') return plain;
  return undocumentedMatch(api, below ?? plain, `/${pieces.join('/')}`);
}

function undocumentedMatch(
  api: ApiSpec,
  routeMatch: ReturnType<ApiRoutes['byServerUrl']['find']>,
  path: string,
): UrlMatch {
  const declaredPath =
    routeMatch?.kind === 'method' ? { path: routeMatch.path, methods: routeMatch.allow } : undefined;
  return { kind: 'undocumented', api, declaredPath, path };
}

/** The distinct servers of its operations. */
export function serverBases(api: ApiSpec): Bases {
  const declaredPath = serverBasesByApi.get(api);
  if (declaredPath !== undefined) return declaredPath;
  const bases = [...new Set(api.operations.flatMap(operation => operation.servers))];
  const distinct = [...new Map(bases.map(base => [base.url, base])).values()];
  serverBasesByApi.set(api, distinct);
  return distinct;
}

const serverBasesByApi = new WeakMap<ApiSpec, Bases>();

/** The URLs that a document says its API answers at. */
export function serverUrls(api: ApiSpec): string[] {
  return serverBases(api).map(({ url }) => url);
}

function splitPath(path: string): string[] {
  return path.split('/').slice(1);
}

function isBelowPath(path: string, base: string): boolean {
  return base === '' || path === base || path.startsWith(`${base}/`);
}

/** Loopback, and names without a dot, as containers and machines of one network call each other. */
function isPrivate(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return /^(127(\.\d{1,3}){3}|\[::1\]|[^.:]+|[^.]+\.localhost)$/.test(name);
}

function withoutDefaultPort(origin: string): string {
  return origin.replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
}
