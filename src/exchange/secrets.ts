// Which names and which texts are secret, and what stands in their place: same length, same kinds of characters.
import { Buffer } from 'node:buffer';

/** Names whose values are secret wherever they stand: header, cookie, query, form field or JSON member. */
export const SECRET_NAME =
  /authori[sz]ation|cookie|token|secret|passw|passphrase|^pass$|^pwd$|(api|access|private|subscription)[-_]?key|signature|session|credential|otp$|pin$|jwt|bearer|(^|[-_])auth$|^cv[cv]2?$/i;

/** Names that are innocent in a body, and are how secrets travel in a URL. */
export const SECRET_IN_URL = /^(key|code|sig|auth)$/i;

/** Texts that are secret by their form: JSON Web Tokens, and the keys of well-known services. */
const SECRET_FORM =
  /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*|\b(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}|\bxox[abprs]-[\w-]{10,}/g;

/** Long, and without a rule in capitals, letters and digits: what a URL holds of that kind is a token more often than not. */
export const RANDOM = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20,200}(?![\w-])/g;

/** A pair as it stands in a URL, wherever that is quoted, its marks escaped or not. */
const PAIR = /((?:^|[?&#;\s]|%3f|%26|%23)([\w.[\]-]{1,100})(?:=|%3d))([^&#;\s"'<>]+)/gi;

/** Of a text, everything but its form: letters become x or X, digits 0, "Bearer " stays, and a Basic credential stays one. */
export function mask(text: string): string {
  const [, scheme = '', rest = ''] = /^((?:Bearer|Basic|Digest|ApiKey)\s+)?([\s\S]*)$/i.exec(text) ?? [];
  if (/^basic/i.test(scheme)) {
    const credential = Buffer.from(rest, 'base64').toString('utf8');
    if (credential.includes(':')) return scheme + Buffer.from(blank(credential)).toString('base64');
  }
  return scheme + blank(rest);
}

function blank(text: string): string {
  return text
    .replace(/\p{Lu}/gu, 'X')
    .replace(/(?!X)\p{L}/gu, 'x')
    .replace(/\p{N}/gu, '0');
}

/** As many digits, none of them its own; a JSON number cannot begin with a 0. */
export function maskNumber(number: number): number {
  return Number(String(number).replace(/\d/g, '1'));
}

/** @param values secrets that were found, to be taken out wherever they stand */
export function createScrubber(
  values: readonly string[],
  isSecret: (name: string) => boolean,
): (text: string) => string {
  // One pass, however many there are; the longest first, because one may be part of another.
  const found = values.length === 0 ? undefined : new RegExp(values.map(RegExp.escape).join('|'), 'g');
  return text => {
    let scrubbed = found === undefined ? text : text.replace(found, mask);
    if (scrubbed.includes('=') || /%3d/i.test(scrubbed)) {
      scrubbed = scrubbed.replace(PAIR, (whole, before: string, name: string, value: string) =>
        isSecret(name) ? before + mask(value) : whole,
      );
    }
    return scrubbed.replace(SECRET_FORM, mask);
  };
}
