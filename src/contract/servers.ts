// Server URLs taken apart: which hosts an API goes by, and under which base path.
import type { Base } from './contract.ts';
import { isObject, type Part, type Sources, text } from './sources.ts';
import { parseSegment } from './template.ts';

/** The nearest `servers` win; none anywhere means "/". */
export function readBases(sources: Sources, levels: readonly Part[]): Base[] {
  for (const level of levels) {
    const servers = sources.entries(sources.get(level, 'servers'));
    if (servers.length > 0) return servers.map(([, server]) => readBase(sources, server));
  }
  return [parseServer('/', new Map())];
}

function readBase(sources: Sources, server: Part): Base {
  const variables = new Map<string, ServerVariable>();
  for (const [name, variable] of sources.entries(sources.get(server, 'variables'))) {
    const allowed =
      isObject(variable.value) && Array.isArray(variable.value.enum)
        ? variable.value.enum.map(String)
        : undefined;
    variables.set(name, { default: text(variable, 'default') ?? '', enum: allowed });
  }
  return parseServer(text(server, 'url') ?? '/', variables);
}

interface ServerVariable {
  readonly default: string;
  readonly enum: readonly string[] | undefined;
}

/** Takes a server URL apart. A variable without an enum matches anything; one with an enum matches those values. */
function parseServer(url: string, variables: ReadonlyMap<string, ServerVariable>): Base {
  const filled = url.replace(/\{([^{}]+)\}/g, (whole, name: string) => variables.get(name)?.default ?? whole);
  const trimmed = url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  const [, authority, path = ''] = /^(?:[a-z{}][^:/]*:)?\/\/([^/]*)(.*)$/i.exec(trimmed) ?? [
    undefined,
    undefined,
    trimmed,
  ];
  const choices = new Map<string, readonly string[]>();
  for (const [name, variable] of variables) if (variable.enum !== undefined) choices.set(name, variable.enum);
  const filledPath = filled
    .replace(/^(?:[a-z][^:/]*:)?\/\/[^/]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '');
  return {
    url: filled,
    host: authority === undefined ? undefined : hostPattern(authority, choices),
    segments:
      path === ''
        ? []
        : path
            .replace(/^\//, '')
            .split('/')
            .map(segment => parseSegment(segment, choices)),
    path: filledPath,
  };
}

/** The port counts only where the document writes one that is not the scheme's own. */
function hostPattern(authority: string, choices: ReadonlyMap<string, readonly string[]>): RegExp {
  const bare = authority.replace(/:(80|443)$/, '');
  const source = bare
    .split(/(\{[^{}]+\})/)
    .map(piece => {
      if (!/^\{.+\}$/.test(piece)) return RegExp.escape(piece.toLowerCase());
      const allowed = choices.get(piece.slice(1, -1));
      return allowed === undefined
        ? '[^/]+'
        : `(?:${allowed.map(value => RegExp.escape(value.toLowerCase())).join('|')})`;
    })
    .join('');
  return new RegExp(/:\d+$/.test(bare) ? `^${source}$` : `^${source}(?::\\d+)?$`);
}
