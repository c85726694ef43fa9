// What can tell one request of an operation from another, and what must not: secrets, and what changes with every call.
import { declaresCookie, type Operation, secretNames } from '../contract/contract.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { isPlaceholder, secretTest } from '../exchange/secrets.ts';
import { pointer } from '../finding/pointer.ts';
import type { Call } from '../scenario/call.ts';
import { isPresent } from './times.ts';

type Value = string | number | boolean | null | readonly [] | Readonly<Record<string, never>>;

export interface Feature {
  readonly place: 'path' | 'query' | 'body' | 'headers' | 'cookies' | 'valid';
  /** As a scenario's `when` names it; of a body a JSON Pointer. */
  readonly name: string;
  readonly value: Value;
  /** Equal texts are equal values. */
  readonly token: string;
  /** True: the value is a secret or stands for one; only that there is one may be spoken of. */
  readonly hidden: boolean;
  /** True: it says who asks. */
  readonly credential: boolean;
  /** True: it differs from call to call whatever is asked. */
  readonly volatile: boolean;
}

/** Parts of a body beyond which requests are not told apart. */
const MOST = 300;

/** Header fields that decide about answers without being declared. */
const NEGOTIATING = [
  'content-type',
  'accept',
  'accept-language',
  'if-none-match',
  'if-match',
  'if-modified-since',
  'range',
];

/**
 * @param call as it is written down, its secrets taken out
 * @param original as it was recorded
 */
export function featuresOf(call: Call, original: Call, exchange: Exchange): Feature[] {
  const { operation } = call;
  const isSecret = secretTest(secretNames(operation.api));
  const keys = new Set(credentialNames(operation));
  const redacted = exchange.redacted ?? [];
  const before = new Map(rawFeatures(original, operation, exchange).map(each => [keyOf(each), each.value]));
  return rawFeatures(call, operation, exchange).map(({ place, name, value }) => {
    const token = JSON.stringify(value);
    const at = place === 'body' ? `/request/body${name}` : `/request/${place}${pointer(name)}`;
    const steps = place === 'body' ? name.split('/') : [name];
    const hidden =
      place === 'cookies' ||
      steps.some(step => isSecret(step, place === 'query')) ||
      redacted.some(where => isAt(where, at, value)) ||
      isStandIn(value) ||
      JSON.stringify(before.get(keyOf({ place, name }))) !== token;
    const volatile =
      place !== 'path' && (isPresent(value, exchange) || (isOnce(steps.at(-1) ?? '') && place !== 'valid'));
    const credential = (place === 'headers' || place === 'query') && keys.has(name);
    return { place, name, value, token, hidden, credential, volatile };
  });
}

/** A path is named as a whole: of its values, those are meant that look like it. */
function isAt(where: string, at: string, value: Value): boolean {
  if (where === '/request/path' && at !== where)
    return at.startsWith(where) && /^[xX0\W_]+$/.test(String(value));
  return at === where || at.startsWith(`${where}/`);
}

export function keyOf({ place, name }: Pick<Feature, 'place' | 'name'>): string {
  return `${place} ${name}`;
}

/** What stands where a secret stood. Fewer letters than these, and noughts alone, are values like others. */
export function isStandIn(value: unknown): boolean {
  return typeof value === 'string' && (value.match(/x/gi)?.length ?? 0) >= 5 && isPlaceholder(value);
}

/** Names of what is made anew for each call. */
function isOnce(name: string): boolean {
  return /nonce|idempoten|^(x-)?(request|correlation|trace)-?id$|time-?stamp/i.test(name);
}

type Raw = Pick<Feature, 'place' | 'name' | 'value'>;

function rawFeatures(call: Call, operation: Operation, { request }: Exchange): Raw[] {
  const found: Raw[] = [];
  for (const [name, value] of Object.entries(call.path)) found.push({ place: 'path', name, value });
  for (const [name, value] of Object.entries(call.query)) found.push({ place: 'query', name, value });
  addBody(call.body, '', found, 0);
  for (const name of headerNames(operation)) {
    const value = call.header(name);
    // What the recorder may have left out is neither there nor missing.
    if (value === undefined || request.withheld?.includes(name)) continue;
    // The boundary of a form is another one each time.
    if (name === 'content-type' && /boundary=/i.test(value)) continue;
    found.push({ place: 'headers', name, value });
  }
  for (const name of Object.keys(call.cookies).sort())
    if (declaresCookie(operation, name)) found.push({ place: 'cookies', name, value: 'there' });
  found.push({ place: 'valid', name: '', value: call.valid });
  return found;
}

function headerNames(operation: Operation): string[] {
  const declared = operation.parameters
    .filter(each => each.in === 'header')
    .map(({ name }) => name.toLowerCase());
  return [...new Set([...declared, ...credentialNames(operation, 'header'), ...NEGOTIATING])];
}

/** Where credentials travel: header fields in lower case, query parameters as they are written. */
function credentialNames({ security }: Operation, where?: 'header'): string[] {
  return security.flat().flatMap(({ scheme }) => {
    if (scheme.type !== 'apiKey') return ['authorization'];
    if (scheme.in === 'header') return [scheme.name.toLowerCase()];
    return scheme.in === 'query' && where === undefined ? [scheme.name] : [];
  });
}

function addBody(value: unknown, at: string, found: Raw[], depth: number): void {
  if (value === undefined || found.length >= MOST || depth > 50) return;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    if (members.length === 0) found.push({ place: 'body', name: at, value: value as [] });
    for (const [name, inner] of members) addBody(inner, at + pointer(name), found, depth + 1);
  } else {
    found.push({ place: 'body', name: at, value: value as string });
  }
}
