// Integers of a JSON text beyond 2^53, which lose digits when they become a number.

/** @returns the paths of such integers; of many, the first */
export function impreciseIntegers(text: string): readonly (readonly string[])[] {
  // Only a long run of digits can have lost precision, so most bodies are parsed once.
  return hasLongNumber(text) ? findImprecise(text) : NONE;
}

const NONE: readonly (readonly string[])[] = [];
const LONG = 16;

/**
 * Whether sixteen digits stand in a row that may be a number: account numbers are texts as a rule, and looking closer costs
 * more than parsing. Such a row covers a sixteenth place, so only those are looked at.
 */
function hasLongNumber(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let from = at;
    while (from > 0 && isDigit(text, from - 1)) from--;
    let to = at + 1;
    while (to < text.length && isDigit(text, to)) to++;
    if (to - from >= LONG && followsStructure(text, from)) return true;
    at = to;
  }
  return false;
}

/** Whether a number may begin here: at the start, behind a minus, white space or one of "[,:". */
function followsStructure(text: string, at: number): boolean {
  return at === 0 || '-[,: \t\n\r'.includes(text[at - 1] as string);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** More than this many say no more, and would make findings without end. */
const IMPRECISE_SHOWN = 20;

function findImprecise(text: string): string[][] {
  try {
    return imprecise(text);
  } catch {
    // A reviver recurses where plain parsing does not: too deep to look into.
    return [];
  }
}

function imprecise(text: string): string[][] {
  const found: { holder: object; key: string }[] = [];
  const parents = new Map<object, { holder: object; key: string }>();
  JSON.parse(text, function (this: object, key, value: unknown, context?: { source?: string }) {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && /^-?\d{16,}$/.test(source)) {
      const lost =
        !Number.isSafeInteger(value) && (!Number.isFinite(value) || BigInt(source) !== BigInt(value));
      if (lost && found.length < IMPRECISE_SHOWN) found.push({ holder: this, key });
    }
    if (typeof value === 'object' && value !== null) parents.set(value, { holder: this, key });
    return value;
  } as (this: unknown, key: string, value: unknown) => unknown);
  return found.map(({ holder, key }) => {
    const steps = key === '' && !parents.has(holder) ? [] : [key];
    for (
      let at = parents.get(holder);
      at !== undefined && parents.has(at.holder);
      at = parents.get(at.holder)
    ) {
      steps.unshift(at.key);
    }
    return steps;
  });
}
