// Tests whether JSON text can be parsed and serialized without changing a number.

import { compareDecimals, decimalOf } from '../exchange/decimal.ts';

/** Whether parsing and serializing the text keeps the value of every number. False for invalid JSON. */
export function isLosslessJson(text: string): boolean {
  if (!POSSIBLY_LOSSY.test(text)) return true;
  let isLossless = true;
  try {
    JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) => {
      if (typeof value === 'number' && context?.source !== undefined)
        isLossless &&= isSameNumber(context.source, value);
      return value;
    }) as (key: string, value: unknown) => unknown);
  } catch {
    // Invalid JSON, or nested too deeply for the recursion of JSON.parse with a reviver.
    return false;
  }
  return isLossless;
}

/** Matches every number that can change. Most texts contain none and are not parsed. */
const POSSIBLY_LOSSY = /-0|\d[eE]|[\d.]{16}/;

function isSameNumber(source: string, value: number): boolean {
  const [sent, written] = [decimalOf(source), decimalOf(JSON.stringify(value))];
  return (
    !Object.is(value, -0) &&
    sent !== undefined &&
    written !== undefined &&
    compareDecimals(sent, written) === 0
  );
}
