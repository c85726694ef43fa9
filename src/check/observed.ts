// What drift looks like in the traffic: the statuses, types and media types that a suggested change of the document would name.
import { decodeBody, type Message } from '../exchange/body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mediaTypeOf } from '../exchange/media-type.ts';
import { CATALOGUE } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { follow, pointer, splitPointer } from '../finding/pointer.ts';

/** JSON types for a property or a parameter, media types of a body, statuses with their media types; else nothing. */
export function observedAt({ request, response }: Exchange, { code, at }: Finding): string[] {
  if (CATALOGUE[code].kind !== 'undocumented') return [];
  const [half, part, ...steps] = splitPointer(at);
  const message = half === 'response' ? response : request;
  if (message === undefined) return [];
  if (part === 'body' && steps.length > 0) {
    const decoded = decodeBody(message);
    if (decoded.kind !== 'json') return ['string'];
    const value = follow(decoded.value, pointer(...steps));
    return value === undefined ? [] : [typeOf(value)];
  }
  if (part === 'query') return ['string'];
  if (part === 'headers' && code !== 'response-media-type') return [];
  const isAnswer = code === 'operation-undocumented' || code === 'status-undocumented';
  const mediaType = essenceOf(isAnswer ? response : message);
  const seen = `${isAnswer ? response?.status : ''} ${mediaType}`.trim();
  return seen === '' ? [] : [seen];
}

/** What tells one drift from another where code, operation, clause and place are the same. */
export function distinctionOf({ request, response }: Exchange, { code, at }: Finding): string {
  switch (code) {
    case 'response-media-type':
      return `${response?.status} ${essenceOf(response)}`;
    case 'request-media-type':
      return essenceOf(request);
    default:
      // One schema may stand under several statuses, and what is known of one says nothing of the other.
      return at.startsWith('/response') ? String(response?.status) : '';
  }
}

function essenceOf(message: Message | undefined): string {
  return (message && mediaTypeOf(message.headers)?.essence) ?? '';
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
