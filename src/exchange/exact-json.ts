// Reads and writes JSON without changing the digits of integers beyond 2^53, which JavaScript numbers cannot hold.

import { hasLongNumber } from './imprecise-numbers.ts';

/** The digits of imprecise integers, by the object or array that contains them. They are JSON text. */
const DIGITS = new WeakMap<object, Map<string, string>>();

/** Everything here is much faster without digits, and most processes never see such an integer. */
let hasDigits = false;

/** JSON.rawJSON is in the runtime, and not yet in the types of TypeScript. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** The text of an integer literal if a JavaScript number cannot hold it. */
export function impreciseDigits(literal: string, value: unknown): string | undefined {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^[-+]?\d{16,}$/.test(literal))
    return undefined;
  const digits = literal.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1');
  return Number.isFinite(value) && BigInt(digits) === BigInt(value) && String(value) === digits
    ? undefined
    : digits;
}

/** Remembers what to write for a member of an object or an item of an array instead of its value. */
export function setDigits(holder: object, key: string | number, digits: string): void {
  hasDigits = true;
  const known = DIGITS.get(holder);
  if (known === undefined) DIGITS.set(holder, new Map([[String(key), digits]]));
  else known.set(String(key), digits);
}

/** For a member or item that is replaced. */
export function forgetDigits(holder: object, key: string | number): void {
  if (hasDigits) DIGITS.get(holder)?.delete(String(key));
}

export function digitsOf(holder: object, key: string | number): string | undefined {
  return hasDigits ? DIGITS.get(holder)?.get(String(key)) : undefined;
}

/** A number on its own, without the object or array that has its digits. Its JSON and its text are the digits. */
export class ExactNumber extends Number {
  readonly digits: string;

  constructor(value: number, digits: string) {
    super(value);
    this.digits = digits;
  }

  override toString(): string {
    return this.digits;
  }

  toJSON(): unknown {
    return rawJSON(this.digits);
  }
}

/** The value of a member or item, with its digits if a JavaScript number cannot hold it. */
export function exactMember(holder: unknown, key: string | number, value: unknown): unknown {
  if (typeof value !== 'number' || typeof holder !== 'object' || holder === null) return value;
  const digits = digitsOf(holder, key);
  // The member may have been replaced by another number.
  return digits === undefined || Number(digits) !== value ? value : new ExactNumber(value, digits);
}

/** Replaces the exact numbers in an object or array by numbers, whose digits are remembered. */
export function rememberExactNumbers<Holder extends object>(holder: Holder): Holder {
  for (const [key, value] of Object.entries(holder))
    if (value instanceof ExactNumber) {
      (holder as Record<string, unknown>)[key] = value.valueOf();
      setDigits(holder, key, value.digits);
    }
  return holder;
}

/** For copies of an object or array. */
export function copyDigits(from: object, to: object): void {
  const digits = hasDigits ? DIGITS.get(from) : undefined;
  if (digits !== undefined) DIGITS.set(to, new Map([...(DIGITS.get(to) ?? []), ...digits]));
}

/** JSON.parse that remembers digits. @throws SyntaxError */
export function parseExactJson(text: string): unknown {
  if (!hasLongNumber(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, rememberDigits as (this: unknown, key: string, value: unknown) => unknown);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // With a function JSON.parse is recursive, and overflows the stack for deeply nested texts.
    return JSON.parse(text);
  }
}

function rememberDigits(this: object, key: string, value: unknown, context?: { source?: string }): unknown {
  const digits = impreciseDigits(context?.source ?? '', value);
  if (digits !== undefined) setDigits(this, key, digits);
  return value;
}

/** JSON.stringify that writes the digits that were remembered. */
export function writeExactJson(value: unknown, indentation?: number): string {
  if (!hasDigits) return JSON.stringify(value, undefined, indentation);
  const replace = function (this: object, key: string, member: unknown) {
    const digits = typeof member === 'number' ? digitsOf(this, key) : undefined;
    // The member may have been replaced by another number.
    return digits === undefined || Number(digits) !== member ? member : rawJSON(digits);
  } as (this: unknown, key: string, value: unknown) => unknown;
  return JSON.stringify(value, replace, indentation);
}

/** A deep copy of a JSON value. */
export function copyJson<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = Array.isArray(value)
    ? value.map(copyJson)
    : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyJson(member)]));
  copyDigits(value, copy);
  return copy as Value;
}
