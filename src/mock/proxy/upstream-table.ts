// The table of upstream services: which request goes to which one.

import { decodePercent } from '../../exchange/exchange.ts';
import type { ApiSpec, Contract, Operation, ServerUrl } from '../../openapi/model.ts';
import { startsWithTemplate } from '../../openapi/path-template.ts';
import { serverBases } from '../../openapi/servers.ts';
import type { MatchResult } from '../../routing/match.ts';
import { createUrlMatcher, type UrlMatch, type UrlMatcher } from '../../routing/recorded-url.ts';
import type { ServedConfig } from '../served-config.ts';
import { isServerHost, type Upstream } from './upstream.ts';

/** Where one request goes. */
export interface UpstreamTarget {
  readonly upstream: Upstream;
  readonly origin: string;
  /** As it is asked there. */
  readonly path: string;
}

/** The table of a running mock. It changes while the mock runs. */
export class UpstreamTable {
  #list: readonly Upstream[] = [];
  #matchers = new WeakMap<ServedConfig, UrlMatcher>();

  constructor(list: readonly Upstream[]) {
    for (const upstream of list) this.set(upstream);
  }

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  list(): readonly Upstream[] {
    return this.#list;
  }

  /** One under each name: a later one takes the place of an earlier. */
  set(upstream: Upstream): void {
    this.#replace([...this.#list.filter(({ name }) => name !== upstream.name), upstream]);
  }

  /** @returns whether there was one */
  delete(name: string): boolean {
    const left = this.#list.filter(each => each.name !== name);
    const found = left.length < this.#list.length;
    this.#replace(left);
    return found;
  }

  #replace(list: readonly Upstream[]): void {
    this.#list = list;
    this.#matchers = new WeakMap();
  }

  /** Where a request goes; undefined: the mock answers. One operation's upstream comes before its API's. */
  targetFor(
    world: ServedConfig,
    matched: MatchResult,
    path: string,
    host: string | undefined,
  ): UpstreamTarget | undefined {
    const resolved = resolvePath(world.contract, matched, path, host, this.#onlyApi());
    if (resolved === undefined) return undefined;
    const operation = matched.kind === 'operation' ? matched.operation.id : undefined;
    const own = this.#list.filter(({ api }) => api === resolved.api.name);
    const upstream =
      own.find(each => each.operation !== undefined && each.operation === operation) ??
      own.find(each => each.operation === undefined);
    if (upstream === undefined) return undefined;
    const base = upstream.path ?? resolved.base;
    return { upstream, origin: upstream.origin, path: `${base}${resolved.rest}` || '/' };
  }

  /** A path as it is with the name of its API, where only its being the only one to have an upstream says whose it is. */
  withApiPrefix(
    { contract }: ServedConfig,
    matched: MatchResult,
    path: string,
    host: string | undefined,
  ): string | undefined {
    const onlyApi = this.#onlyApi();
    const isClaimed = resolvePath(contract, matched, path, host, undefined) !== undefined;
    return onlyApi === undefined || isClaimed ? undefined : `/${encodeURIComponent(onlyApi)}${path}`;
  }

  #onlyApi(): string | undefined {
    const [first, ...others] = new Set(this.#list.map(({ api }) => api));
    return others.length === 0 ? first : undefined;
  }

  /** What a request that was asked at `way` is an instance of: by the URL there, as a check of the recording will see it. */
  matchRecorded(world: ServedConfig, way: UpstreamTarget, method: string): UrlMatch {
    // It may have been changed while the answer was under way.
    if (!this.#list.includes(way.upstream))
      return createTableScope(world, [way.upstream])(way.origin, method, way.path);
    let scope = this.#matchers.get(world);
    if (scope === undefined) {
      scope = createTableScope(world, this.#list);
      this.#matchers.set(world, scope);
    }
    return scope(way.origin, method, way.path);
  }
}

function createTableScope({ contract }: ServedConfig, list: readonly Upstream[]): UrlMatcher {
  return createUrlMatcher(
    contract,
    list.map(({ api, origin, path = '' }) => ({ api, origin, path })),
  );
}

interface ResolvedPath {
  readonly api: ApiSpec;
  /** The base path as the client knows it, or would have to. */
  readonly base: string;
  /** The path below it, as sent: "/pets/7". */
  readonly rest: string;
}

/**
 * Whose request is it? That of the API that it matches, whose name is its prefix or whose host it names; and what nobody
 * claims is for the only API that has an upstream, so that a client may know nothing but the proxy's origin.
 */
function resolvePath(
  { apis }: Contract,
  match: MatchResult,
  path: string,
  host: string | undefined,
  onlyApi: string | undefined,
): ResolvedPath | undefined {
  const pathSegments = path.split('/').slice(1);
  const prefix = decodePercent(pathSegments[0] ?? '');
  const byPrefix = apis.find(({ name }) => name === prefix);
  const api =
    matchedApi(match) ??
    byPrefix ??
    apis.find(each => host !== undefined && isServerHost(each, host)) ??
    apis.find(({ name }) => name === onlyApi);
  if (api === undefined) return undefined;
  const operation = match.kind === 'operation' ? match.operation : undefined;
  const [base] = operation?.servers ?? serverBases(api);
  const isNamed = api === byPrefix;
  const inside = isNamed ? splitBasePath(api, operation, pathSegments.slice(1)) : undefined;
  if (inside !== undefined) return { api, ...inside };
  const bare = { api, base: base?.basePath ?? '', rest: joinSegments(pathSegments.slice(1)) };
  if (isNamed && operation?.segments.length === pathSegments.length - 1) return bare;
  const knowsOrigin = !isNamed || (host !== undefined && isServerHost(api, host)) || api.name === onlyApi;
  const outside = knowsOrigin ? splitBasePath(api, operation, pathSegments) : undefined;
  if (outside !== undefined) return { api, ...outside };
  return isNamed ? bare : { api, base: '', rest: path };
}

function matchedApi(match: MatchResult): ApiSpec | undefined {
  if (match.kind === 'operation') return match.operation.api;
  return match.kind === 'method-not-allowed' ? match.api : undefined;
}

/** Cuts a path into the base path of a server and what lies below it. */
function splitBasePath(
  api: ApiSpec,
  operation: Operation | undefined,
  pathSegments: readonly string[],
): { base: string; rest: string } | undefined {
  const bases = operation?.servers ?? serverBases(api);
  const cut = (at: number): { base: string; rest: string } => ({
    base: joinSegments(pathSegments.slice(0, at)),
    rest: joinSegments(pathSegments.slice(at)),
  });
  if (operation !== undefined) {
    // How long its own path is, the operation tells; what comes before must be a base.
    const at = pathSegments.length - Math.max(operation.segments.length, pathSegments.at(-1) === '' ? 1 : 0);
    const before = pathSegments.slice(0, at);
    return bases.some(({ segments }) => segments.length === at && startsWithTemplate(segments, before))
      ? cut(at)
      : undefined;
  }
  // Of a path that no document names: concrete bases before those with variables, which are anything.
  const base = [...bases]
    .sort(
      (left, right) =>
        countLiterals(right) - countLiterals(left) || right.segments.length - left.segments.length,
    )
    .find(({ segments }) => startsWithTemplate(segments, pathSegments));
  return base && cut(base.segments.length);
}

function countLiterals({ segments }: ServerUrl): number {
  return segments.filter(({ kind }) => kind === 'literal').length;
}

function joinSegments(pathSegments: readonly string[]): string {
  return pathSegments.length === 0 ? '' : `/${pathSegments.join('/')}`;
}
