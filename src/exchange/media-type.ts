// Media types: parses Content-Type, finds the declared media type of a body, and negotiates by Accept.
import * as contentType from 'content-type';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { type Headers, header } from './exchange.ts';

export interface MediaType {
  /** Lower case, without parameters: "application/json". */
  readonly essence: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Parsed Content-Type values. False: the value has no type/subtype. */
const PARSED = new LRUCache<string, MediaType | false>({ max: 1000 });

/**
 * Parses a Content-Type value. Blanks around "=" are accepted, because some SDKs send them.
 * @returns undefined when the value has no type/subtype
 * @example
 * parseMediaType('Text/Plain; charset=utf-8') // { essence: 'text/plain', parameters: { charset: 'utf-8' } }
 */
export function parseMediaType(value: string): MediaType | undefined {
  const known = PARSED.get(value);
  if (known !== undefined) return known || undefined;
  const parsed = contentType.parse(value);
  const essence = parsed.type.toLowerCase();
  const mediaType = /^[^\s/;,]+\/[^\s/;,]+$/.test(essence)
    ? { essence, parameters: parsed.parameters }
    : undefined;
  PARSED.set(value, mediaType ?? false);
  return mediaType;
}

/** The media type of a message; undefined when the Content-Type is missing or invalid. */
export function mediaTypeOf(headers: Headers): MediaType | undefined {
  const value = header(headers, 'content-type');
  return value === undefined ? undefined : parseMediaType(value);
}

/** True for application/json, text/json and any type with the suffix "+json". */
export function isJson(essence: string): boolean {
  return essence === 'application/json' || essence.endsWith('+json') || essence === 'text/json';
}

/** True for application/xml, text/xml and any type with the suffix "+xml". */
export function isXml(essence: string): boolean {
  return essence === 'application/xml' || essence.endsWith('+xml') || essence === 'text/xml';
}

/** True for the media types of YAML, of which JSON is a subset. */
export function isYaml(essence: string): boolean {
  return /[/+](?:x-)?yaml$/.test(essence);
}

/** True for the media types of JSON with a value per line. */
function isJsonLines(essence: string): boolean {
  return /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|stream\+json)$/.test(essence);
}

/** How a text has one item after the other: JSON values, server-sent events, or the records of a table. */
export type ItemFormat = 'json-lines' | 'json-seq' | 'events' | 'csv' | 'tsv';

/** The format of the items of a media type; undefined: it has none. */
export function itemFormatOf(essence: string): ItemFormat | undefined {
  if (isJsonLines(essence)) return 'json-lines';
  if (/[/+]json-seq$/.test(essence)) return 'json-seq';
  if (essence === 'text/event-stream') return 'events';
  if (essence.endsWith('/csv')) return 'csv';
  return essence.endsWith('/tab-separated-values') ? 'tsv' : undefined;
}

/** True for a range, which a document may have as a key: "*\/*", "text/*" or "application/*+json". */
export function isMediaRange(mediaType: string): boolean {
  return mediaType.includes('*');
}

/**
 * The declared media type that describes a body: an exact match with parameters, an exact match, "type/*+suffix", "type/*", then
 * "*\/*" (OpenAPI, "content": the most specific key applies).
 * @returns undefined when none matches
 */
export function closestMediaType<T extends { readonly mediaType: string }>(
  declared: readonly T[],
  actual: MediaType,
): T | undefined {
  let best: T | undefined;
  let bestScore = 0;
  for (const candidate of declared) {
    const score = matchScore(candidate.mediaType, actual);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function matchScore(declared: string, actual: MediaType): number {
  if (declared === actual.essence) return 10;
  const range = parseMediaType(declared);
  if (range === undefined) return 0;
  if (range.essence === actual.essence) {
    const required = Object.entries(range.parameters);
    const matched = required.every(([name, value]) => sameParameter(name, actual.parameters[name], value));
    return matched ? 10 + required.length : 0;
  }
  if (!isInRange(range.essence, actual.essence)) return 0;
  return range.essence === '*/*' ? 1 : range.essence.endsWith('/*') ? 2 : 3;
}

export const JSON_TYPE: MediaType = { essence: 'application/json', parameters: {} };

/** A Content-Type for a key of a document: the key itself, or a type in its range. */
export function concreteType(declared: string, preferred: readonly string[]): string {
  return concreteTypes(declared, preferred)[0] ?? declared;
}

/** The preferred types that are in the range of a key; a type of a vendor if none is; the key itself if it is no range. */
export function concreteTypes(declared: string, preferred: readonly string[]): string[] {
  if (!isMediaRange(declared)) return [declared];
  const range = parseMediaType(declared)?.essence ?? '*/*';
  const types = preferred.filter(type => isInRange(range, type));
  return types.length > 0 ? types : [range.replace(/^\*/, 'application').replace('*', 'vnd.example')];
}

/** @param range in lower case, without parameters. Swashbuckle writes "application/*+json". */
function isInRange(range: string, essence: string): boolean {
  const [type = '', subtype = ''] = range.split('/');
  const [actualType = '', actualSubtype = ''] = essence.split('/');
  if (type !== '*' && type !== actualType) return false;
  return subtype.startsWith('*') ? actualSubtype.endsWith(subtype.slice(1)) : subtype === actualSubtype;
}

/** A missing charset counts as UTF-8: the only one for JSON (RFC 8259), and the usual default of other types. */
function sameParameter(name: string, sent: string | undefined, declared: string): boolean {
  const actual = sent ?? (name === 'charset' ? 'utf-8' : undefined);
  return actual !== undefined && actual.toLowerCase() === declared.toLowerCase();
}

/**
 * The media types that an Accept header allows, preferred first (RFC 9110 section 12.5.1). If none matches, the parameters of
 * the header are ignored: a client that accepts "application/json; charset=utf-8" wants JSON.
 * @param accept the field value; undefined or empty: everything is acceptable
 */
export function acceptableTypes(accept: string | undefined, offered: readonly string[]): string[] {
  if (accept === undefined || /^\s*(?:\*\/\*\s*)?$/.test(accept)) return [...offered];
  const exact = negotiateTypes(accept, offered);
  if (exact.length > 0 || !accept.includes(';')) return exact;
  return negotiateTypes(accept.replace(/;\s*(?!q\s*=)[^;,]*/gi, ''), offered);
}

function negotiateTypes(accept: string, offered: readonly string[]): string[] {
  const negotiator = new Negotiator({ headers: { accept } });
  const exact = negotiator.mediaTypes([...offered]);
  const ranges = offered.filter(
    each =>
      !exact.includes(each) &&
      each.includes('*') &&
      negotiator.mediaTypes().some(type => rangesOverlap(each, type)),
  );
  return [...exact, ...ranges];
}

/** True when a declared range such as "image/*" and an accepted type or range have a media type in common. */
function rangesOverlap(declared: string, accepted: string): boolean {
  const [range, other] = [declared, accepted].map(text => text.replace(/;.*/s, '').trim().toLowerCase());
  if (range === undefined || other === undefined) return false;
  // A client that accepts JSON can parse each type of the range "application/*+json".
  const isOfJson = range.endsWith('*+json') && other === 'application/json';
  return isOfJson || isInRange(range, other) || isInRange(other, range);
}

/** Clients name few types. Negotiation costs the product of the types that are offered and accepted. */
const MAX_NAMED_TYPES = 20;

/** The first media types that an Accept header names, without ranges and parameters, preferred first. */
export function namedTypes(accept: string | undefined): string[] {
  if (accept === undefined) return [];
  const types = new Negotiator({ headers: { accept } }).mediaTypes();
  return types.filter(type => !isMediaRange(type)).slice(0, MAX_NAMED_TYPES);
}
