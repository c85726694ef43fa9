// Matches text with variables in it, such as "{id}.json" or "{region}.example.com", in linear time.
import escapeRegExp from 'escape-string-regexp';

/** A text with variables. */
export interface TextPattern {
  /** Equal patterns match the same texts. */
  readonly source: string;
  /** The names of the variables, in order; a variable with choices is not among them. */
  readonly names: readonly string[];
  /** The number of characters outside of variables: more is more specific. */
  readonly literalLength: number;
  /**
   * The texts around the variables, one more than variables, as sticky expressions without repetition. The second list
   * also accepts percent-encoded characters.
   */
  readonly spellings: readonly [readonly RegExp[], readonly RegExp[]];
}

/** Start and end (exclusive) of the value of a variable. */
export type ValueRange = readonly [from: number, to: number];

/** @param choices the allowed values of variables */
export function parseTextPattern(
  text: string,
  choices?: ReadonlyMap<string, readonly string[]>,
): TextPattern {
  const names: string[] = [];
  const blocks = [{ exact: '', encoded: '' }];
  let literalLength = 0;
  for (const piece of text.split(/(\{[^{}]+\})/)) {
    const name = /^\{(.+)\}$/.exec(piece)?.[1];
    const allowed = name === undefined ? [piece] : choices?.get(name);
    const block = blocks.at(-1);
    if (allowed !== undefined && block !== undefined) {
      block.exact += oneOf(allowed.map(value => escapeRegExp(value)));
      block.encoded += oneOf(allowed.map(value => Array.from(value, encodable).join('')));
      literalLength += Math.min(...allowed.map(({ length }) => length));
    } else if (name !== undefined) {
      names.push(name);
      blocks.push({ exact: '', encoded: '' });
    }
  }
  const compile = (sources: readonly string[]): RegExp[] =>
    sources.map((source, index) => new RegExp(index === blocks.length - 1 ? `${source}$` : source, 'y'));
  return {
    source: blocks.map(({ exact }) => exact).join('{}'),
    names,
    literalLength,
    spellings: [compile(blocks.map(({ exact }) => exact)), compile(blocks.map(({ encoded }) => encoded))],
  };
}

function oneOf(sources: readonly string[]): string {
  return sources.length === 1 ? (sources[0] ?? '') : `(?:${sources.join('|')})`;
}

/** A character or its percent-encoded form, which means the same (RFC 3986 section 6.2.2.2). */
function encodable(character: string): string {
  const encoded = Array.from(
    new TextEncoder().encode(character),
    byte =>
      `%${byte
        .toString(16)
        .padStart(2, '0')
        .replace(/[a-f]/g, digit => `[${digit}${digit.toUpperCase()}]`)}`,
  );
  return `(?:${escapeRegExp(character)}|${encoded.join('')})`;
}

/**
 * Finds the values of the variables. No value is empty, and of several ways to cut the text the one with the longest
 * values on the left is chosen: "a.b.json" is "a.b" and "json" for "{name}.{extension}".
 * @returns undefined if the text does not match
 */
export function matchText({ spellings }: TextPattern, text: string): readonly ValueRange[] | undefined {
  const [exact, encoded] = spellings;
  return cutText(exact, text) ?? (text.includes('%') ? cutText(encoded, text) : undefined);
}

/** From the end: the last place of a block leaves most room for those before it, so no choice is ever revised. */
function cutText(blocks: readonly RegExp[], text: string): ValueRange[] | undefined {
  const values: ValueRange[] = [];
  let blockStart = text.length;
  for (let index = blocks.length - 1; index >= 0; index--) {
    const block = blocks[index] as RegExp;
    const isLast = index === blocks.length - 1;
    // At least one character between two blocks belongs to the variable.
    const room = isLast ? text : text.slice(0, blockStart - 1);
    const lowest = index === 0 ? 0 : 1;
    let at = index === 0 ? 0 : room.length;
    while (at >= lowest && !matchesAt(block, room, at)) at--;
    if (at < lowest) return undefined;
    if (!isLast) values.unshift([block.lastIndex, blockStart]);
    blockStart = at;
  }
  return values;
}

function matchesAt(expression: RegExp, text: string, at: number): boolean {
  expression.lastIndex = at;
  return expression.test(text);
}
