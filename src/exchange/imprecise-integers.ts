// Finds integers of a JSON text beyond 2^53, which lose digits in JSON.parse.

/** @returns the paths of the integers that lose digits; at most 20. Empty for a text that is nested too deeply */
export function impreciseIntegers(text: string): readonly (readonly string[])[] {
  // Most bodies have no long run of digits and are parsed only once.
  return hasLongNumber(text) ? pathsOfImprecise(text) : NONE;
}

const NONE: readonly (readonly string[])[] = [];
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
    if (to - from >= MIN_LONG && followsStructure(text, from)) return true;
    at = to;
  }
  return false;
}

/** True when a number may begin here: at the start, after a minus, white space or one of "[,:". */
function followsStructure(text: string, at: number): boolean {
  return at === 0 || '-[,: \t\n\r'.includes(text[at - 1] as string);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** The maximum number of paths: each becomes a finding. */
const MAX_PATHS = 20;

function pathsOfImprecise(text: string): string[][] {
  try {
    return collectPaths(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // JSON.parse with a reviver is recursive, and overflows the stack for deeply nested texts.
    return [];
  }
}

function collectPaths(text: string): string[][] {
  const integers: { parent: object; key: string }[] = [];
  const parents = new Map<object, { parent: object; key: string }>();
  JSON.parse(text, function (this: object, key, value: unknown, context?: { source?: string }) {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && /^-?\d{16,}$/.test(source)) {
      const losesDigits =
        !Number.isSafeInteger(value) && (!Number.isFinite(value) || BigInt(source) !== BigInt(value));
      if (losesDigits && integers.length < MAX_PATHS) integers.push({ parent: this, key });
    }
    if (typeof value === 'object' && value !== null) parents.set(value, { parent: this, key });
    return value;
  } as (this: unknown, key: string, value: unknown) => unknown);
  return integers.map(({ parent, key }) => {
    const steps = key === '' && !parents.has(parent) ? [] : [key];
    for (
      let at = parents.get(parent);
      at !== undefined && parents.has(at.parent);
      at = parents.get(at.parent)
    ) {
      steps.unshift(at.key);
    }
    return steps;
  });
}
