// Is a recorded exchange about one of the documents, and which operation is it? By the URL it went to.
import type { ApiSpec, Contract } from '../contract/contract.ts';
import { nearest } from '../contract/nearest.ts';
import { isBelow } from '../contract/template.ts';
import { type Match, type Place, plant } from '../contract/tree.ts';
import { decodePercent } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';

/** A server that recordings were taken against, other than those of the documents. */
export interface Server {
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
export function readServer(text: string, contract: Contract): Server {
  const [, name, url = ''] = /^(?:([^=:/]+)=)?(.+)$/.exec(text) ?? [];
  if (name !== undefined && !contract.apis.some(api => api.name === name)) {
    const known = contract.apis.map(api => api.name).join(', ');
    throw new InputError(`there is no API "${name}" to map a server to; there are ${known}`);
  }
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new InputError(`"${url}" is no server: write it as https://host or https://host/base/path`);
  return { api: name, origin: parsed.origin, path: parsed.pathname.replace(/\/+$/, '') };
}

export type Scoped =
  | Match
  /** The API is meant, and its document has no such path, or not this method. */
  | {
      readonly kind: 'undocumented';
      readonly api: ApiSpec;
      /** Set when only the method is missing: the path's template and the methods it has. */
      readonly known: { readonly path: string; readonly allow: readonly string[] } | undefined;
      /** The path below the server's base path, as sent. */
      readonly path: string;
    }
  | { readonly kind: 'elsewhere'; readonly reason: 'other-host' | 'outside-servers' };

export type Scope = (origin: string, method: string, path: string) => Scoped;

/**
 * The servers of the documents count, those in `servers` before them, and on this machine and in a private network
 * ("localhost", "mock:4010") the prefixes /<api name>/ of a mock.
 */
export function createScope(contract: Contract, servers: readonly Server[]): Scope {
  const places = plant(contract);
  const all = [...places.values()];
  // Traffic goes to few hosts, many times.
  const hosts = new Map<string, Host>();

  return (origin, method, path) => {
    let known = hosts.get(origin);
    if (known === undefined) {
      known = readHost(origin, all, servers);
      if (hosts.size < 1000) hosts.set(origin, known);
    }
    const { apis, isPrivate } = known;
    const mapped = known.servers.find(server => isUnder(path, server.path));
    if (mapped !== undefined) {
      const rest = path.slice(mapped.path.length) || '/';
      // One URL may have been named for several APIs.
      const named = known.servers
        .filter(server => server.path === mapped.path)
        .flatMap(server => (server.api === undefined ? all : (places.get(server.api) ?? [])));
      return onMapped(contract, [...new Set(named)], places, method, rest);
    }
    const onServer = onServers(apis, method, path);
    if (onServer?.kind === 'operation') return onServer;
    const onPrivate = isPrivate ? onPrefix(all, places, method, path) : undefined;
    if (onPrivate?.kind === 'operation') return onPrivate;
    return onServer ?? onPrivate ?? OTHER_HOST;
  };
}

/** What the documents and the user say of one host, found out once. */
interface Host {
  /** Servers that the user named there. */
  readonly servers: readonly Server[];
  /** `host`: as this API writes it, with or without the usual port. */
  readonly apis: readonly { readonly place: Place; readonly bases: Bases; readonly host: string }[];
  readonly isPrivate: boolean;
}

type Bases = ApiSpec['operations'][number]['bases'];

function readHost(origin: string, all: readonly Place[], servers: readonly Server[]): Host {
  const bare = withoutUsualPort(origin.toLowerCase());
  // A name with its final dot is the same name.
  const host = bare.replace(/^[^/]*\/\//, '').replace(/\.(?=:\d+$|$)/, '');
  // A document may write the port that a URL leaves out.
  const full = /:\d+$/.test(host) ? host : `${host}:${bare.startsWith('https:') ? 443 : 80}`;
  return {
    // The longest path first: it is the one that was meant.
    servers: servers
      .filter(server => server.origin === bare)
      .sort((left, right) => right.path.length - left.path.length),
    apis: all.flatMap(place =>
      [host, full]
        .flatMap(name => {
          const bases = basesOf(place.api).filter(base => base.host?.test(name));
          return bases.length === 0 ? [] : [{ place, bases, host: name }];
        })
        .slice(0, 1),
    ),
    isPrivate: isPrivate(host),
  };
}

/** No document would name it. */
export const SOME_HOST = 'some-host.invalid';

const OTHER_HOST: Scoped = { kind: 'elsewhere', reason: 'other-host' };

/** On a host that documents name. */
function onServers(apis: Host['apis'], method: string, path: string): Scoped | undefined {
  const pieces = piecesOf(path);
  let best: Scoped | undefined;
  for (const {
    place: { api, full },
    bases,
    host,
  } of apis) {
    const found = full.find(pieces, method, host);
    if (found?.kind === 'operation') return found;
    const base = bases.find(({ segments }) => isBelow(segments, pieces));
    // A server such as "https://{tenant}/v1" is every host there is: what it does not know need not be about it.
    const isVague = bases.every(
      each => each.host?.test(SOME_HOST) && (each.segments.length === 0 || base === undefined),
    );
    if (isVague && found === undefined) continue;
    const scoped: Scoped =
      base === undefined
        ? { kind: 'elsewhere', reason: 'outside-servers' }
        : undocumented(api, found, `/${pieces.slice(base.segments.length).join('/')}`);
    // Of several APIs on one host, the one that knows the path is meant, then the one below whose base path it lies.
    if (best === undefined || rank(scoped) > rank(best)) best = scoped;
  }
  return best;
}

function rank(scoped: Scoped): number {
  if (scoped.kind !== 'undocumented') return 0;
  return scoped.known === undefined ? 1 : 2;
}

/** On a host without a public name: a mock that serves every API below its name, or documents with relative servers. */
function onPrefix(
  all: readonly Place[],
  places: ReadonlyMap<string, Place>,
  method: string,
  path: string,
): Scoped | undefined {
  const pieces = piecesOf(path);
  const named = places.get(decodePercent(pieces[0] ?? ''));
  if (named !== undefined) return inPlace(named, method, pieces.slice(1));
  for (const { api, full } of all) {
    if (basesOf(api).some(base => base.host !== undefined)) continue;
    const found = full.find(pieces, method, undefined);
    if (found !== undefined) return found.kind === 'operation' ? found : undocumented(api, found, path);
  }
  return undefined;
}

function onMapped(
  contract: Contract,
  candidates: readonly Place[],
  places: ReadonlyMap<string, Place>,
  method: string,
  rest: string,
): Scoped {
  const pieces = piecesOf(rest);
  const named = places.get(decodePercent(pieces[0] ?? ''));
  if (named !== undefined && candidates.includes(named)) {
    const scoped = inPlace(named, method, pieces.slice(1));
    if (scoped.kind === 'operation') return scoped;
  }
  let best: Scoped | undefined;
  for (const place of candidates) {
    const scoped = inPlace(place, method, pieces);
    if (scoped.kind === 'operation') return scoped;
    if (best === undefined || rank(scoped) > rank(best)) best = scoped;
  }
  if (candidates.length > 1 && best !== undefined && rank(best) < 2) {
    const [closest] = nearest(contract, method, rest);
    if (closest !== undefined) return undocumented(closest.api, undefined, rest);
  }
  return best ?? OTHER_HOST;
}

function inPlace({ api, full, bare }: Place, method: string, pieces: readonly string[]): Scoped {
  const below = full.find(pieces, method, undefined);
  if (below?.kind === 'operation') return below;
  const plain = bare.find(pieces, method, undefined);
  if (plain?.kind === 'operation') return plain;
  return undocumented(api, below ?? plain, `/${pieces.join('/')}`);
}

function undocumented(api: ApiSpec, found: ReturnType<Place['full']['find']>, path: string): Scoped {
  const known = found?.kind === 'method' ? { path: found.path, allow: found.allow } : undefined;
  return { kind: 'undocumented', api, known, path };
}

/** The distinct servers of its operations. */
export function basesOf(api: ApiSpec): Bases {
  const known = BASES.get(api);
  if (known !== undefined) return known;
  const bases = [...new Set(api.operations.flatMap(operation => operation.bases))];
  const distinct = [...new Map(bases.map(base => [base.url, base])).values()];
  BASES.set(api, distinct);
  return distinct;
}

const BASES = new WeakMap<ApiSpec, Bases>();

/** The URLs that a document says its API answers at. */
export function serversOf(api: ApiSpec): string[] {
  return basesOf(api).map(({ url }) => url);
}

function piecesOf(path: string): string[] {
  return path.split('/').slice(1);
}

function isUnder(path: string, base: string): boolean {
  return base === '' || path === base || path.startsWith(`${base}/`);
}

/** Loopback, and names without a dot, as containers and machines of one network call each other. */
function isPrivate(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return /^(127(\.\d{1,3}){3}|\[::1\]|[^.:]+|[^.]+\.localhost)$/.test(name);
}

function withoutUsualPort(origin: string): string {
  return origin.replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
}
