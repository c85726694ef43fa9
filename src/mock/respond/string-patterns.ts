// Generates strings that match a pattern, as far as JSON Schema Faker understands the pattern.

/** The generator of JSON Schema Faker. */
export type Faker = (schema: Record<string, unknown>, options: FakerOptions) => unknown;

interface FakerOptions {
  readonly seed: number;
  readonly minDateTime: string;
  readonly maxDateTime: string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** Text for `minLength` is limited, because the document decides on it. */
export const MAX_LENGTH = 100_000;
/** Repetitions in a pattern multiply. */
const MAX_PATTERN_SIZE = 2000;

export function randomLetters(length: number, random: () => number): string {
  let text = '';
  while (text.length < length) text += LETTERS[Math.floor(random() * LETTERS.length)];
  return text;
}

/** Calls JSON Schema Faker. It throws an error for patterns that it cannot read. */
export function fake(generate: Faker, schema: object, random: () => number): string | undefined {
  try {
    const text = generate(
      { type: 'string', ...schema },
      {
        seed: Math.floor(random() * 2 ** 31),
        // The default range depends on the current date.
        minDateTime: '2020-01-01',
        maxDateTime: '2029-12-31',
      },
    );
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Strings that match a pattern, if the generator understands it; the lengths are tried as well. */
export function* stringsMatching(
  pattern: string,
  minLength: number,
  maxLength: number,
  random: () => number,
  generate: Faker,
): Generator<string> {
  const plain = withoutUnicodeClasses(pattern);
  const repeated = (count: number): string =>
    plain.replace(/(?<!\\)([+*]|\{(\d+),\})\??/g, (_, quantifier: string, least = '0') =>
      quantifier === '+' || quantifier === '*'
        ? `{${Math.max(count, quantifier === '+' ? 1 : 0)}}`
        : `{${Math.max(count, Number(least))}}`,
    );
  const lengths = [minLength, Math.ceil(minLength / 2), minLength - 1, 1, 0].filter(count => count >= 0);
  const variants = [plain, plain, plain, ...(minLength > 0 || maxLength < 20 ? lengths.map(repeated) : [])];
  for (const variant of variants) {
    if (patternSize(variant) > MAX_PATTERN_SIZE) continue;
    const text = fake(generate, { pattern: variant }, random);
    if (text === undefined) continue;
    yield text;
    // A pattern that is not anchored allows any text around the match.
    const missing = Math.max(1, minLength - [...text].length);
    if (missing <= MAX_LENGTH) {
      yield text + randomLetters(missing, random);
      yield randomLetters(missing, random) + text;
    }
  }
  for (const sample of SAMPLES) yield sample;
}

/** For patterns of lookaheads, which the generator does not solve: passwords, names, codes. */
const SAMPLES = [
  'string',
  'Secret-Passw0rd!',
  'Abc123!@',
  'abc123',
  'ABC123',
  'A1',
  '1',
  '0',
  '12345678',
  'a',
  'A',
  '',
  ' ',
];

/** Characters of Unicode properties that every generator knows. */
const UNICODE_CLASSES: Readonly<Record<string, string>> = {
  L: 'A-Za-z',
  Lu: 'A-Z',
  Ll: 'a-z',
  Lt: 'ǅ',
  Lm: 'ʰ',
  Lo: 'ª',
  M: '\u0301',
  Mn: '\u0301',
  N: '0-9',
  Nd: '0-9',
  P: '.,!?',
  Pd: '\\-',
  Ps: '(',
  Pe: ')',
  Pc: '_',
  Po: '.,!?',
  S: '$+',
  Sc: '$€',
  Sm: '+<=>',
  Z: ' ',
  Zs: ' ',
  Alphabetic: 'A-Za-z',
  White_Space: ' ',
  Latin: 'A-Za-z',
  Greek: 'α-ω',
  Cyrillic: 'а-я',
  Han: '一-龠',
  Hiragana: 'ぁ-ん',
  Katakana: 'ァ-ン',
  Emoji: '😀',
};
const LONG_NAMES: Readonly<Record<string, string>> = {
  Letter: 'L',
  Uppercase_Letter: 'Lu',
  Uppercase: 'Lu',
  Lowercase_Letter: 'Ll',
  Lowercase: 'Ll',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  Punctuation: 'P',
  Symbol: 'S',
  Separator: 'Z',
  Space_Separator: 'Zs',
};

/** Replaces what JSON Schema Faker does not know: properties of Unicode and names of groups. */
function withoutUnicodeClasses(pattern: string): string {
  let isInClass = false;
  return pattern
    .replace(
      /\\[pP]\{(?:[^{}=]*=)?([^{}]*)\}|\\u\{([\da-fA-F]{1,6})\}|\\.|[[\]]/gs,
      (token, name?: string, code?: string) => {
        if (token === '[') isInClass = true;
        if (token === ']') isInClass = false;
        if (code !== undefined) return String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code, 16)));
        if (name === undefined) return token;
        const characters =
          token[1] === 'P'
            ? /^(?:L|Letter)/.test(name)
              ? '0-9'
              : 'A-Za-z'
            : UNICODE_CLASSES[LONG_NAMES[name] ?? name];
        return characters === undefined ? token : isInClass ? characters : `[${characters}]`;
      },
    )
    .replace(/\(\?<(?![=!])[^>]*>/g, '(');
}

/** How many characters a match of a pattern can have at least: nested repetitions multiply. */
function patternSize(pattern: string): number {
  const sizes: number[] = [0];
  let last = 0;
  const tokens = pattern.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]?|\{(\d+)(?:,\d*)?\}|[()]|./gs);
  for (const [token, count] of tokens) {
    if (token === '(') {
      sizes.push(0);
      last = 0;
    } else if (token === ')') {
      last = sizes.pop() ?? 0;
      sizes.push((sizes.pop() ?? 0) + last);
    } else if (count !== undefined) {
      sizes.push((sizes.pop() ?? 0) + last * (Number(count) - 1));
    } else {
      last = 1;
      sizes.push((sizes.pop() ?? 0) + 1);
    }
  }
  return sizes.reduce((sum, size) => sum + size, 0);
}
