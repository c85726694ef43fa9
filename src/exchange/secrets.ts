// Which names and which texts are secret, and what stands in their place: same length, same kinds of characters.
import { Buffer } from 'node:buffer';

/** Names whose values are secret wherever they stand: header, cookie, query, form field or JSON member. */
const SECRET_NAME =
  /authori[sz]ation|^authentication$|cookie|token|secret(?!ar)|passw|passphrase|passcode|^pass$|(^|[-_])pwd$|(^|[-_])[cx]srf$|(api|access|private|subscription|auth|signing|encryption|master|shared|functions?)[-_]?key|signature|session|credential|otp$|pin$|jwt|bearer|(^|[-_])auth$|^cv[cv]2?$/i;

/** What is said about a secret is none: "token_type", "cookieCount", "access-control-allow-credentials". */
const NON_SECRET_SUFFIX =
  /[-_]?(?:type|count|status|required|enabled|expires?(?:[-_]?(?:in|at|on))?|ttl|lifetime|endpoint|scheme)$|^access-control-|^(?:total|max|min|prompt|completion|input|output|cached|reasoning)[-_]?tokens$|tokens[-_]?(?:used|left|remaining)$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NON_SECRET_SUFFIX.test(name);
}

/** Names that are innocent in a body, and are how secrets travel in a URL. */
const SECRET_IN_URL = /^(key|code|sig|auth)$/i;

/** Whether what stands under a name is secret; in the query of a URL some more names are. */
export type SecretTest = (name: string, inUrl?: boolean) => boolean;

/** @param names further names that are secret here, in lower case: API keys that a document declares */
export function secretTest(names: ReadonlySet<string>): SecretTest {
  return (name, inUrl = false) =>
    isSecretName(name) || names.has(name.toLowerCase()) || (inUrl && SECRET_IN_URL.test(name));
}

/** Texts that are secret by their form: JSON Web Tokens, private keys, and the keys of well-known services. */
const SECRET_FORM =
  /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}-----|$)|\b(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bsk-[\w-]{20,}|\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[\w-]{35}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}|\bnpm_\w{36}|\bxox[abprs]-[\w-]{10,}|\bya29\.[\w-]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bshp(?:at|ca|pa|ss)_[0-9a-f]{32}/g;

/** How keys of well-known services begin. It says what kind of key it was and nothing of it. */
const PREFIX =
  /^(?:(?:sk|pk|rk)_(?:live|test)_|sk-|A[KS]IA|AIza|gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-|ya29\.|SG\.|shp(?:at|ca|pa|ss)_)/;

/** Long, and without a rule in capitals, letters and digits: what a URL holds of that kind is a token more often than not. */
export const RANDOM_TOKEN = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20,200}(?![\w-])/g;

/** How a credential is introduced in a header. */
const SCHEME =
  /^((?:Bearer|Basic|Digest|ApiKey|Token|Hawk|Negotiate|NTLM|OAuth|AWS4-HMAC-SHA256)\s+)?([\s\S]*)$/i;

/** Schemes whose credential is one text. What the others carry are parameters. */
const SINGLE_VALUE_SCHEME = /^((?:Bearer|Basic|Digest|ApiKey|Token)\s+)([\s\S]*)$/i;

/** @returns "Bearer " and what comes after it; without a scheme "" and all of it */
export function splitScheme(credential: string): [scheme: string, bare: string] {
  const [, scheme = '', bare = credential] = SINGLE_VALUE_SCHEME.exec(credential) ?? [];
  return [scheme, bare];
}

/** A pair as it stands in a URL, wherever that is quoted, its marks escaped or not. */
const URL_PAIR = /((?:^|[?&#;\s]|%3f|%26|%23)([\w.[\]-]{1,100})(?:=|%3d))([^&#;\s"'<>]+)/gi;

/** The same where a URL has its query, perhaps as the value of another pair. */
const QUERY_PAIR = /((?:[?&]|%3f|%26)([\w.[\]-]{1,100})(?:=|%3d))([^?&#;\s"'<>]+)/gi;

/** A name and a text in quotes, as JSON in a text, GraphQL, XML, program code and header parameters have them. */
const QUOTED_PAIR =
  /((?<![\w.-])([\w.-]{1,100})["']?\s{0,20}[:=]\s{0,20}(["']))((?:(?!\3)(?:[^\\]|\\[\s\S]))+)/g;

/** The same, where it is quoted itself, so that its quotes are escaped. */
const ESCAPED_QUOTED_PAIR =
  /((?<![\w.-])([\w.-]{1,100})(?:\\{1,7}["'])?\s{0,20}[:=]\s{0,20}\\{1,7}["'])((?:[^\\"']|\\(?!\\{0,7}["']))+)/g;

/** User and password of a URL. */
const USER_INFO = /(:\/\/)([^\s/?#@:"'<>]*:[^\s/?#@"'<>]+)(?=@)/g;

/**
 * In a sentence: "the API key 4f3a... is unknown", "password: hunter22", "Bearer abc123". What follows the name must
 * hold a digit, or it would be the next word of the sentence.
 */
const SECRET_IN_SENTENCE =
  /(\b(?:(?:api|access|secret|private|subscription)[-_ ]?key|token|password|passphrase|passcode|secret|credentials?|session(?:[-_ ]?id)?|cookie|bearer|basic|key)\b["'”’]?\s*(?:(?:is|was|of|value|id)\b\s*)?[:=]?\s*["'`“‘([]?)((?=[^\s"'`”’)\]<>,;]{0,300}\d)[^\s"'`“‘”’()[\]<>,;]{6,300}?)(?=[.!?:]?(?:[\s"'`”’)\]<>,;]|$))/gi;

/** Letters that no longer say which: of the same size, of the same case. */
function maskLetter(letter: string): string {
  if (/^[A-Z]$/.test(letter)) return 'X';
  if (/^[a-z]$/.test(letter)) return 'x';
  const code = letter.codePointAt(0) as number;
  // As long in UTF-8 and in UTF-16 as a letter of its range.
  return code <= 0x7ff ? 'ø' : code <= 0xffff ? 'あ' : '\u{10428}';
}

/** Hexadecimal stays hexadecimal: keys, digests and UUIDs keep to their patterns. */
const HEXADECIMAL = /^(?=.*[^-])(?:[\da-f-]{8,}|[\dA-F-]{8,})$/;

function maskCharacters(text: string): string {
  const masked = text.replace(/\p{N}/gu, '0');
  if (HEXADECIMAL.test(text)) return masked.replace(/[a-f]/g, 'a').replace(/[A-F]/g, 'A');
  return masked.replace(/\p{L}/gu, maskLetter);
}

/** Of a text, everything but its form: letters become x or X, digits 0, "Bearer " stays, and a Basic credential stays one. */
export function mask(text: string): string {
  const [, scheme = '', rest = ''] = SCHEME.exec(text) ?? [];
  if (/^basic/i.test(scheme)) {
    const credential = Buffer.from(rest, 'base64').toString('utf8');
    if (credential.includes(':')) return scheme + Buffer.from(maskCharacters(credential)).toString('base64');
  }
  // Parameters keep their names: Digest username="x", AWS4-HMAC-SHA256 Credential=x
  if (/^(?:digest|hawk|oauth|aws4)/i.test(scheme) && rest.includes('='))
    return (
      scheme +
      rest.replace(
        /(=\s*)("[^"]*"|[^\s,"]+)/g,
        (_, sign: string, value: string) => sign + maskCharacters(value),
      )
    );
  const prefix = PREFIX.exec(rest)?.[0] ?? '';
  const bare = rest.slice(prefix.length);
  if (/^eyJ[\w-]*\./.test(bare)) return scheme + bare.split('.').map(maskJwtPart).join('.');
  return scheme + prefix + maskCharacters(bare);
}

/** Without a digit, a masked hexadecimal text is this. */
const MASKED_HEXADECIMAL = /^[aA-]{8,}$/;

/** Recordings do not always say that they were redacted: what has no letter or digit of its own was, or might as well have been. */
export function isPlaceholder(value: string): boolean {
  return (/[xX0ø]/.test(value) || MASKED_HEXADECIMAL.test(value)) && mask(value) === value;
}

/** The beginning of a JSON Web Token and of its claims is "{" and a quote, which every one of them has. */
function maskJwtPart(part: string): string {
  return part.startsWith('eyJ') ? `eyJ${maskCharacters(part.slice(3))}` : maskCharacters(part);
}

/** @param number as JSON writes it. @returns as many digits, none of them its own; it cannot begin with a 0 */
export function maskNumber(number: string): string {
  const [mantissa = '', ...exponent] = number.split(/(?=e)/i);
  return mantissa.replace(/\d/g, '1') + exponent.join('');
}

/** Patterns have a limit; longer texts are looked for one by one. */
const MAX_PATTERN_LENGTH = 100;

export interface ScrubRules {
  readonly isSecret: SecretTest;
  /** What stands in the place of a secret. */
  readonly placeholder: (secret: string) => string;
}

/** @param values secrets that were found, to be taken out wherever they stand */
export function createScrubber(
  values: readonly string[],
  { isSecret, placeholder }: ScrubRules,
): (text: string) => string {
  // One pass, however many there are; the longest first, because one may be part of another.
  const sorted = values.toSorted((left, right) => right.length - left.length);
  const long = sorted.filter(value => value.length > MAX_PATTERN_LENGTH);
  const short = sorted.filter(value => value.length <= MAX_PATTERN_LENGTH);
  const found = short.length === 0 ? undefined : new RegExp(short.map(RegExp.escape).join('|'), 'g');
  const hide = (whole: string, before: string, name: string, value: string): string =>
    isSecret(name) ? before + placeholder(value) : whole;
  return text => {
    let scrubbed = text;
    for (const value of long) {
      if (value.length <= scrubbed.length) scrubbed = scrubbed.replaceAll(value, placeholder);
    }
    if (found !== undefined) scrubbed = scrubbed.replace(found, placeholder);
    if (scrubbed.includes('=') || /%3d/i.test(scrubbed)) {
      scrubbed = scrubbed
        .replace(URL_PAIR, hide)
        .replace(QUERY_PAIR, (whole, before: string, name: string, value: string) =>
          isSecret(name, true) ? before + placeholder(value) : whole,
        );
    }
    if (/["']/.test(scrubbed)) {
      scrubbed = scrubbed
        .replace(QUOTED_PAIR, (whole, before: string, name: string, _, value: string) =>
          hide(whole, before, name, value),
        )
        .replace(ESCAPED_QUOTED_PAIR, hide);
    }
    if (scrubbed.includes('://')) {
      scrubbed = scrubbed.replace(USER_INFO, (_, before: string, user: string) => before + placeholder(user));
    }
    // A sentence has blanks; without one there is nothing to look for.
    if (scrubbed.includes(' ')) {
      scrubbed = scrubbed.replace(
        SECRET_IN_SENTENCE,
        (_, before: string, value: string) => before + placeholder(value),
      );
    }
    return scrubbed.replace(SECRET_FORM, placeholder);
  };
}
