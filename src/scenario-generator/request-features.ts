// Extracts the features of a request that conditions can use, and marks secrets and values that change per call.

import type { Exchange } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isPlaceholder, secretTest } from '../exchange/secrets.ts';
import { declaresCookie, type Operation, secretNames } from '../openapi/model.ts';
import type { Call } from '../scenario/call.ts';
import { isCurrentTime } from './timestamps.ts';

type FeatureValue = string | number | boolean | null | readonly [] | Readonly<Record<string, never>>;

export interface RequestFeature {
  readonly location: 'path' | 'query' | 'body' | 'headers' | 'cookies' | 'valid';
  /** As a scenario's `when` names it; of a body a JSON Pointer. */
  readonly name: string;
  readonly value: FeatureValue;
  /** Equal texts are equal values. */
  readonly token: string;
  /** True: the value is a secret or stands for one; only that there is one may be spoken of. */
  readonly isSecret: boolean;
  /** True: it says who asks. */
  readonly isCredential: boolean;
  /** True: it differs from call to call whatever is asked. */
  readonly isVolatile: boolean;
}

/** Parts of a body beyond which requests are not told apart. */
const MAX_BODY_FEATURES = 300;

/** Header fields that decide about answers without being declared. */
const NEGOTIATION_FIELDS = [
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
export function extractFeatures(call: Call, original: Call, exchange: Exchange): RequestFeature[] {
  const { operation } = call;
  const isSecret = secretTest(secretNames(operation.api));
  const keys = new Set(credentialNames(operation));
  const redacted = exchange.redacted ?? [];
  const before = new Map(
    rawFeatures(original, operation, exchange).map(each => [featureKey(each), each.value]),
  );
  return rawFeatures(call, operation, exchange).map(({ location, name, value }) => {
    const token = JSON.stringify(value);
    const at = location === 'body' ? `/request/body${name}` : `/request/${location}${jsonPointer(name)}`;
    const steps = location === 'body' ? name.split('/') : [name];
    const hidden =
      location === 'cookies' ||
      steps.some(step => isSecret(step, location === 'query')) ||
      redacted.some(where => isRedactedAt(where, at, value)) ||
      isMaskedValue(value) ||
      JSON.stringify(before.get(featureKey({ location, name }))) !== token;
    const volatile =
      location !== 'path' &&
      (isCurrentTime(value, exchange) || (isPerRequestName(steps.at(-1) ?? '') && location !== 'valid'));
    const credential = (location === 'headers' || location === 'query') && keys.has(name);
    return {
      location,
      name,
      value,
      token,
      isSecret: hidden,
      isCredential: credential,
      isVolatile: volatile,
    };
  });
}

/** A path is named as a whole: of its values, those are meant that look like it. */
function isRedactedAt(where: string, at: string, value: FeatureValue): boolean {
  if (where === '/request/path' && at !== where)
    return at.startsWith(where) && /^[xX0\W_]+$/.test(String(value));
  return at === where || at.startsWith(`${where}/`);
}

export function featureKey({ location, name }: Pick<RequestFeature, 'location' | 'name'>): string {
  return `${location} ${name}`;
}

/** What stands where a secret stood. Fewer letters than these, and noughts alone, are values like others. */
export function isMaskedValue(value: unknown): boolean {
  return typeof value === 'string' && (value.match(/x/gi)?.length ?? 0) >= 5 && isPlaceholder(value);
}

/** Names of what is made anew for each call. */
function isPerRequestName(name: string): boolean {
  return /nonce|idempoten|^(x-)?(request|correlation|trace)-?id$|time-?stamp/i.test(name);
}

type RawFeature = Pick<RequestFeature, 'location' | 'name' | 'value'>;

function rawFeatures(call: Call, operation: Operation, { request }: Exchange): RawFeature[] {
  const features: RawFeature[] = [];
  for (const [name, value] of Object.entries(call.path)) features.push({ location: 'path', name, value });
  for (const [name, value] of Object.entries(call.query)) features.push({ location: 'query', name, value });
  addBodyFeatures(call.body, '', features, 0);
  for (const name of headerNames(operation)) {
    const value = call.header(name);
    // What the recorder may have left out is neither there nor missing.
    if (value === undefined || request.withheld?.includes(name)) continue;
    // The boundary of a form is another one each time.
    if (name === 'content-type' && /boundary=/i.test(value)) continue;
    features.push({ location: 'headers', name, value });
  }
  for (const name of Object.keys(call.cookies).sort())
    if (declaresCookie(operation, name)) features.push({ location: 'cookies', name, value: 'there' });
  features.push({ location: 'valid', name: '', value: call.valid });
  return features;
}

function headerNames(operation: Operation): string[] {
  const declared = operation.parameters
    .filter(each => each.in === 'header')
    .map(({ name }) => name.toLowerCase());
  return [...new Set([...declared, ...credentialNames(operation, 'header'), ...NEGOTIATION_FIELDS])];
}

/** Where credentials travel: header fields in lower case, query parameters as they are written. */
function credentialNames({ security }: Operation, where?: 'header'): string[] {
  return security.flat().flatMap(({ scheme }) => {
    if (scheme.type !== 'apiKey') return ['authorization'];
    if (scheme.in === 'header') return [scheme.name.toLowerCase()];
    return scheme.in === 'query' && where === undefined ? [scheme.name] : [];
  });
}

function addBodyFeatures(value: unknown, at: string, features: RawFeature[], depth: number): void {
  if (value === undefined || features.length >= MAX_BODY_FEATURES || depth > 50) return;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    if (members.length === 0) features.push({ location: 'body', name: at, value: value as [] });
    for (const [name, inner] of members) addBodyFeatures(inner, at + jsonPointer(name), features, depth + 1);
  } else {
    features.push({ location: 'body', name: at, value: value as string });
  }
}
