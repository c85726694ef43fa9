// Decides whether a message may quote a value that was sent. A value that may be a secret is described instead.

import { looksRandom } from '../exchange/entropy.ts';
import type { SecretNames } from '../exchange/personal-data.ts';
import { createScrubber, RANDOM_TOKEN, secretTest, splitScheme } from '../exchange/secrets.ts';
import { UUID } from '../exchange/value-formats.ts';

type Scalar = string | number | boolean;

/**
 * Whether a message may quote a value.
 * @param path the steps of the JSON Pointer to the value, inside the parameter or body
 */
export type QuoteTest = (value: Scalar, path: readonly string[]) => boolean;

export interface QuoteOptions {
  /** The name of the parameter or header that holds the value. */
  readonly name?: string;
  /** Names that are secret in this API besides the usual ones, in lower case. */
  readonly secretNames?: SecretNames;
  /** Secrets that the same message carries in other places. Called at most once, and only for a value that could be quoted. */
  readonly findSecrets?: () => readonly string[];
}

/** Characters of the longest text that is quoted. */
const MAX_QUOTED_LENGTH = 40;
/** From this length on, a text that does not consist of words may be a token. */
const MIN_TOKEN_LENGTH = 8;
/** A shorter secret counts only where it is the whole value: as a part it would be in many texts. */
const MIN_CONTAINED_LENGTH = 6;

/** No control characters, and none that change the direction or are invisible. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u;
/** A word or a name in camel case, a word with a number ("item12"), a number with a unit ("12px"), or of a date ("01T00"). */
const WORD =
  /^(?:\p{Lu}*|(?:\p{L}\p{Ll}*|\p{Lu}?\p{Ll}{2,}(?:\p{Lu}\p{Ll}{2,}){0,3})\d{0,4}|\d{1,14}\p{L}{0,4}|\d\dT\d\d)$/u;
const MAX_WORD_LENGTH = 20;

export function createQuoteTest({
  name,
  secretNames = new Set<string>(),
  findSecrets = () => [],
}: QuoteOptions): QuoteTest {
  // Names that are secret in URLs only ("key", "code") are in doubt everywhere.
  const isSecret = secretTest(secretNames);
  const isSecretName = (each: string): boolean =>
    isSecret(each, true) || (each.endsWith('s') && isSecret(each.slice(0, -1), true));
  const scrub = createScrubber([], {
    isSecret: isSecretName,
    placeholder: () => '',
    personal: secretNames.personal,
  });
  let secrets: readonly string[] | undefined;
  return (value, path) => {
    if ((name !== undefined && isSecretName(name)) || path.some(isSecretName)) return false;
    if (typeof value === 'boolean') return true;
    const text = String(value);
    if (typeof value === 'string' && (!isShortAndPrintable(text) || mayBeToken(text) || scrub(text) !== text))
      return false;
    secrets ??= findSecrets();
    return !secrets.some(secret =>
      secret.length < MIN_CONTAINED_LENGTH ? text === secret : text.includes(secret),
    );
  };
}

function isShortAndPrintable(text: string): boolean {
  return text.length <= MAX_QUOTED_LENGTH && PRINTABLE.test(text);
}

/** Stricter than redaction: a message without the value is still clear. */
function mayBeToken(text: string): boolean {
  if (looksRandom(text) || text.search(RANDOM_TOKEN) >= 0 || splitScheme(text)[0] !== '') return true;
  if (text.length < MIN_TOKEN_LENGTH || UUID.test(text)) return false;
  return text.split(BETWEEN_WORDS).some(piece => piece.length > MAX_WORD_LENGTH || !WORD.test(piece));
}
