// Finds numbers of a JSON text that JSON.parse changes: integers beyond 2^53, and fractions that it rounds to integers.

import { decimalOf } from './decimal.ts';

export interface ImpreciseNumber {
  /** The steps to it from the root of the value. */
  readonly path: readonly string[];
  /** As in the text. */
  readonly source: string;
  /** True: a double holds it, but may take another number for it, such as a limit of a schema. */
  readonly isExact: boolean;
}

/** @returns the numbers that lose digits; at most 20. Empty for a text that is nested too deeply */
export function impreciseNumbers(text: string): readonly ImpreciseNumber[] {
  // Most bodies have no long run of digits and are parsed only once.
  return hasLongNumber(text) ? pathsOfImprecise(text) : NONE;
}

const NONE: readonly ImpreciseNumber[] = [];
const MIN_LONG = 16;

/**
 * True when the text has 16 digits in a row that may be a number. Most long digit runs, such as account numbers, are inside
 * strings, and a second parse is expensive. A run of 16 digits covers an offset of 16 n - 1, so only those are tested.
 */
export function hasLongNumber(text: string): boolean {
  for (let at = MIN_LONG - 1; at < text.length; at += MIN_LONG) {
    if (!isDigit(text, at)) continue;
    let from = at;
    while (from > 0 && isDigit(text, from - 1)) from--;
    let to = at + 1;
    while (to < text.length && isDigit(text, to)) to++;
    if (to - from >= MIN_LONG && (followsStructure(text, from) || isRoundedFraction(text, from))) return true;
    at = to;
  }
  return false;
}

/** True when a number may begin here: at the start, after a minus, white space or one of "[,:". */
function followsStructure(text: string, at: number): boolean {
  return at === 0 || '-[,: \t\n\r'.includes(text[at - 1] as string);
}

/** True for the digits after a point if they are nearly 0 or 1: 5.00000000000000001 becomes an integer. */
function isRoundedFraction(text: string, at: number): boolean {
  return text[at - 1] === '.' && /^(?:0{8}|9{8})/.test(text.slice(at, at + 8));
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** The maximum number of paths: each becomes a finding. */
export const MAX_IMPRECISE = 20;

function pathsOfImprecise(text: string): ImpreciseNumber[] {
  try {
    return collectPaths(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // JSON.parse with a reviver is recursive, and overflows the stack for deeply nested texts.
    return [];
  }
}

function collectPaths(text: string): ImpreciseNumber[] {
  const numbers: { parent: object; key: string; source: string; isExact: boolean }[] = [];
  const parents = new Map<object, { parent: object; key: string }>();
  JSON.parse(text, function (this: object, key, value: unknown, context?: { source?: string }) {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && source.length >= MIN_LONG) {
      const isExact = !losesDigits(value, source);
      const isLong = Number.isInteger(value) && !Number.isSafeInteger(value);
      if ((!isExact || isLong) && numbers.length < MAX_IMPRECISE)
        numbers.push({ parent: this, key, source, isExact });
    }
    if (typeof value === 'object' && value !== null) parents.set(value, { parent: this, key });
    return value;
  } as (this: unknown, key: string, value: unknown) => unknown);
  return numbers.map(({ parent, key, source, isExact }) => {
    const steps = key === '' && !parents.has(parent) ? [] : [key];
    for (
      let at = parents.get(parent);
      at !== undefined && parents.has(at.parent);
      at = parents.get(at.parent)
    ) {
      steps.unshift(at.key);
    }
    return { path: steps, source, isExact };
  });
}

function losesDigits(value: number, source: string): boolean {
  if (/^-?\d+$/.test(source))
    return !Number.isSafeInteger(value) && (!Number.isFinite(value) || BigInt(source) !== BigInt(value));
  return Number.isInteger(value) && decimalOf(source)?.isInteger === false;
}
