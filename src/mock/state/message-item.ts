// The item in a message: the members that a request sends, and a body with an item in its place.

import { decodeBody } from '../../exchange/body.ts';
import { copyDigits } from '../../exchange/exact-json.ts';
import type { Request } from '../../exchange/exchange.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { splitPointer, valueAt } from '../../exchange/json-pointer.ts';
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

/** A copy of a JSON value with another value at a pointer, whose last member may be new. */
export function withValueAt(value: unknown, pointer: string, inner: unknown): unknown {
  return changeAt(value, splitPointer(pointer), () => inner);
}

/** A copy of a JSON value without the member at a pointer. */
export function withoutMember(value: unknown, pointer: string): unknown {
  const steps = splitPointer(pointer);
  const last = steps.pop();
  return last === undefined
    ? value
    : changeAt(value, steps, holder => {
        if (!isObject(holder)) return holder;
        const { [last]: _, ...others } = holder;
        copyDigits(holder, others);
        return others;
      });
}

/** Copies the objects and arrays on the way only. A value that the way does not lead to stays. */
function changeAt(value: unknown, steps: readonly string[], change: (value: unknown) => unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    const copy = value.map((item, index) => (String(index) === step ? changeAt(item, rest, change) : item));
    copyDigits(value, copy);
    return copy;
  }
  if (!isObject(value)) return value;
  // A member named "__proto__" stays a member: fromEntries defines what an assignment would set.
  const members = new Map(Object.entries(value));
  members.set(step, changeAt(members.get(step), rest, change));
  const copy = Object.fromEntries(members);
  copyDigits(value, copy);
  return copy;
}

/** The members of objects. Those of the last one win. */
export function mergeMembers(...objects: readonly JsonObject[]): JsonObject {
  const merged: Record<string, unknown> = {};
  for (const object of objects) {
    for (const name of Object.keys(object)) defineMember(merged, name, object[name]);
    copyDigits(object, merged);
  }
  return merged;
}

/** As an assignment, which would set the prototype if the member is named "__proto__". */
export function defineMember(holder: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
  else holder[name] = value;
}
