// Parses path templates such as "/pets/{id}.json" into segments that match text and capture the variables.

import { decodePercent } from '../exchange/exchange.ts';
import { matchText, parseTextPattern, type TextPattern } from './text-pattern.ts';

export type TemplateSegment =
  /** `text` is percent-decoded: "%7B" in a request matches "{" in a template. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** Text and variables in one segment. */
  | { readonly kind: 'mixed'; readonly pattern: TextPattern };

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
  if (!/\{[^{}]+\}/.test(segment)) return { kind: 'literal', text: decodePercent(segment) };
  const [, name] = /^\{([^{}]+)\}$/.exec(segment) ?? [];
  if (name !== undefined && choices?.has(name) !== true) return { kind: 'variable', name };
  return { kind: 'mixed', pattern: parseTextPattern(segment, choices) };
}

/** The names of the variables of a segment that are captured. */
export function variablesOf(segment: TemplateSegment): readonly string[] {
  if (segment.kind === 'variable') return [segment.name];
  return segment.kind === 'mixed' ? segment.pattern.names : [];
}

/** True if a path, split at its slashes, is at or below a template such as the base path of a server. */
export function startsWithTemplate(segments: readonly TemplateSegment[], pieces: readonly string[]): boolean {
  return segments.every((segment, index) => {
    const piece = pieces[index];
    if (piece === undefined) return false;
    if (segment.kind === 'literal') return segment.text === decodePercent(piece);
    return segment.kind === 'variable' ? piece !== '' : matchText(segment.pattern, piece) !== undefined;
  });
}

/** Negative if `left` is the more exact template: a longer literal before a shorter one before a variable, by segment. */
export function compareExactness(
  left: readonly TemplateSegment[],
  right: readonly TemplateSegment[],
): number {
  for (const [index, segment] of left.entries()) {
    const other = right[index];
    const difference = other === undefined ? -1 : exactness(other) - exactness(segment);
    if (difference !== 0) return difference;
  }
  return right.length - left.length;
}

function exactness(segment: TemplateSegment): number {
  if (segment.kind === 'literal') return Number.MAX_SAFE_INTEGER;
  return segment.kind === 'variable' ? 0 : 1 + segment.pattern.literalLength;
}
