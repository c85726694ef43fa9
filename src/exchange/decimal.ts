// Exact decimal numbers, as JSON writes them: what a double cannot hold is still compared as it was sent.

export interface Decimal {
  readonly isNegative: boolean;
  /** Without zeros at either end; empty for zero. The value is 0.digits * 10^magnitude. */
  readonly digits: string;
  readonly magnitude: number;
  /** 1.0 and 1e2 are integers, as in JSON Schema. */
  readonly isInteger: boolean;
  /** The nearest double; the largest finite one for a number beyond its range. */
  readonly nearest: number;
}

/** @returns undefined for a text that is not a number of JSON (RFC 8259 section 6) */
export function decimalOf(text: string): Decimal | undefined {
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const all = whole + fraction;
  let from = 0;
  while (from < all.length && all[from] === '0') from++;
  let to = all.length;
  while (to > from && all[to - 1] === '0') to--;
  const digits = all.slice(from, to);
  const magnitude = digits === '' ? 0 : whole.length - from + Number(exponent);
  const double = Number(text);
  return {
    isNegative: sign === '-' && digits !== '',
    digits,
    magnitude,
    isInteger: digits.length <= magnitude || digits === '',
    nearest: Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, double)),
  };
}

/** @returns a negative number, 0 or a positive number, as a comparison of `one` with `other` */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const sign = (each: Decimal): number => (each.digits === '' ? 0 : each.isNegative ? -1 : 1);
  if (sign(one) !== sign(other) || sign(one) === 0) return sign(one) - sign(other);
  const larger =
    one.magnitude === other.magnitude
      ? Number(one.digits > other.digits) - Number(one.digits < other.digits)
      : one.magnitude - other.magnitude;
  return sign(one) * larger || 0;
}

/** The most digits that are divided. */
const MAX_DIGITS = 1000;

/** @returns undefined when the numbers are too large to divide */
export function isMultipleOf(value: Decimal, divisor: Decimal): boolean | undefined {
  const scale = (each: Decimal): number => each.magnitude - each.digits.length;
  const lowest = Math.min(scale(value), scale(divisor));
  const length = Math.max(value.magnitude, divisor.magnitude) - lowest;
  if (divisor.digits === '' || !(length <= MAX_DIGITS)) return undefined;
  const whole = (each: Decimal): bigint => BigInt(each.digits + '0'.repeat(scale(each) - lowest));
  return value.digits === '' || whole(value) % whole(divisor) === 0n;
}
