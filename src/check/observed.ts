// Observed statuses, JSON types and media types of undocumented findings, as a suggested overlay needs them.
import { decodeBody } from '../exchange/body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import { mediaTypeOf } from '../exchange/media-type.ts';
import type { Message } from '../exchange/text-body.ts';
import { CATALOGUE } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';

/** JSON types for a property or a parameter, media types of a body, statuses with their media types; else nothing. */
export function observedValues({ request, response }: Exchange, { code, at }: Finding): string[] {
  if (CATALOGUE[code].kind !== 'undocumented') return [];
  const [side, part, ...steps] = splitPointer(at);
  const message = side === 'response' ? response : request;
  if (message === undefined) return [];
  if (part === 'body' && steps.length > 0) {
    const decoded = decodeBody(message);
    if (decoded.kind !== 'json') return ['string'];
    const value = valueAt(decoded.value, jsonPointer(...steps));
    return value === undefined ? [] : [observedType(value)];
  }
  if (part === 'query') return ['string'];
  if (part === 'headers' && code !== 'response-media-type') return [];
  const isAnswer = code === 'operation-undocumented' || code === 'status-undocumented';
  const mediaType = mediaTypeEssence(isAnswer ? response : message);
  const seen = `${isAnswer ? response?.status : ''} ${mediaType}`.trim();
  return seen === '' ? [] : [seen];
}

/** What tells one drift from another where code, operation, clause and place are the same. */
export function fingerprintDetail({ request, response }: Exchange, { code, at }: Finding): string {
  switch (code) {
    case 'response-media-type':
      return `${response?.status} ${mediaTypeEssence(response)}`;
    case 'request-media-type':
      return mediaTypeEssence(request);
    default:
      // One schema may stand under several statuses, and what is known of one says nothing of the other.
      return at.startsWith('/response') ? String(response?.status) : '';
  }
}

function mediaTypeEssence(message: Message | undefined): string {
  return (message && mediaTypeOf(message.headers)?.essence) ?? '';
}

function observedType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
