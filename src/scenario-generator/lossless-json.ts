// Tests whether JSON text survives parsing and serializing: numbers with too many digits do not.

/** Whether parsing the text and writing the value says the same: no number changes. */
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
    // No JSON, or nested deeper than a reviver goes.
    return false;
  }
  return isLossless;
}

/** What a number must look like to be one that changes; most texts hold none, and need no closer look. */
const POSSIBLY_LOSSY = /-0|\d[eE]|[\d.]{16}/;

/** A number's digits without the noughts around them, and where its point stands: "12.50" and "1.25e1" are one. */
function canonicalNumber(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  if (whole === '') return number;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length);
  return significant === '' ? `${sign}0` : `${sign}${significant}e${scale}`;
}
