// Reads the item in the body of a request: the members that it sends.

import { decodeBody } from '../../exchange/body.ts';
import { withoutMember } from '../../exchange/change-json.ts';
import type { Request } from '../../exchange/exchange.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { valueAt } from '../../exchange/json-pointer.ts';
import { closestMediaType, mediaTypeOf } from '../../exchange/media-type.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Content, Operation } from '../../openapi/model.ts';
import { readBodyValue } from '../../validate/body-value.ts';
import { sentPlace } from './item-place.ts';
import type { Resource } from './resource.ts';

/** What a request says about an item. */
export interface SentItem {
  /** The value of the body. */
  readonly body: unknown;
  /** The members of the item without those that are read-only; undefined: the body has no object for an item. */
  readonly members: JsonObject | undefined;
  /** Undefined: the request has no body. */
  readonly content: Content | undefined;
  /** Where the body has the item. */
  readonly place: string;
}

const NOTHING_SENT: SentItem = { body: undefined, members: {}, content: undefined, place: '' };

/** @param findings about the request: they tell which members are read-only */
export function readSentItem(
  resource: Resource,
  operation: Operation,
  request: Request,
  findings: readonly Finding[],
): SentItem {
  const mediaType = mediaTypeOf(request.headers);
  const contents = operation.requestBody?.contents ?? [];
  const content = mediaType && closestMediaType(contents, mediaType);
  const read = content && readBodyValue(resource.api, content, request);
  if (content === undefined || read === undefined) return NOTHING_SENT;
  const { json: body } = read;
  // Recursive code does not read a body of so many levels.
  if (decodeBody(request).kind === 'deep-json') return { ...NOTHING_SENT, members: undefined };
  const wrapped = sentPlace(resource, content);
  const place = isObject(valueAt(body, wrapped)) ? wrapped : '';
  const item = valueAt(body, place);
  if (!isObject(item)) return { body, members: undefined, content, place };
  const readOnly = findings.flatMap(({ code, at }) =>
    code === 'request-property-read-only' ? at.slice('/request/body'.length) : [],
  );
  const members = readOnly.reduce((value, at) => withoutMember(value, at), body);
  return { body, members: valueAt(members, place) as JsonObject, content, place };
}
