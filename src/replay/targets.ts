// Where a recorded request goes this time: to the targets and hosts that were named, and nowhere else.
import { basesOf, readServer, type Server } from '../check/scope.ts';
import type { Subject } from '../check/subject.ts';
import type { ApiSpec, Contract } from '../contract/contract.ts';
import { decodePercent } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';

export interface Aim {
  /** "https://staging.example.com:8443" */
  readonly origin: string;
  /** What stands before the path below the server: "/v2" or "". */
  readonly base: string;
}

/** @returns where to, or one sentence why nowhere */
export type Aiming = (origin: string, subject: Subject, place: Below) => Aim | string;

/** A path taken apart at the end of the server's base path. */
export interface Below {
  readonly base: string;
  /** "/pets/7"; "" for what is the base path itself. */
  readonly rest: string;
}

/**
 * @param targets "https://staging.example.com/v2" or "petstore=https://..."
 * @param hosts "app.example.com" or "app.example.com:8443": recorded there, and to be asked there again
 * @throws InputError when one of them is no such thing
 */
export function readTargets(
  targets: readonly string[],
  hosts: readonly string[],
  contract: Contract,
): Aiming {
  const servers = targets.map(text => readTarget(text, contract));
  const allowed = new Set(hosts.map(readHost));
  const common = servers.filter(({ api }) => api === undefined);
  if (common.length > 1)
    throw new InputError(
      `two targets for every API: say which is whose, as in ${name(contract)}=${targets[1]}`,
    );
  const twice = servers.find(({ api }, index) => servers.findIndex(each => each.api === api) < index);
  if (twice?.api !== undefined) throw new InputError(`two targets for ${twice.api}: say which one is meant`);
  return (origin, subject, { base, rest }) => {
    const api = apiOf(subject);
    const target = servers.find(each => each.api === api.name) ?? common[0];
    if (`${base}${rest}`.split('/').some(climbs))
      return 'its path leads out of the base path: only what lies below it was named';
    if (target !== undefined)
      // An origin alone takes the place of an origin.
      return { origin: target.origin, base: target.path === '' ? base : target.path };
    const { host, protocol } = new URL(origin);
    if (!allowed.has(host))
      return `${host} was not named: say --target <url>, or --allow-host ${host} to ask where it was recorded`;
    if (protocol === 'http:' && isEncrypted(api, host))
      return `it was recorded without encryption, and the document names ${host} with it: say --target ${origin} to ask there all the same`;
    return { origin, base };
  };
}

/** Servers take more than one spelling for a step upwards. */
function climbs(step: string): boolean {
  return /^(?:.*[/\\])?\.{1,2}(?:[/\\;].*)?$/s.test(decodePercent(step));
}

function isEncrypted(api: ApiSpec, host: string): boolean {
  const bases = basesOf(api).filter(base => base.host?.test(host));
  return bases.length > 0 && bases.every(({ url }) => /^https:/i.test(url));
}

/** The API that an exchange is about. */
export function apiOf(subject: Subject): ApiSpec {
  return subject.kind === 'operation' ? subject.operation.api : subject.api;
}

function name({ apis }: Contract): string {
  return apis[0]?.name ?? 'api';
}

function readTarget(text: string, contract: Contract): Server {
  const server = readServer(text, contract);
  const url = URL.parse(text.replace(/^[^=:/]+=/, ''));
  if (url !== null && (url.username !== '' || url.password !== ''))
    throw new InputError(
      'a target is named without user and password: DEADRINGER_SECRET_AUTHORIZATION=user:password brings them',
    );
  if (url !== null && (url.search !== '' || url.hash !== ''))
    throw new InputError(
      `a target is an origin and a base path, without ? and #: ${server.origin}${server.path}`,
    );
  return server;
}

function readHost(text: string): string {
  const url = /^[^\s/?#@\\]+$/.test(text) ? URL.parse(`https://${text}`) : null;
  if (url === null)
    throw new InputError(`"${text}" is no host: write it as app.example.com or app.example.com:8443`);
  return url.host;
}

/** The part of a path that the document speaks of, and what stands before it. */
export function belowServer(path: string, subject: Subject): Below {
  if (subject.kind === 'operation') {
    const pieces = path.split('/').slice(1);
    const { segments } = subject.operation;
    // "/" is the base path with a slash, or without one.
    const own = segments.length === 0 ? (path.endsWith('/') ? 1 : 0) : segments.length;
    const at = pieces.length - own;
    return { base: join(pieces.slice(0, at)), rest: join(pieces.slice(at)) };
  }
  const rest = withoutBase(subject.path, subject.api);
  return { base: path.endsWith(rest) ? path.slice(0, path.length - rest.length) : '', rest };
}

/** A mock's prefix may stand before the base path of the document. */
function withoutBase(path: string, api: ApiSpec): string {
  const bases = api.operations.flatMap(each => each.bases.map(base => base.path)).filter(base => base !== '');
  const base = bases.find(each => path === each || path.startsWith(`${each}/`));
  return base === undefined ? path : path.slice(base.length);
}

function join(pieces: readonly string[]): string {
  return pieces.map(piece => `/${piece}`).join('');
}
