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

/**
 * The declared media type that describes a body: an exact match with parameters, an exact match, "type/*", then "*\/*" (OpenAPI,
 * "content": the most specific key applies).
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
  const [type, subtype] = range.essence.split('/');
  if (range.essence === actual.essence) {
    const required = Object.entries(range.parameters);
    const matched = required.every(([name, value]) => sameParameter(name, actual.parameters[name], value));
    return matched ? 10 + required.length : 0;
  }
  if (subtype === '*' && type === actual.essence.split('/')[0]) return 2;
  return range.essence === '*/*' ? 1 : 0;
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
  if (accept === undefined || accept.trim() === '') return [...offered];
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
  const type = (text: string): string => text.split('/')[0]?.trim().toLowerCase() ?? '';
  return type(declared) === '*' || type(accepted) === '*' || type(declared) === type(accepted);
}
