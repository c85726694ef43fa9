// The server URLs of a document: the hosts and base paths of an API.

import {
  childNode,
  childNodes,
  type DocumentNode,
  type DocumentSet,
  stringMember,
} from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, ServerUrl } from './model.ts';
import { parseSegment } from './path-template.ts';

/**
 * Reads the server URLs that apply to an operation.
 * @param levels operation, path item and document: the first with `servers` applies (OpenAPI: Server, Path Item and Operation Object); without any, the URL is "/"
 */
export function readServerUrls(
  documents: DocumentSet,
  levels: readonly DocumentNode[],
  report: (finding: Finding) => void,
): ServerUrl[] {
  for (const level of levels) {
    const servers = documents.members(childNode(level, 'servers'), report);
    if (servers.length > 0) return servers.map(([, server]) => readServerUrl(server));
  }
  return [parseServerUrl('/', new Map())];
}

function readServerUrl(server: DocumentNode): ServerUrl {
  const variables = new Map<string, ServerVariable>();
  for (const [name, variable] of childNodes(childNode(server, 'variables'))) {
    const allowed =
      isObject(variable.value) && Array.isArray(variable.value.enum)
        ? variable.value.enum.map(String)
        : undefined;
    variables.set(name, { default: stringMember(variable, 'default') ?? '', enum: allowed });
  }
  return parseServerUrl(stringMember(server, 'url') ?? '/', variables);
}

interface ServerVariable {
  readonly default: string;
  readonly enum: readonly string[] | undefined;
}

/** A variable without an enum matches any text; a variable with an enum matches its values. */
function parseServerUrl(url: string, variables: ReadonlyMap<string, ServerVariable>): ServerUrl {
  const filledUrl = url.replace(
    /\{([^{}]+)\}/g,
    (variable, name: string) => variables.get(name)?.default ?? variable,
  );
  const trimmed = url.replace(/[?#].*/s, '').replace(/(?<!\/)\/+$/, '');
  const [, authority, path = ''] = /^(?:[a-z{}][^:/]*:)?\/\/([^/]*)(.*)$/i.exec(trimmed) ?? [
    undefined,
    undefined,
    trimmed,
  ];
  const choices = new Map<string, readonly string[]>();
  for (const [name, variable] of variables) if (variable.enum !== undefined) choices.set(name, variable.enum);
  const filledPath = filledUrl
    .replace(/^(?:[a-z][^:/]*:)?\/\/[^/]*/i, '')
    .replace(/[?#].*/s, '')
    .replace(/(?<!\/)\/+$/, '');
  return {
    url: filledUrl,
    host: authority === undefined ? undefined : hostPattern(authority, choices),
    segments:
      path === ''
        ? []
        : path
            .replace(/^\//, '')
            .split('/')
            .map(segment => parseSegment(segment, choices)),
    basePath: filledPath,
  };
}

/** Compares the port only if the document has one that is not a default port. */
function hostPattern(authority: string, choices: ReadonlyMap<string, readonly string[]>): RegExp {
  const authorityWithoutPort = authority.replace(/:(80|443)$/, '');
  const source = authorityWithoutPort
    .split(/(\{[^{}]+\})/)
    .map(piece => {
      if (!/^\{.+\}$/.test(piece)) return RegExp.escape(piece.toLowerCase());
      const allowed = choices.get(piece.slice(1, -1));
      return allowed === undefined
        ? '[^/]+'
        : `(?:${allowed.map(value => RegExp.escape(value.toLowerCase())).join('|')})`;
    })
    .join('');
  return new RegExp(/:\d+$/.test(authorityWithoutPort) ? `^${source}$` : `^${source}(?::\\d+)?$`);
}

const SERVERS_BY_API = new WeakMap<ApiSpec, readonly ServerUrl[]>();

/** The servers of all operations of an API, each URL once. */
export function serverBases(api: ApiSpec): readonly ServerUrl[] {
  const cached = SERVERS_BY_API.get(api);
  if (cached !== undefined) return cached;
  const servers = api.operations.flatMap(operation => operation.servers);
  const distinct = [...new Map(servers.map(server => [server.url, server])).values()];
  SERVERS_BY_API.set(api, distinct);
  return distinct;
}

/** The server URLs of an API as the document writes them, variables replaced by their defaults. */
export function serverUrls(api: ApiSpec): string[] {
  return serverBases(api).map(({ url }) => url);
}
