// Path and server templates: "/pets/{id}.json" to segments that match text and give back the values in braces.
import { decodePercent } from '../exchange/exchange.ts';

export type Segment =
  /** `text` is percent-decoded, so that "%7B" in a request meets "{" in a template. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** Text and variables in one segment. `weight` counts the literal characters: more is more specific. */
  | {
      readonly kind: 'mixed';
      readonly pattern: RegExp;
      readonly names: readonly string[];
      readonly weight: number;
    };

export function parseTemplate(template: string): Segment[] {
  const path = template.startsWith('/') ? template.slice(1) : template;
  return path === '' ? [] : path.split('/').map(segment => parseSegment(segment));
}

/** @param choices for a variable that may only take some values, those; it is then no capture */
function parseSegment(segment: string, choices?: ReadonlyMap<string, readonly string[]>): Segment {
  const pieces = segment.split(/(\{[^{}]+\})/);
  if (pieces.length === 1) return { kind: 'literal', text: decodePercent(segment) };
  const names: string[] = [];
  let weight = 0;
  let source = '';
  for (const piece of pieces) {
    if (piece === '') continue;
    if (!/^\{[^{}]+\}$/.test(piece)) {
      weight += piece.length;
      source += RegExp.escape(piece);
      continue;
    }
    const name = piece.slice(1, -1);
    const allowed = choices?.get(name);
    if (allowed === undefined) {
      names.push(name);
      source += '([^/]+?)';
    } else {
      source += `(?:${allowed.map(value => RegExp.escape(value)).join('|')})`;
    }
  }
  const only = names[0];
  if (weight === 0 && names.length === 1 && only !== undefined && pieces.length === 3)
    return { kind: 'variable', name: only };
  return { kind: 'mixed', pattern: new RegExp(`^${source}$`), names, weight };
}

export interface ServerVariable {
  readonly default: string;
  readonly enum: readonly string[] | undefined;
}

/** Takes a server URL apart. A variable without an enum matches anything; one with an enum matches those values. */
export function parseServer(
  url: string,
  variables: ReadonlyMap<string, ServerVariable>,
): { url: string; host: RegExp | undefined; segments: Segment[]; path: string } {
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
