// Media types: what a Content-Type says, which declared key it belongs to, and what an Accept header lets through.
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

/** Parses a Content-Type value; lenient towards blanks around "=", which some SDKs send. Undefined when it has no type/subtype. */
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

/** What a message says it is; undefined when it says nothing, or what is no media type. */
export function mediaTypeOf(headers: Headers): MediaType | undefined {
  const sent = header(headers, 'content-type');
  return sent === undefined ? undefined : parseMediaType(sent);
}

export function isJson(essence: string): boolean {
  return essence === 'application/json' || essence.endsWith('+json') || essence === 'text/json';
}

/**
 * The declared key that describes a body of this media type: exact with parameters, exact, "type/*", then "*\/*".
 * Undefined when none does; there is no falling back to the first.
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

/** A charset that is not sent is UTF-8: RFC 8259 knows no other for JSON, and it is what everything else defaults to today. */
function sameParameter(name: string, sent: string | undefined, declared: string): boolean {
  const actual = sent ?? (name === 'charset' ? 'utf-8' : undefined);
  return actual !== undefined && actual.toLowerCase() === declared.toLowerCase();
}

/**
 * Which of these media types an Accept header lets through, most wanted first (RFC 9110 section 12.5.1). Where none fits
 * to the letter, parameters are overlooked: clients that ask for "application/json; charset=utf-8" want JSON.
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

/** Whether a declared range such as "image/*" leaves something that an accepted type or range lets through. */
function rangesOverlap(declared: string, accepted: string): boolean {
  const type = (text: string): string => text.split('/')[0]?.trim().toLowerCase() ?? '';
  return type(declared) === '*' || type(accepted) === '*' || type(declared) === type(accepted);
}
