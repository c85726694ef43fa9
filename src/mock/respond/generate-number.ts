// Generates a number within the bounds of schemas; integers beyond 2^53 keep their digits.

import { digitsOf } from '../../exchange/exact-json.ts';
import type { JsonObject } from '../../exchange/json.ts';

/** A number, and what to write for it if it is an integer that a JavaScript number cannot hold. */
export interface GeneratedNumber {
  readonly value: number;
  readonly digits?: string;
}

const DEFAULT_RANGE = 1000;
/** The largest numbers of formats (OpenAPI Format Registry) whose range is smaller than the default one. */
const BYTES: ReadonlyMap<unknown, number> = new Map([
  ['int8', 127],
  ['uint8', 255],
]);

/** With those that a timestamp in milliseconds exceeds. */
const LARGEST: ReadonlyMap<unknown, number> = new Map([
  ...BYTES,
  ['int16', 2 ** 15 - 1],
  ['int32', 2 ** 31 - 1],
]);

export function generateNumber(
  keywords: readonly JsonObject[],
  isInteger: boolean,
  random: () => number,
): GeneratedNumber {
  const low = bound(keywords, 'minimum', 'exclusiveMinimum');
  const high = bound(keywords, 'maximum', 'exclusiveMaximum');
  if (
    isInteger &&
    [low, high].some(each => each !== undefined && Math.abs(each.value) > Number.MAX_SAFE_INTEGER)
  )
    return generateLongInteger(low, high, random);
  const [from, to] = rangeOf(keywords, low, high);
  const steps = keywords
    .map(({ multipleOf }) => multipleOf)
    .filter((step): step is number => typeof step === 'number' && step > 0 && step < Infinity);
  if (isInteger) steps.push(1);
  if (steps.length === 0) return { value: generateFraction(from, to, low, high, random) };
  const decimals = Math.max(...steps.map(decimalsOf));
  const scale = 10 ** decimals;
  // In whole units, where multiples are exact.
  const step = steps.map(each => Math.round(each * scale)).reduce(leastCommonMultiple);
  let [first, last] = [Math.ceil((from * scale) / step), Math.floor((to * scale) / step)];
  if (low?.isExclusive && (first * step) / scale <= low.value) first++;
  if (high?.isExclusive && (last * step) / scale >= high.value) last--;
  const multiple = first + Math.floor(random() * Math.max(1, last - first + 1));
  return { value: Number(((multiple * step) / scale).toFixed(Math.min(decimals, 100))) + 0 };
}

/** The usual range, or as much of it as the bounds allow. A number that may be positive is. */
function rangeOf(
  keywords: readonly JsonObject[],
  low: Bound | undefined,
  high: Bound | undefined,
): readonly [from: number, to: number] {
  const most =
    high?.value ?? Math.min(Infinity, ...keywords.map(({ format }) => BYTES.get(format) ?? Infinity));
  const least = low?.value ?? -Infinity;
  if (least <= 0 && most > 0) return [0, Math.min(most, DEFAULT_RANGE)];
  if (least > 0) return [least, Math.min(most, least + DEFAULT_RANGE)];
  return [Math.max(least, most - DEFAULT_RANGE), most];
}

export function maximumOf(keywords: readonly JsonObject[]): number {
  const most = bound(keywords, 'maximum', 'exclusiveMaximum')?.value ?? Infinity;
  return Math.min(most, ...keywords.map(({ format }) => LARGEST.get(format) ?? Infinity));
}

/** Whether a number is within the bounds and a multiple as required. */
export function fitsNumber(keywords: readonly JsonObject[], value: number): boolean {
  const low = bound(keywords, 'minimum', 'exclusiveMinimum');
  const high = bound(keywords, 'maximum', 'exclusiveMaximum');
  if (low !== undefined && (low.isExclusive ? value <= low.value : value < low.value)) return false;
  if (high !== undefined && (high.isExclusive ? value >= high.value : value > high.value)) return false;
  if (value > maximumOf(keywords)) return false;
  return keywords.every(({ multipleOf }) => typeof multipleOf !== 'number' || isMultiple(value, multipleOf));
}

function isMultiple(value: number, step: number): boolean {
  return Math.abs(value / step - Math.round(value / step)) < 1e-9;
}

interface Bound {
  readonly value: number;
  readonly isExclusive: boolean;
  readonly digits: string | undefined;
}

/** The strictest of the bounds on one side. */
function bound(
  keywords: readonly JsonObject[],
  inclusive: 'minimum' | 'maximum',
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
): Bound | undefined {
  let strictest: Bound | undefined;
  for (const schema of keywords) {
    for (const keyword of [inclusive, exclusive]) {
      const value = schema[keyword];
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const isStricter =
        strictest === undefined ||
        (inclusive === 'minimum' ? value >= strictest.value : value <= strictest.value);
      if (isStricter)
        strictest = { value, isExclusive: keyword === exclusive, digits: digitsOf(schema, keyword) };
    }
  }
  return strictest;
}

function generateFraction(
  from: number,
  to: number,
  low: Bound | undefined,
  high: Bound | undefined,
  random: () => number,
): number {
  const value = from + random() * (to - from);
  const isInside = (each: number): boolean =>
    (low?.isExclusive ? each > from : each >= from) && (high?.isExclusive ? each < to : each <= to);
  const rounded = [2, 4, 6, 9, 12].map(decimals => Number(value.toFixed(decimals)) + 0);
  return [...rounded, value, (from + to) / 2].find(isInside) ?? value;
}

function generateLongInteger(
  low: Bound | undefined,
  high: Bound | undefined,
  random: () => number,
): GeneratedNumber {
  const exact = ({ value, digits }: Bound): bigint =>
    BigInt(digits ?? (value < 0 ? Math.ceil(value) : Math.floor(value)));
  let first = low && exact(low) + (low.isExclusive ? 1n : 0n);
  let last = high && exact(high) - (high.isExclusive ? 1n : 0n);
  first ??= last !== undefined && last < 0n ? last - BigInt(DEFAULT_RANGE) : 0n;
  last ??= first + BigInt(DEFAULT_RANGE);
  // The default range, if the bounds allow it: clients of all kinds can read such numbers.
  if (first <= 0n && last > BigInt(DEFAULT_RANGE)) [first, last] = [0n, BigInt(DEFAULT_RANGE)];
  const width = last > first ? last - first : 0n;
  const offset = width > BigInt(DEFAULT_RANGE) ? BigInt(DEFAULT_RANGE) : width;
  const integer = first + BigInt(Math.floor(random() * (Number(offset) + 1)));
  const value = Number(integer);
  return Number.isSafeInteger(value) ? { value } : { value, digits: String(integer) };
}

function decimalsOf(value: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}

function leastCommonMultiple(one: number, other: number): number {
  let [larger, smaller] = [one, other];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return (one / larger) * other;
}
