// Formats that ajv-formats tests differently from their RFCs, or in quadratic time.

import addFormats, { type FormatName } from 'ajv-formats';
import { isObject } from '../exchange/json.ts';
import { BASE64_PATTERN } from './keywords.ts';
import { compilePattern } from './pattern.ts';

type Format = RegExp | ((text: string) => boolean);

/** The formats that replace those of ajv-formats, by name. */
export const FORMATS: Readonly<Record<string, Format>> = {
  byte: BASE64_PATTERN,
  // JSON Schema 2020-12 validation, 7.3.2: Mailbox of RFC 5321, 4.1.2, extended by RFC 6531, 3.3.
  email: mailboxTest('', ''),
  'idn-email': mailboxTest('\\u{80}-\\u{10FFFF}', '\\u{80}-\\u{10FFFF}'),
  // RFC 1123, 2.1, has no dot at the end.
  hostname: /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i,
  // RFC 3339, 5.6: "T" between date and time.
  'date-time': text => /^.{10}t/i.test(text) && test('date-time', text),
  // RFC 4122, 3, without the prefix of the URN.
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  url: text => /^(?:https?|ftp):\/\/\S+$/i.test(text) && URL.canParse(text),
  regex: text => compilePattern(text, '3.1') !== undefined,
};

/** @param letters further characters of local parts; @param labels further characters of domains */
function mailboxTest(letters: string, labels: string): (text: string) => boolean {
  const atom = `[A-Za-z0-9!#$%&'*+/=?^_\`{|}~${letters}\\-]+`;
  const quoted = `"(?:[ !#-\\[\\]-~${letters}]|\\\\[ -~])*"`;
  const label = `[A-Za-z0-9${labels}]+(?:-+[A-Za-z0-9${labels}]+)*`;
  const mailbox = new RegExp(
    `^(?:${atom}(?:\\.${atom})*|${quoted})@(?:${label}(?:\\.${label})*|\\[(?<address>[!-Z^-~]+)\\])$`,
    'u',
  );
  return text => {
    const match = mailbox.exec(text);
    const address = match?.groups?.address;
    if (address === undefined) return match !== null;
    if (/^IPv6:/i.test(address)) return test('ipv6', address.slice('IPv6:'.length));
    return test('ipv4', address) || /^[A-Za-z0-9-]*[A-Za-z0-9]:./.test(address);
  };
}

/** Tests a text by a format of ajv-formats. */
function test(name: FormatName, text: string): boolean {
  return toTest(addFormats.default.get(name))?.(text) === true;
}

/** @returns undefined: the format is not known, or not about texts */
export function formatTest(name: string): ((text: string) => boolean) | undefined {
  const test = toTest(Object.hasOwn(FORMATS, name) ? FORMATS[name] : formatOfAjv(name));
  return test && withMemory(test);
}

/** Characters of a text that is remembered. */
const SHORT = 100;

/** Remembers the latest text: items that are written one after the other often have the same time. */
function withMemory(test: (text: string) => boolean): (text: string) => boolean {
  let latest: { readonly text: string; readonly isValid: boolean } | undefined;
  return text => {
    if (text === latest?.text) return latest.isValid;
    const isValid = test(text);
    if (text.length <= SHORT) latest = { text, isValid };
    return isValid;
  };
}

function formatOfAjv(name: string): unknown {
  try {
    return addFormats.default.get(name as FormatName);
  } catch {
    // The error says that the name is not known.
    return undefined;
  }
}

function toTest(format: unknown): ((text: string) => boolean) | undefined {
  if (format instanceof RegExp) return text => format.test(text);
  if (typeof format === 'function') return text => format(text) === true;
  return isObject(format) && format.type !== 'number' ? toTest(format.validate) : undefined;
}
