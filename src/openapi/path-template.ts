// Path templates: "/pets/{id}.json" to segments that match text and give back the values in braces.
import { decodePercent } from '../exchange/exchange.ts';

export type TemplateSegment =
  /** `text` is percent-decoded, so that "%7B" in a request meets "{" in a template. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** Text and variables in one segment. `weight` counts the literal characters: more is more specific. */
  | {
      readonly kind: 'mixed';
      readonly pattern: RegExp;
      readonly names: readonly string[];
      readonly literalLength: number;
    };

export function parsePathTemplate(template: string): TemplateSegment[] {
  const path = template.startsWith('/') ? template.slice(1) : template;
  return path === '' ? [] : path.split('/').map(segment => parseSegment(segment));
}

/** @param choices for a variable that may only take some values, those; it is then no capture */
export function parseSegment(
  segment: string,
  choices?: ReadonlyMap<string, readonly string[]>,
): TemplateSegment {
  const pieces = segment.split(/(\{[^{}]+\})/);
  if (pieces.length === 1) return { kind: 'literal', text: decodePercent(segment) };
  const names: string[] = [];
  let weight = 0;
  let source = '';
  for (const [index, piece] of pieces.entries()) {
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
      // Up to the next literal and no further: what follows could take up the rest as well, and trying takes cubic time.
      const literal = pieces[index + 1] ?? '';
      const follower = pieces[index + 2]?.slice(1, -1);
      const ends = literal === '' || follower === undefined || choices?.has(follower) === true;
      source += ends ? '([^/]+?)' : `([^/](?:(?!${RegExp.escape(literal)})[^/])*)`;
    } else {
      source += `(?:${allowed.map(value => RegExp.escape(value)).join('|')})`;
    }
  }
  const only = names[0];
  if (weight === 0 && names.length === 1 && only !== undefined && pieces.length === 3)
    return { kind: 'variable', name: only };
  return { kind: 'mixed', pattern: new RegExp(`^${source}$`), names, literalLength: weight };
}

/** Whether a path, cut at its slashes, lies at or below a template such as a server's base path. */
export function startsWithTemplate(segments: readonly TemplateSegment[], pieces: readonly string[]): boolean {
  return segments.every((segment, index) => {
    const piece = pieces[index];
    if (piece === undefined) return false;
    if (segment.kind === 'literal') return segment.text === decodePercent(piece);
    return segment.kind === 'variable' ? piece !== '' : segment.pattern.test(piece);
  });
}
