// Extracts the features of a request that conditions can test, and marks secrets and values that change per request.

import type { Exchange } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isPlaceholder, secretTest } from '../exchange/secrets.ts';
import { declaresCookie, type Operation, redactedNames } from '../openapi/model.ts';
import type { Call } from '../scenario/call.ts';
import { isCurrentTime } from './timestamps.ts';

type FeatureValue = string | number | boolean | null | readonly [] | Readonly<Record<string, never>>;

export interface RequestFeature {
  readonly location: 'path' | 'query' | 'body' | 'headers' | 'cookies' | 'valid';
  /** The name in a scenario's `when`; for a body, a JSON Pointer. */
  readonly name: string;
  readonly value: FeatureValue;
  /** The value as JSON text, to compare values. */
  readonly token: string;
  /** True: the value is a secret or its placeholder; a condition may test only whether it exists. */
  readonly isSecret: boolean;
  /** True: a credential of a security scheme. */
  readonly isCredential: boolean;
  /** True: the value changes with every request, such as a timestamp or a nonce. */
  readonly isVolatile: boolean;
}

/** Limit of body features per request; further values are ignored. */
const MAX_BODY_FEATURES = 300;

/** Header fields that affect responses although no document declares them. */
const NEGOTIATION_FIELDS = [
  'content-type',
  'accept',
  'accept-language',
  'if-none-match',
  'if-match',
  'if-modified-since',
  'if-unmodified-since',
  'range',
];

/**
 * @param call the recorded request with redacted secrets
 * @param original the recorded request
 */
export function extractFeatures(call: Call, original: Call, exchange: Exchange): RequestFeature[] {
  const { operation } = call;
  const isSecret = secretTest(redactedNames(operation.api));
  const credentials = new Set(credentialNames(operation));
  const redacted = exchange.redacted ?? [];
  const originalValues = new Map(
    rawFeatures(original, operation, exchange).map(each => [featureKey(each), each.value]),
  );
  return rawFeatures(call, operation, exchange).map(({ location, name, value }) => {
    const token = JSON.stringify(value);
    const at = location === 'body' ? `/request/body${name}` : `/request/${location}${jsonPointer(name)}`;
    const steps = location === 'body' ? name.split('/') : [name];
    const isHidden =
      location === 'cookies' ||
      steps.some(step => isSecret(step, location === 'query')) ||
      redacted.some(pointer => isRedactedAt(pointer, at, value)) ||
      isMaskedValue(value) ||
      JSON.stringify(originalValues.get(featureKey({ location, name }))) !== token;
    const isVolatile =
      location !== 'path' &&
      (isCurrentTime(value, exchange) || (isPerRequestName(steps.at(-1) ?? '') && location !== 'valid'));
    const isCredential = (location === 'headers' || location === 'query') && credentials.has(name);
    return {
      location,
      name,
      value,
      token,
      isSecret: isHidden,
      isCredential,
      isVolatile,
    };
  });
}

/** A recording marks the path as a whole: only the path values that look like placeholders are redacted. */
function isRedactedAt(pointer: string, at: string, value: FeatureValue): boolean {
  if (pointer === '/request/path' && at !== pointer)
    return at.startsWith(pointer) && /^[xX0\W_]+$/.test(String(value));
  return at === pointer || at.startsWith(`${pointer}/`);
}

export function featureKey({ location, name }: Pick<RequestFeature, 'location' | 'name'>): string {
  return `${location} ${name}`;
}

/** Whether a value is the placeholder of a secret. With fewer than five "x", or zeros only, it counts as an ordinary value. */
export function isMaskedValue(value: unknown): boolean {
  return typeof value === 'string' && (value.match(/x/gi)?.length ?? 0) >= 5 && isPlaceholder(value);
}

/** Names of values that clients generate for each request. */
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
    // A header that the recorder may have omitted is neither present nor absent.
    if (value === undefined || request.withheld?.includes(name)) continue;
    // The boundary of multipart/form-data changes with every request.
    if (name === 'content-type' && /boundary=/i.test(value)) continue;
    features.push({ location: 'headers', name, value });
  }
  for (const name of Object.keys(call.cookies).sort())
    if (declaresCookie(operation, name)) features.push({ location: 'cookies', name, value: 'present' });
  features.push({ location: 'valid', name: '', value: call.valid });
  return features;
}

function headerNames(operation: Operation): string[] {
  const declared = operation.parameters
    .filter(each => each.in === 'header')
    .map(({ name }) => name.toLowerCase());
  return [...new Set([...declared, ...credentialNames(operation, 'header'), ...NEGOTIATION_FIELDS])];
}

/** Names of credentials: header fields in lower case, query parameters as declared. */
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
