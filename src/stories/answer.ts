// A recorded answer in the words of a scenario: its status, the headers that a client acts on, and its body as data.
import { Buffer } from 'node:buffer';
import { isDeepStrictEqual, TextDecoder } from 'node:util';
import { isCommonHeader, isTelling } from '../contract/common-headers.ts';
import { type Operation, type ResponseSpec, responseFor, secretNames } from '../contract/contract.ts';
import { decodeBody } from '../exchange/body.ts';
import { header, isRecorded, type Response } from '../exchange/exchange.ts';
import { isHopByHop } from '../exchange/hop-by-hop.ts';
import { isJson, mediaTypeOf, parseMediaType } from '../exchange/media-type.ts';
import { secretTest } from '../exchange/secrets.ts';
import { isKept } from './exact.ts';

/** Why an exchange has no place in a scenario, as the accounting names it. */
export type LeftOut =
  | 'body not recorded'
  | 'binary body'
  | 'body of more than 1 MiB'
  | 'nested too deeply'
  | 'text in another charset than UTF-8'
  | 'numbers that were lost with the secrets beside them'
  | 'text too long to be told beside templates'
  | 'status that no scenario can give';

type Words =
  | { readonly kind: 'data'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  /** Sent exactly like this, although its media type is JSON. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | { readonly kind: 'empty' }
  /** What the document says is what was said. `example`: "" for the first one, or one that is not named. */
  | { readonly kind: 'unsaid' };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly words: Words;
  /** Set: the body is that example of the document; "" for the one that is given when none is named. */
  readonly example: string | undefined;
}

const LARGEST = 1024 * 1024;
const DEEPEST = 60;

/**
 * @param response with its secrets taken out
 * @param original as it was recorded
 * @param method of the request: the answer to HEAD says nothing of the body
 */
export function answerOf(
  operation: Operation,
  method: string,
  response: Response,
  original: Response,
): Answer | LeftOut {
  const { status } = response;
  if (status < 200 || status > 599) return 'status that no scenario can give';
  const declared = responseFor(operation, status);
  const words = wordsOf(method, declared, response, original);
  if (typeof words === 'string') return words;
  const headers = headersOf(operation, declared, response, words);
  const complete = (declared?.headers ?? []).every(
    ({ name }) => header(response.headers, name.toLowerCase()) !== undefined,
  );
  const example =
    complete && headers['content-type'] === undefined ? exampleOf(declared, original) : undefined;
  return { status, headers, words, example };
}

function wordsOf(
  method: string,
  declared: ResponseSpec | undefined,
  response: Response,
  original: Response,
): Words | LeftOut {
  const { body, status } = response;
  const bodiless = method === 'HEAD' || status === 204 || status === 205 || status === 304;
  // Browsers do not keep what a redirect said, and nobody acts on it.
  const nothing = bodiless || (status >= 300 && status < 400 && !isRecorded(body));
  if (method === 'HEAD' && declared !== undefined) return { kind: 'unsaid' };
  if (nothing) return declared?.contents.length === 0 ? { kind: 'unsaid' } : { kind: 'empty' };
  if (!isRecorded(body) || !isRecorded(original.body)) return 'body not recorded';
  if (body.length === 0) return declared?.contents.length === 0 ? { kind: 'unsaid' } : { kind: 'empty' };
  if (body.length > LARGEST) return 'body of more than 1 MiB';
  const essence = mediaTypeOf(response.headers)?.essence;
  const decoded = decodeBody(response);
  if (decoded.kind === 'json') return jsonWords(decoded.value, body, original.body);
  if (decoded.kind === 'multipart') return 'binary body';
  const text = utf8(body);
  if (decoded.kind === 'text' && text !== decoded.text) return 'text in another charset than UTF-8';
  if (text === undefined || /\0/.test(text)) return 'binary body';
  // Without a media type the one that is declared would decide how the text is written.
  if (essence === undefined || isJson(essence)) return { kind: 'verbatim', text };
  return decoded.kind === 'bytes' ? 'binary body' : { kind: 'text', text };
}

function jsonWords(value: unknown, body: Uint8Array, original: Uint8Array): Words | LeftOut {
  const { isDeep, isSpecial } = shapeOf(value);
  const kept = isKept(Buffer.from(original).toString('utf8'));
  if (kept && !isDeep && !isSpecial) return { kind: 'data', value };
  // Taking secrets out may have written the numbers anew.
  if (kept || Buffer.from(body).equals(original))
    return { kind: 'verbatim', text: Buffer.from(body).toString('utf8') };
  return isDeep ? 'nested too deeply' : 'numbers that were lost with the secrets beside them';
}

/** Whether it is nested too deeply for a scenario, or says what means something else there. Not by recursion, therefore. */
function shapeOf(value: unknown): { isDeep: boolean; isSpecial: boolean } {
  let isDeep = false;
  let isSpecial = value === null;
  const pending: [unknown, number][] = [[value, 0]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [inner, depth] = next;
    isDeep ||= depth > DEEPEST;
    if (typeof inner !== 'object' || inner === null) continue;
    isSpecial ||= Object.hasOwn(inner, '$each') || Object.hasOwn(inner, '$text');
    for (const member of Object.values(inner)) pending.push([member, depth + 1]);
  }
  return { isDeep, isSpecial };
}

function utf8(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The name of the example that was answered with, if it was one and would be given again. */
function exampleOf(declared: ResponseSpec | undefined, original: Response): string | undefined {
  const content = declared?.contents[0];
  const decoded = decodeBody(original);
  if (content === undefined || !isJson(parseMediaType(content.mediaType)?.essence ?? '')) return undefined;
  if (decoded.kind !== 'json' || decoded.imprecise.length > 0) return undefined;
  const index = content.examples.findIndex(({ value }) => isDeepStrictEqual(value, decoded.value));
  return index === 0 ? '' : content.examples[index]?.name;
}

/** Of HTTP's own fields, those that clients go by when they keep an answer. */
const KEEPING = new Set([
  'cache-control',
  'content-language',
  'content-location',
  'etag',
  'expires',
  'last-modified',
]);

function isActedOn(name: string): boolean {
  return isTelling(name) || KEEPING.has(name);
}

/** A name that HTTP allows; recordings hold others. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Of how that one answer was sent, when, and to whom. */
const PASSING = new Set(['content-encoding', 'content-length', 'date', 'set-cookie', 'trailer']);

function headersOf(
  { api }: Operation,
  declared: ResponseSpec | undefined,
  response: Response,
  words: Words,
): Record<string, string | null> {
  const isSecret = secretTest(secretNames(api));
  const declaredNames = new Map(declared?.headers.map(each => [each.name.toLowerCase(), each]));
  const kept: Record<string, string | null> = {};
  for (const name of Object.keys(response.headers).sort()) {
    const value = header(response.headers, name);
    const parameter = declaredNames.get(name);
    if (value === undefined || name === 'content-type' || !TOKEN.test(name)) continue;
    if (isHopByHop(name) || PASSING.has(name)) continue;
    if (parameter === undefined && !isActedOn(name) && isCommonHeader(name)) continue;
    // A secret is not kept, and where the document demands that there be one its placeholder is.
    if (isSecret(name) && parameter?.required !== true && !isActedOn(name)) continue;
    kept[name] = value;
  }
  const type = mediaTypeFor(declared, response, words);
  return type === undefined ? kept : { 'content-type': type, ...kept };
}

/** The Content-Type where it is not the one that a scenario gives by itself; null: there was none. */
function mediaTypeFor(
  declared: ResponseSpec | undefined,
  response: Response,
  words: Words,
): string | null | undefined {
  if (words.kind === 'unsaid' || words.kind === 'empty') return undefined;
  const sent = header(response.headers, 'content-type');
  if (sent === undefined) return null;
  const isText = words.kind === 'text' || (words.kind === 'data' && typeof words.value === 'string');
  const usual = parseMediaType(
    declared?.contents[0]?.mediaType ?? (isText ? 'text/plain' : 'application/json'),
  );
  const type = parseMediaType(sent);
  const isUsual =
    type !== undefined &&
    type.essence === usual?.essence &&
    Object.entries(type.parameters).every(
      // Data is written in UTF-8, whatever it was recorded in.
      ([name, value]) =>
        usual.parameters[name] === value ||
        (name === 'charset' && (words.kind === 'data' || /^utf-?8$/i.test(value))),
    );
  if (isUsual) return undefined;
  return words.kind === 'data' ? sent.replace(/;\s*charset=[^;]*/i, '') : sent;
}
