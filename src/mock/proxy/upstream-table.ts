// The table of upstream services: selects the upstream of a request.

import { decodePercent } from '../../exchange/exchange.ts';
import type { ApiSpec, Contract, Operation, ServerUrl } from '../../openapi/model.ts';
import { startsWithTemplate } from '../../openapi/path-template.ts';
import { serverBases } from '../../openapi/servers.ts';
import type { MatchResult } from '../../routing/match.ts';
import { createUrlMatcher, type UrlMatch, type UrlMatcher } from '../../routing/recorded-url.ts';
import type { ServedConfig } from '../served-config.ts';
import { isServerHost, type Upstream } from './upstream.ts';

/** The upstream of a request, and the URL there. */
export interface UpstreamTarget {
  readonly upstream: Upstream;
  readonly origin: string;
  /** Path at the upstream. */
  readonly path: string;
}

/** The control API can change it while the mock runs. */
export class UpstreamTable {
  #list: readonly Upstream[] = [];
  #onlyApi: string | undefined;
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

  /** Adds an upstream, or replaces the one with the same name. */
  set(upstream: Upstream): void {
    this.#replace([...this.#list.filter(({ name }) => name !== upstream.name), upstream]);
  }

  replaceAll(list: readonly Upstream[]): void {
    this.#replace(list);
  }

  /** @returns false if there is no upstream with this name */
  delete(name: string): boolean {
    const remaining = this.#list.filter(each => each.name !== name);
    const exists = remaining.length < this.#list.length;
    this.#replace(remaining);
    return exists;
  }

  #replace(list: readonly Upstream[]): void {
    this.#list = list;
    const [first, ...others] = new Set(list.map(({ api }) => api));
    this.#onlyApi = others.length === 0 ? first : undefined;
    this.#matchers = new WeakMap();
  }

  /** The upstream of the operation, else that of its API. @returns undefined: the mock responds */
  upstreamFor(apiName: string, operationId: string | undefined): Upstream | undefined {
    const ofApi = this.#list.filter(({ api }) => api === apiName);
    return (
      ofApi.find(({ operation }) => operation !== undefined && operation === operationId) ??
      ofApi.find(({ operation }) => operation === undefined)
    );
  }

  /** Selects the upstream of the request, and its URL there. @returns undefined: the mock responds */
  targetFor(
    { contract }: ServedConfig,
    match: MatchResult,
    path: string,
    host: string | undefined,
  ): UpstreamTarget | undefined {
    const resolved = resolvePath(contract, match, path, host, this.#onlyApi);
    if (resolved === undefined) return undefined;
    const operation = match.kind === 'operation' ? match.operation.id : undefined;
    const upstream = this.upstreamFor(resolved.api.name, operation);
    if (upstream === undefined) return undefined;
    const base = upstream.path ?? resolved.base;
    return { upstream, origin: upstream.origin, path: `${base}${resolved.rest}` || '/' };
  }

  /**
   * Adds the API prefix to a path that matches no operation and no other API, if only one API has upstreams: its clients may
   * know only the origin of the mock, and its paths may begin like its name. @returns undefined: the path stays as it is
   */
  withApiPrefix(
    { contract }: ServedConfig,
    match: MatchResult,
    path: string,
    host: string | undefined,
  ): string | undefined {
    const onlyApi = this.#onlyApi;
    const claiming = resolvePath(contract, match, path, host, undefined)?.api.name ?? onlyApi;
    return onlyApi === undefined || claiming !== onlyApi
      ? undefined
      : `/${encodeURIComponent(onlyApi)}${path}`;
  }

  /** The API of all upstreams, if they have one: it gets the paths that name no API. */
  get onlyApi(): string | undefined {
    return this.#onlyApi;
  }

  /** Matches a proxied request by its URL at the upstream, like a check of the recording does. */
  matchRecorded(config: ServedConfig, target: UpstreamTarget, method: string): UrlMatch {
    // The table may have changed since the request was sent.
    if (!this.#list.includes(target.upstream))
      return createTableMatcher(config, [target.upstream])(target.origin, method, target.path);
    let matcher = this.#matchers.get(config);
    if (matcher === undefined) {
      matcher = createTableMatcher(config, this.#list);
      this.#matchers.set(config, matcher);
    }
    return matcher(target.origin, method, target.path);
  }
}

function createTableMatcher({ contract }: ServedConfig, list: readonly Upstream[]): UrlMatcher {
  return createUrlMatcher(
    contract,
    list.map(({ api, origin, path = '' }) => ({ api, origin, path })),
  );
}

interface ResolvedPath {
  readonly api: ApiSpec;
  /** The base path of the API at its server. */
  readonly base: string;
  /** The path below it, as sent: "/pets/7". */
  readonly rest: string;
}

/**
 * Finds the API of a path: the API of the matched operation, the API in the path prefix, the API in the Host header, else
 * the only API with upstreams.
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
  const mayLackPrefix = !isNamed || (host !== undefined && isServerHost(api, host)) || api.name === onlyApi;
  const outside = mayLackPrefix ? splitBasePath(api, operation, pathSegments) : undefined;
  if (outside !== undefined) return { api, ...outside };
  if (operation?.segments.length === pathSegments.length)
    return { api, base: base?.basePath ?? '', rest: path };
  return isNamed ? bare : { api, base: '', rest: path };
}

function matchedApi(match: MatchResult): ApiSpec | undefined {
  if (match.kind === 'operation') return match.operation.api;
  return match.kind === 'method-not-allowed' ? match.api : undefined;
}

/** Splits a path into the base path of a server and the rest. */
function splitBasePath(
  api: ApiSpec,
  operation: Operation | undefined,
  pathSegments: readonly string[],
): { base: string; rest: string } | undefined {
  const bases = operation?.servers ?? serverBases(api);
  const splitAt = (index: number): { base: string; rest: string } => ({
    base: joinSegments(pathSegments.slice(0, index)),
    rest: joinSegments(pathSegments.slice(index)),
  });
  if (operation !== undefined) {
    // The path template of the operation has a known length, and the segments before it must be a base path.
    const index =
      pathSegments.length - Math.max(operation.segments.length, pathSegments.at(-1) === '' ? 1 : 0);
    const before = pathSegments.slice(0, index);
    return bases.some(({ segments }) => segments.length === index && startsWithTemplate(segments, before))
      ? splitAt(index)
      : undefined;
  }
  // For an undocumented path, prefer base paths without variables: a variable matches any segment.
  const base = [...bases]
    .sort(
      (left, right) =>
        countLiterals(right) - countLiterals(left) || right.segments.length - left.segments.length,
    )
    .find(({ segments }) => startsWithTemplate(segments, pathSegments));
  return base && splitAt(base.segments.length);
}

function countLiterals({ segments }: ServerUrl): number {
  return segments.filter(({ kind }) => kind === 'literal').length;
}

function joinSegments(pathSegments: readonly string[]): string {
  return pathSegments.length === 0 ? '' : `/${pathSegments.join('/')}`;
}
