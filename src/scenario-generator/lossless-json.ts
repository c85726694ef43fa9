// Tests whether JSON text can be parsed and serialized without changing a number.

/** Whether parsing and serializing the text keeps the value of every number. False for invalid JSON. */
export function isLosslessJson(text: string): boolean {
  if (!POSSIBLY_LOSSY.test(text)) return true;
  let isLossless = true;
  try {
    JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) => {
      if (typeof value === 'number' && context?.source !== undefined)
        isLossless &&= canonicalNumber(context.source) === canonicalNumber(JSON.stringify(value));
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

/** Normalizes a number to significant digits and exponent: "12.50" and "1.25e1" become the same text. */
function canonicalNumber(number: string): string {
  const [, sign = '', integer = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  if (integer === '') return number;
  const digits = (integer + fraction).replace(/^0+/, '');
  const significant = digits.replace(/(?<!0)0+$/, '');
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length);
  return significant === '' ? `${sign}0` : `${sign}${significant}e${scale}`;
}
