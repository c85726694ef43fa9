// Parses path templates such as "/pets/{id}.json" into segments that match text and capture the variables.

import { decodePercent } from '../exchange/exchange.ts';

export type TemplateSegment =
  /** `text` is percent-decoded: "%7B" in a request matches "{" in a template. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** Text and variables in one segment. `literalLength` counts the literal characters: more is more specific. */
  | {
      readonly kind: 'mixed';
      readonly pattern: RegExp;
      readonly names: readonly string[];
      readonly literalLength: number;
    };

/** @returns one segment for each part between slashes; none for "/" */
export function parsePathTemplate(template: string): TemplateSegment[] {
  const path = template.startsWith('/') ? template.slice(1) : template;
  return path === '' ? [] : path.split('/').map(segment => parseSegment(segment));
}

/** @param choices the allowed values of a variable; a variable with choices is not captured */
export function parseSegment(
  segment: string,
  choices?: ReadonlyMap<string, readonly string[]>,
): TemplateSegment {
  const pieces = segment.split(/(\{[^{}]+\})/);
  if (pieces.length === 1) return { kind: 'literal', text: decodePercent(segment) };
  const names: string[] = [];
  let literalLength = 0;
  let source = '';
  for (const [index, piece] of pieces.entries()) {
    if (piece === '') continue;
    if (!/^\{[^{}]+\}$/.test(piece)) {
      literalLength += piece.length;
      source += RegExp.escape(piece);
      continue;
    }
    const name = piece.slice(1, -1);
    const allowed = choices?.get(name);
    if (allowed === undefined) {
      names.push(name);
      // Match up to the next literal and not beyond it: backtracking over several variables takes cubic time.
      const literal = pieces[index + 1] ?? '';
      const follower = pieces[index + 2]?.slice(1, -1);
      const ends = literal === '' || follower === undefined || choices?.has(follower) === true;
      source += ends ? '([^/]+?)' : `([^/](?:(?!${RegExp.escape(literal)})[^/])*)`;
    } else {
      source += `(?:${allowed.map(value => RegExp.escape(value)).join('|')})`;
    }
  }
  const [name] = names;
  if (literalLength === 0 && names.length === 1 && name !== undefined && pieces.length === 3)
    return { kind: 'variable', name };
  return { kind: 'mixed', pattern: new RegExp(`^${source}$`), names, literalLength };
}

/** True if a path, split at its slashes, is at or below a template such as the base path of a server. */
export function startsWithTemplate(segments: readonly TemplateSegment[], pieces: readonly string[]): boolean {
  return segments.every((segment, index) => {
    const piece = pieces[index];
    if (piece === undefined) return false;
    if (segment.kind === 'literal') return segment.text === decodePercent(piece);
    return segment.kind === 'variable' ? piece !== '' : segment.pattern.test(piece);
  });
}
