// Decides which names and texts are secret, and generates placeholders of the same length and character classes.
import { Buffer } from 'node:buffer';
import escapeRegExp from 'escape-string-regexp';
import { LRUCache } from 'lru-cache';
import { isPersonalName, replacePersonalForms, type SecretNames } from './personal-data.ts';

/** Names whose values are secret in any location: header, cookie, query, form field or JSON member. */
const SECRET_NAME =
  /authori[sz]ation|^authentication$|cookie|token|secret(?!ar)|passw|passphrase|passcode|^pass$|(^|[-_])pwd$|(^|[-_])[cx]srf$|(api|access|private|subscription|auth|signing|encryption|master|shared|functions?)[-_]?key|signature|session|credential|otp$|pin$|jwt|bearer|(^|[-_])auth$|^cv[cv]2?$/i;

/** Passwords, tokens and keys in other languages: words that stand alone or beside a mark, because longer words contain them. */
const SECRET_WORD =
  /(?:^|[^\p{L}])(?:senha|segredo|chave[^\p{L}]?(?:api|secreta|privada)|contrase[ñn]a|clave|secreto|mdp|mot[^\p{L}]?de[^\p{L}]?passe|jeton|passwort|kennwort|geheimnis|zugangscode|wachtwoord|parola|has[łl]o|heslo|parool|l[öo]senord|adgangskode|passord|salasana|jelsz[óo]|[şs]ifre|пароль|токен|секрет)(?!\p{L})|密码|密碼|口令|令牌|パスワード|暗証番号|비밀번호|암호/iu;

/** Names of facts about a secret, which are not secret: "token_type", "cookieCount", "access-control-allow-credentials". */
const NON_SECRET_SUFFIX =
  /[-_]?(?:type|count|status|required|enabled|expires?(?:[-_]?(?:in|at|on))?|ttl|lifetime|endpoint|scheme)$|^access-control-|^(?:total|max|min|prompt|completion|input|output|cached|reasoning)[-_]?tokens$|tokens[-_]?(?:used|left|remaining)$/i;

/** The same names occur in every exchange. */
const nameTests = new LRUCache<string, boolean>({ max: 5000 });

/** True for a name whose value is secret in any location. */
export function isSecretName(name: string): boolean {
  let isSecret = nameTests.get(name);
  if (isSecret === undefined) {
    // A name in camel case has several words.
    const words = name.replace(/(\p{Ll})(?=\p{Lu})/gu, '$1_');
    isSecret = !NON_SECRET_SUFFIX.test(name) && (SECRET_NAME.test(name) || SECRET_WORD.test(words));
    if (name.length <= 100) nameTests.set(name, isSecret);
  }
  return isSecret;
}

/** Names that are ordinary in a body, and often hold a secret in a URL. */
const SECRET_IN_URL = /^(key|code|sig|auth)$/i;

/** True when the value of a name is secret. `inUrl`: in the query of a URL, where more names are secret. */
export type SecretTest = (name: string, inUrl?: boolean) => boolean;

/** @param names further secret names, in lower case: API keys that a document declares */
export function secretTest(names: SecretNames): SecretTest {
  return (name, inUrl = false) =>
    isSecretName(name) ||
    names.has(name.toLowerCase()) ||
    (inUrl && SECRET_IN_URL.test(name)) ||
    (names.personal === true && isPersonalName(name));
}

/** Texts that are secret by their form: JSON Web Tokens, private keys, and the keys of well-known services. */
const SECRET_FORM =
  /(?<![\w-])eyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}-----|$)|\b(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bsk-[\w-]{20,}|\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[\w-]{35}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}|\bnpm_\w{36}|\bxox[abprs]-[\w-]{10,}|\bya29\.[\w-]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bshp(?:at|ca|pa|ss)_[0-9a-f]{32}/g;

/** The prefixes of keys of well-known services. A placeholder preserves the prefix: it tells the type of the key, not its value. */
const PREFIX =
  /^(?:(?:sk|pk|rk)_(?:live|test)_|sk-|A[KS]IA|AIza|gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-|ya29\.|SG\.|shp(?:at|ca|pa|ss)_)/;

/** A long mix of upper case, lower case and digits: in a URL it is usually a token. */
export const RANDOM_TOKEN = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20,200}(?![\w-])/g;

/** The authentication scheme before a credential (RFC 9110 section 11.4). */
const SCHEME =
  /^((?:Bearer|Basic|Digest|ApiKey|Token|Hawk|Negotiate|NTLM|OAuth|AWS4-HMAC-SHA256)\s+)?([\s\S]*)$/i;

/** Schemes whose credential is one text. The other schemes have parameters. */
const SINGLE_VALUE_SCHEME = /^((?:Bearer|Basic|Digest|ApiKey|Token)\s+)([\s\S]*)$/i;

/** @returns the scheme with its blank, such as "Bearer ", and the rest; without a scheme "" and the whole text */
export function splitScheme(credential: string): [scheme: string, bare: string] {
  const [, scheme = '', bare = credential] = SINGLE_VALUE_SCHEME.exec(credential) ?? [];
  return [scheme, bare];
}

/** A name=value pair of a URL in any text, percent-encoded or not. */
const URL_PAIR = /((?:^|[?&#;\s]|%3f|%26|%23)([\w.[\]-]{1,100})(?:=|%3d))([^&#;\s"'<>]+)/gi;

/** A pair in the query of a URL, which may itself be the value of another pair. */
const QUERY_PAIR = /((?:[?&]|%3f|%26)([\w.[\]-]{1,100})(?:=|%3d))([^?&#;\s"'<>]+)/gi;

/** A name and a quoted value: JSON within a text, GraphQL, XML, program code, header parameters. */
const QUOTED_PAIR =
  /((?<![\w.-])([\w.-]{1,100})["']?\s{0,20}[:=]\s{0,20}(["']))((?:(?!\3)(?:[^\\]|\\[\s\S]))+)/g;

/** A quoted pair inside a quoted text, with escaped quotes. */
const ESCAPED_QUOTED_PAIR =
  /((?<![\w.-])([\w.-]{1,100})(?:\\{1,7}["'])?\s{0,20}[:=]\s{0,20}\\{1,7}["'])((?:[^\\"']|\\(?!\\{0,7}["']))+)/g;

/** The user information of a URL: user and password (RFC 3986 section 3.2.1). */
const USER_INFO = /(:\/\/)([^\s/?#@:"'<>]*:[^\s/?#@"'<>]+)(?=@)/g;

/**
 * A secret in a sentence: "the API key 4f3a... is unknown", "password: hunter22", "Bearer abc123". The value must have a digit:
 * without one it is probably the next word of the sentence.
 */
const SECRET_IN_SENTENCE =
  /(\b(?:(?:api|access|secret|private|subscription)[-_ ]?key|token|password|passphrase|passcode|secret|credentials?|session(?:[-_ ]?id)?|cookie|bearer|basic|key)\b["'”’]?\s{0,9}(?:(?:is|was|of|value|id)\b\s{0,9})?[:=]?\s{0,9}["'`“‘([]?)((?=[^\s"'`”’)\]<>,;]{0,300}\d)[^\s"'`“‘”’()[\]<>,;]{6,300}?)(?=[.!?:]?(?:[\s"'`”’)\]<>,;]|$))/gi;

/** Masks a letter: by one of the same case in ASCII, otherwise by one of the same size in UTF-8 and UTF-16. */
function maskLetter(letter: string): string {
  if (/^[A-Z]$/.test(letter)) return 'X';
  if (/^[a-z]$/.test(letter)) return 'x';
  const code = letter.codePointAt(0) as number;
  return code <= 0x7ff ? 'ø' : code <= 0xffff ? 'あ' : '\u{10428}';
}

/** The placeholder of a hexadecimal text is hexadecimal, so that keys, digests and UUIDs still match their patterns. */
const HEXADECIMAL = /^(?=.*[^-])(?:[\da-f-]{8,}|[\dA-F-]{8,})$/;

function maskCharacters(text: string): string {
  const masked = text.replace(/\p{N}/gu, '0');
  if (HEXADECIMAL.test(text)) return masked.replace(/[a-f]/g, 'a').replace(/[A-F]/g, 'A');
  return masked.replace(/\p{L}/gu, maskLetter);
}

/**
 * Generates the placeholder of a text: letters become x or X, digits become 0. A scheme such as "Bearer " is preserved, and the
 * placeholder of a Basic credential is a valid Basic credential. Idempotent.
 * @example
 * mask('Bearer a.B-1') // 'Bearer x.X-0'
 */
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

/** A masked hexadecimal text without a digit. */
const MASKED_HEXADECIMAL = /^[aA-]{8,}$/;

/**
 * True for a text with placeholder characters that masking does not change. A recording may be redacted without a list of the
 * locations.
 */
export function isPlaceholder(value: string): boolean {
  return (/[xX0ø]/.test(value) || MASKED_HEXADECIMAL.test(value)) && mask(value) === value;
}

/** Masks a part of a JSON Web Token. "eyJ" is the base64url of '{"', which the header and the claims of every token begin with: it is preserved. */
function maskJwtPart(part: string): string {
  return part.startsWith('eyJ') ? `eyJ${maskCharacters(part.slice(3))}` : maskCharacters(part);
}

/**
 * Masks a JSON number: every digit of the mantissa becomes 1, because a JSON number cannot begin with 0 and a further digit.
 * @param number as written in JSON
 */
export function maskNumber(number: string): string {
  const [mantissa = '', ...exponent] = number.split(/(?=e)/i);
  return mantissa.replace(/\d/g, '1') + exponent.join('');
}

/** The size of a regular expression is limited: longer secrets are replaced one by one. */
const MAX_PATTERN_LENGTH = 100;

export interface ScrubRules {
  readonly isSecret: SecretTest;
  /** @returns the placeholder of a secret */
  readonly placeholder: (secret: string) => string;
  /** True: replaces personal data as well. Default false. */
  readonly personal?: boolean | undefined;
}

/**
 * Creates a function that replaces secrets in a text: known values, and values that are secret by their name, their form or the
 * words before them.
 * @param values known secrets
 */
export function createScrubber(
  values: readonly string[],
  { isSecret, placeholder, personal = false }: ScrubRules,
): (text: string) => string {
  // One regular expression for all values; the longest first, because one value may contain another.
  const sorted = values.toSorted((left, right) => right.length - left.length);
  const long = sorted.filter(value => value.length > MAX_PATTERN_LENGTH);
  const short = sorted.filter(value => value.length <= MAX_PATTERN_LENGTH);
  const knownSecrets = short.length === 0 ? undefined : new RegExp(short.map(escapeRegExp).join('|'), 'g');
  const hide = (match: string, before: string, name: string, value: string): string =>
    isSecret(name) ? before + placeholder(value) : match;
  return text => {
    let scrubbed = text;
    for (const value of long) {
      if (value.length <= scrubbed.length) scrubbed = scrubbed.replaceAll(value, placeholder);
    }
    if (knownSecrets !== undefined) scrubbed = scrubbed.replace(knownSecrets, placeholder);
    if (scrubbed.includes('=') || /%3d/i.test(scrubbed)) {
      scrubbed = scrubbed
        .replace(URL_PAIR, hide)
        .replace(QUERY_PAIR, (match, before: string, name: string, value: string) =>
          isSecret(name, true) ? before + placeholder(value) : match,
        );
    }
    if (/["']/.test(scrubbed)) {
      scrubbed = scrubbed
        .replace(QUOTED_PAIR, (match, before: string, name: string, _, value: string) =>
          hide(match, before, name, value),
        )
        .replace(ESCAPED_QUOTED_PAIR, hide);
    }
    if (scrubbed.includes('://')) {
      scrubbed = scrubbed.replace(USER_INFO, (_, before: string, user: string) => before + placeholder(user));
    }
    // A sentence contains a blank.
    if (scrubbed.includes(' ')) {
      scrubbed = scrubbed.replace(
        SECRET_IN_SENTENCE,
        (_, before: string, value: string) => before + placeholder(value),
      );
    }
    scrubbed = scrubbed.replace(SECRET_FORM, placeholder);
    return personal ? replacePersonalForms(scrubbed, placeholder) : scrubbed;
  };
}
