// Server URLs taken apart: which hosts an API goes by, and under which base path.

import { type DocumentNode, type DocumentSet, stringMember } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import type { ServerUrl } from './model.ts';
import { parseSegment } from './path-template.ts';

/** The nearest `servers` win; none anywhere means "/". */
export function readServerUrls(documents: DocumentSet, levels: readonly DocumentNode[]): ServerUrl[] {
  for (const level of levels) {
    const servers = documents.members(documents.member(level, 'servers'));
    if (servers.length > 0) return servers.map(([, server]) => readServerUrl(documents, server));
  }
  return [parseServerUrl('/', new Map())];
}

function readServerUrl(documents: DocumentSet, server: DocumentNode): ServerUrl {
  const variables = new Map<string, ServerVariable>();
  for (const [name, variable] of documents.members(documents.member(server, 'variables'))) {
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

/** Takes a server URL apart. A variable without an enum matches anything; one with an enum matches those values. */
function parseServerUrl(url: string, variables: ReadonlyMap<string, ServerVariable>): ServerUrl {
  const filledUrl = url.replace(
    /\{([^{}]+)\}/g,
    (whole, name: string) => variables.get(name)?.default ?? whole,
  );
  const trimmed = url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  const [, authority, path = ''] = /^(?:[a-z{}][^:/]*:)?\/\/([^/]*)(.*)$/i.exec(trimmed) ?? [
    undefined,
    undefined,
    trimmed,
  ];
  const choices = new Map<string, readonly string[]>();
  for (const [name, variable] of variables) if (variable.enum !== undefined) choices.set(name, variable.enum);
  const filledPath = filledUrl
    .replace(/^(?:[a-z][^:/]*:)?\/\/[^/]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '');
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

/** The port counts only where the document writes one that is not the scheme's own. */
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
