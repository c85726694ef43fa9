// Decides to which server a recorded request is sent. Only named targets and allowed hosts are used.

import { decodePercent } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';
import type { ApiSpec, Contract } from '../openapi/model.ts';
import { rankHost, serverBases } from '../openapi/servers.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import { parseRecordedServer, type RecordedServer } from '../routing/recorded-url.ts';

export interface ReplayTarget {
  /** "https://staging.example.com:8443" */
  readonly origin: string;
  /** Base path: "/v2" or "". */
  readonly base: string;
}

/** @returns the target, or one sentence that says why the request is not sent */
export type ResolveTarget = (
  origin: string,
  matchTarget: MatchTarget,
  path: SplitPath,
) => ReplayTarget | string;

/** A path, split after the base path of the server. */
export interface SplitPath {
  readonly base: string;
  /** "/pets/7"; "" for the base path itself. */
  readonly rest: string;
}

/**
 * @param targets "https://staging.example.com/v2" or "petstore=https://..."
 * @param hosts recorded hosts that requests may be sent to: "app.example.com" or "app.example.com:8443"
 * @throws InputError if a target or a host is malformed
 */
export function createTargetResolver(
  targets: readonly string[],
  hosts: readonly string[],
  contract: Contract,
): ResolveTarget {
  const servers = targets.map(text => parseTarget(text, contract));
  const allowed = new Set(hosts.map(parseHost));
  const common = servers.filter(({ api }) => api === undefined);
  if (common.length > 1)
    throw new InputError(
      `two targets without an API name: name the API of each, such as ${firstApiName(contract)}=${targets[1]}`,
    );
  const duplicate = servers.find(({ api }, index) => servers.findIndex(each => each.api === api) < index);
  if (duplicate?.api !== undefined) throw new InputError(`two targets for ${duplicate.api}: give only one`);
  return (origin, matchTarget, { base, rest }) => {
    const api = apiOfTarget(matchTarget);
    const target = servers.find(each => each.api === api.name) ?? common[0];
    if (`${base}${rest}`.split('/').some(isParentSegment))
      return 'its path leaves the base path of the target';
    if (target !== undefined)
      // A target without a path replaces only the origin.
      return { origin: target.origin, base: target.path === '' ? base : target.path };
    const { host, protocol } = new URL(origin);
    if (!allowed.has(host))
      return `${host} is not allowed: add --target <url>, or --allow-host ${host} to send it to the recorded host`;
    if (protocol === 'http:' && isEncrypted(api, host))
      return `it was recorded over http, but the document declares https for ${host}: add --target ${origin} to send it over http`;
    return { origin, base };
  };
}

/** Whether a server may read the segment as "." or "..": also percent-encoded, with a backslash or a parameter. */
function isParentSegment(segment: string): boolean {
  return /^(?:.*[/\\])?\.{1,2}(?:[/\\;].*)?$/s.test(decodePercent(segment));
}

function isEncrypted(api: ApiSpec, host: string): boolean {
  const bases = serverBases(api).filter(base => rankHost(base, host, undefined) !== undefined);
  return bases.length > 0 && bases.every(({ url }) => /^https:/i.test(url));
}

/** The API of a match target. */
export function apiOfTarget(matchTarget: MatchTarget): ApiSpec {
  return matchTarget.kind === 'operation' ? matchTarget.operation.api : matchTarget.api;
}

function firstApiName({ apis }: Contract): string {
  return apis[0]?.name ?? 'api';
}

function parseTarget(text: string, contract: Contract): RecordedServer {
  const server = parseRecordedServer(text, contract);
  const url = URL.parse(text.replace(/^[^=:/]+=/, ''));
  if (url !== null && (url.username !== '' || url.password !== ''))
    throw new InputError(
      'a target URL must not contain a user and password: set DEADRINGER_SECRET_AUTHORIZATION=user:password instead',
    );
  if (url !== null && (url.search !== '' || url.hash !== ''))
    throw new InputError(
      `a target URL must not contain a query or fragment: use ${server.origin}${server.path}`,
    );
  return server;
}

function parseHost(text: string): string {
  const url = /^[^\s/?#@\\]+$/.test(text) ? URL.parse(`https://${text}`) : null;
  if (url === null)
    throw new InputError(`"${text}" is not a host: write app.example.com or app.example.com:8443`);
  return url.host;
}

/** Splits a recorded path into its base path and the path that the document declares. */
export function splitServerPath(path: string, matchTarget: MatchTarget): SplitPath {
  if (matchTarget.kind === 'operation') {
    const pieces = path.split('/').slice(1);
    const { segments } = matchTarget.operation;
    // The path "/" of a document matches the base path with or without a slash.
    const count = segments.length === 0 ? (path.endsWith('/') ? 1 : 0) : segments.length;
    const at = pieces.length - count;
    return { base: joinSegments(pieces.slice(0, at)), rest: joinSegments(pieces.slice(at)) };
  }
  const rest = withoutBasePath(matchTarget.path, matchTarget.api);
  return { base: path.endsWith(rest) ? path.slice(0, path.length - rest.length) : '', rest };
}

/** The path without the base path of a server, if it has one. */
function withoutBasePath(path: string, api: ApiSpec): string {
  const bases = api.operations
    .flatMap(each => each.servers.map(base => base.basePath))
    .filter(base => base !== '');
  const base = bases.find(each => path === each || path.startsWith(`${each}/`));
  return base === undefined ? path : path.slice(base.length);
}

function joinSegments(pieces: readonly string[]): string {
  return pieces.map(piece => `/${piece}`).join('');
}
