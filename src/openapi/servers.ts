// The server URLs of a document: the hosts and base paths of an API.

import {
  childNode,
  childNodes,
  type DocumentNode,
  type DocumentSet,
  stringMember,
} from '../document/documents.ts';
import { isObject, textOfValue } from '../exchange/json.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, ServerHost, ServerUrl } from './model.ts';
import { parseSegment } from './path-template.ts';
import { matchText, parseTextPattern, type TextPattern } from './text-pattern.ts';

/**
 * Reads the server URLs that apply to an operation.
 * @param levels operation, path item and document: the first with `servers` applies (OpenAPI: Server, Path Item and Operation Object); without any, the URL is "/"
 */
export function readServerUrls(
  documents: DocumentSet,
  levels: readonly DocumentNode[],
  report: (finding: Finding) => void,
): readonly ServerUrl[] {
  for (const level of levels) {
    const list = childNode(level, 'servers');
    if (list === undefined || list.value === null) continue;
    const reportServer = (node: DocumentNode, message: string): void =>
      report({ code: 'spec-invalid', message, at: '', location: documents.locate(node) });
    if (!Array.isArray(list.value)) reportServer(list, '"servers" must be a list');
    const servers = isObject(list.value)
      ? [list]
      : documents.members(list, report).map(([, server]) => server);
    if (servers.length === 0) continue;
    // All operations of a document share its servers.
    let read = SERVERS_BY_LIST.get(list.value as object);
    if (read === undefined) {
      for (const server of servers)
        if (stringMember(server, 'url') === undefined)
          reportServer(server, 'a server must be an object with "url"');
      read = servers.map(readServerUrl);
      SERVERS_BY_LIST.set(list.value as object, read);
    }
    return read;
  }
  return ROOT_SERVER;
}

const SERVERS_BY_LIST = new WeakMap<object, readonly ServerUrl[]>();

function readServerUrl(server: DocumentNode): ServerUrl {
  const variables = new Map<string, ServerVariable>();
  for (const [name, variable] of childNodes(childNode(server, 'variables'))) {
    const allowed =
      isObject(variable.value) && Array.isArray(variable.value.enum)
        ? variable.value.enum.map(textOfValue)
        : undefined;
    variables.set(name, { default: stringMember(variable, 'default') ?? '', enum: allowed });
  }
  const url = typeof server.value === 'string' ? server.value : stringMember(server, 'url');
  return parseServerUrl(url ?? '/', variables);
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
  const [, scheme, authority, path = ''] = /^(?:([a-z{}][^:/]*):)?\/\/([^/]*)(.*)$/i.exec(trimmed) ?? [
    undefined,
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
    host: authority === undefined ? undefined : parseHost(scheme, authority, choices),
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

function parseHost(
  scheme: string | undefined,
  authority: string,
  choices: ReadonlyMap<string, readonly string[]>,
): ServerHost {
  const [, name = '', port] = /^(.*?)(?::(\d+|\{[^{}]+\}))?$/.exec(authority) ?? [];
  const lowerCase = (text: string): string =>
    text.replace(/\{[^{}]+\}|[^{}]+/g, piece => (piece.startsWith('{') ? piece : piece.toLowerCase()));
  const lowerCaseChoices = new Map(
    Array.from(choices, ([variable, values]) => [variable, values.map(value => value.toLowerCase())]),
  );
  return {
    scheme: scheme?.includes('{') === false ? scheme.toLowerCase() : undefined,
    name: parseTextPattern(lowerCase(name), lowerCaseChoices),
    port: port === undefined ? undefined : parseTextPattern(port, choices),
  };
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * How well a server fits a host: 0 is best. A host name without variables is better than one with, a port that the URL
 * scheme implies is better than another, and the scheme of the document is better than another. A port that the document
 * names must be the port of the host.
 * @param authority the Host field in lower case: "api.example.com:8443"
 * @param scheme of the URL; undefined: not known, as in a request to a mock
 * @returns undefined if the host is not that of the server
 */
export function rankHost(
  { host }: ServerUrl,
  authority: string,
  scheme: string | undefined,
): number | undefined {
  if (host === undefined) return undefined;
  // A host name with a final dot is the same name.
  const [, name = '', port = DEFAULT_PORTS[scheme ?? '']] = /^(.*?)\.?(?::(\d*))?$/.exec(authority) ?? [];
  if (matchText(host.name, name) === undefined) return undefined;
  const impliedPort = DEFAULT_PORTS[host.scheme ?? ''];
  if (host.port !== undefined && matchText(host.port, port ?? impliedPort ?? '') === undefined)
    return undefined;
  const isOtherPort = host.port === undefined && port !== undefined && port !== impliedPort;
  const isOtherScheme = scheme !== undefined && host.scheme !== undefined && scheme !== host.scheme;
  return nameRank(host.name) * 4 + (isOtherPort ? 2 : 0) + (isOtherScheme ? 1 : 0);
}

function nameRank({ names, source }: TextPattern): number {
  if (names.length === 0) return 0;
  return /[^{}.\\]/.test(source) ? 1 : 2;
}

/** Whether the host of a server consists of variables, as in "https://{tenant}/v1". */
export function matchesEveryHost({ host }: ServerUrl): boolean {
  return host !== undefined && nameRank(host.name) === 2;
}

const ROOT_SERVER: readonly ServerUrl[] = [parseServerUrl('/', new Map())];

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
