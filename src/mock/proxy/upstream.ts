// An upstream service: which API or operation it serves, and how it is written on the command line.

import { InputError } from '../../finding/input-error.ts';
import type { ApiSpec, Contract } from '../../openapi/model.ts';
import { matchesEveryHost, rankHost, serverBases } from '../../openapi/servers.ts';
import { parseTarget } from '../target.ts';

/** always: the upstream responds. first: the upstream is tried, and the mock responds if it fails. on-request: a scenario decides. */
export const UPSTREAM_MODES = ['always', 'first', 'on-request'] as const;
export type UpstreamMode = (typeof UPSTREAM_MODES)[number];

export interface Upstream {
  /** "petstore", or "petstore.getPet" for one operation. */
  readonly name: string;
  readonly api: string;
  readonly operation: string | undefined;
  /** "https://staging.example.com" */
  readonly origin: string;
  /** Replaces the base path of the document: "/v2" or ""; undefined: keep the base path of the document. */
  readonly path: string | undefined;
  readonly mode: UpstreamMode;
}

/**
 * Parses an upstream.
 * @param text "https://staging.example.com/v2", "petstore=https://..." or "petstore.getPet=https://...". Without a name it
 * applies to the APIs that have this host among their servers, or to the only API.
 * @throws InputError if the text is invalid, or names an unknown API or operation
 */
export function readUpstream(text: string, mode: UpstreamMode, contract: Contract): Upstream[] {
  const [, name, url = ''] = /^(?:(?!https?:)(.+?)=)?((?:https?:)?\/\/.*|[^=]*)$/i.exec(text) ?? [
    undefined,
    undefined,
    text,
  ];
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new InputError(
      `"${withoutUserInfo(url)}" is not a valid upstream: use https://host or https://host/base/path, with petstore= before it for one API`,
    );
  if (parsed.username !== '' || parsed.password !== '')
    throw new InputError(
      `the upstream ${parsed.host} contains a user and password: remove them, clients send their own credentials`,
    );
  if (parsed.search !== '' || parsed.hash !== '')
    throw new InputError(
      `the upstream ${parsed.origin}${parsed.pathname} must have no query and no fragment`,
    );
  const isBare = parsed.pathname === '/' && !url.endsWith('/');
  const location = {
    origin: parsed.origin,
    path: isBare ? undefined : parsed.pathname.replace(/(?<!\/)\/+$/, ''),
    mode,
  };
  const scopes =
    name === undefined ? apisOnHost(parsed.host, url, contract) : [parseUpstreamName(name, contract)];
  return scopes.map(({ api, operation }) => ({
    name: operation === undefined ? api : `${api}.${operation}`,
    api,
    operation,
    ...location,
  }));
}

function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

interface UpstreamScope {
  readonly api: string;
  readonly operation: string | undefined;
}

/** "petstore", or "petstore.getPet". */
function parseUpstreamName(name: string, contract: Contract): UpstreamScope {
  const { api, operation } = parseTarget(name, contract);
  return { api: api.name, operation: operation?.id };
}

function apisOnHost(host: string, url: string, contract: Contract): UpstreamScope[] {
  const { apis } = contract;
  const onHost = apis.filter(api => isServerHost(api, host));
  const selected = onHost.length === 0 && apis.length === 1 ? apis : onHost;
  if (selected.length === 0)
    throw new InputError(
      `no document has ${host} among its servers: name the API, as in ${apis[0]?.name}=${url}; known APIs: ${apis.map(({ name }) => name).join(', ')}`,
    );
  return selected.map(({ name }) => ({ api: name, operation: undefined }));
}

/** Whether a server of the API has this host. "https://{tenant}/v1" matches every host, so it does not count. */
export function isServerHost(api: ApiSpec, host: string): boolean {
  return serverBases(api).some(
    base => !matchesEveryHost(base) && rankHost(base, host.toLowerCase(), undefined) !== undefined,
  );
}
