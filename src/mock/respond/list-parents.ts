// The ids of a path in the items of a list: GET /users/7/posts shows posts whose userId is 7.

import { Buffer } from 'node:buffer';
import { LRUCache } from 'lru-cache';
import { decodeBody } from '../../exchange/body.ts';
import { mergeMembers, replaceValue } from '../../exchange/change-json.ts';
import { impreciseDigits, setDigits, writeExactJson } from '../../exchange/exact-json.ts';
import type { Response } from '../../exchange/exchange.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { closestMediaType, mediaTypeOf } from '../../exchange/media-type.ts';
import { perObject } from '../../exchange/per-object.ts';
import { type Operation, responseFor } from '../../openapi/model.ts';
import type { Call } from '../../scenario/call.ts';
import { validateResponse } from '../../validate/response.ts';
import { bodySourceOf, withBodySource } from './body-source.ts';
import { overlayTarget } from './overlay-values.ts';
import { namesByWords, parameterPropertyOf, pathParametersOf } from './parameter-property.ts';
import { pathParameterShapes, valueOfText } from './request-values.ts';
import type { CachedResponse } from './response-cache.ts';
import { lacksFormat } from './value-formats.ts';
import type { ValueShape } from './value-shape.ts';

/** A list of the document, and the properties of its items that are ids of the path. */
interface List {
  readonly body: unknown;
  /** The names of the members that lead to the array. */
  readonly steps: readonly string[];
  readonly items: readonly unknown[];
  readonly parents: readonly {
    readonly parameter: string;
    readonly property: string;
    readonly shape: ValueShape;
  }[];
  /** The responses of the ids that were asked last. */
  readonly known: LRUCache<string, CachedResponse>;
}

const LISTS = new WeakMap<Response, { readonly list: List | undefined }>();
/** Responses that one list keeps. */
const MAX_KNOWN = 20;

/** Whether the path leads through an item to something else. */
const hasParents = perObject(
  (operation: Operation): boolean =>
    operation.method === 'GET' && pathParametersOf(operation).some(({ isLast }) => !isLast),
);

/**
 * @param cached the success response that the document declares
 * @returns the same if it is no list, or its items have no property for an id of the path that admits it
 */
export function withParentIds(operation: Operation, cached: CachedResponse, call: Call): CachedResponse {
  if (!hasParents(operation) || 'problem' in cached.result) return cached;
  const { response: base } = cached.result;
  let found = LISTS.get(base);
  if (found === undefined) {
    found = { list: listOf(operation, base) };
    LISTS.set(base, found);
  }
  const { list } = found;
  if (list === undefined) return cached;
  const key = JSON.stringify(list.parents.map(({ parameter }) => call.path[parameter]));
  let answer = list.known.get(key);
  if (answer === undefined) {
    answer = write(operation, cached, base, list, call);
    list.known.set(key, answer);
  }
  return answer;
}

function write(
  operation: Operation,
  cached: CachedResponse,
  base: Response,
  { body, steps, items, parents }: List,
  call: Call,
): CachedResponse {
  const ids: Record<string, unknown> = {};
  for (const { parameter, property, shape } of parents) {
    const text = call.path[parameter];
    if (text === undefined || property === '__proto__') continue;
    const value = valueOfText(shape, text);
    if (lacksFormat(shape, value, '', () => pathParameterShapes(operation, parameter))) continue;
    ids[property] = value;
    const digits = impreciseDigits(text, value);
    if (digits !== undefined) setDigits(ids, property, digits);
  }
  const members = Object.keys(ids);
  if (members.length === 0) return cached;
  const laid = items.map(item => (isObject(item) ? mergeMembers(item, ids) : item));
  const text = writeExactJson(replaceValue(body, steps, laid));
  const response: Response = { status: base.status, headers: base.headers, body: Buffer.from(text) };
  const findings = validateResponse(operation, response, operation.method, call.request);
  // An id that the schema of the items does not admit is not shown.
  if (findings.length > cached.findings.length) return cached;
  const source = bodySourceOf(base);
  if (source !== undefined)
    withBodySource(response, {
      kind: 'request-values',
      base: source,
      place: [...steps, '*'],
      members,
      leftOff: [],
    });
  return { result: { response }, findings };
}

function listOf(operation: Operation, response: Response): List | undefined {
  const { status, headers } = response;
  const mediaType = mediaTypeOf(headers);
  const decoded = decodeBody(response);
  if (mediaType === undefined || decoded.kind !== 'json') return undefined;
  if ((mediaType.parameters.charset ?? 'utf-8').toLowerCase() !== 'utf-8') return undefined;
  const content = closestMediaType(responseFor(operation, status)?.contents ?? [], mediaType);
  const whole = content && overlayTarget(operation.api, content)?.shape;
  const place = whole && arrayIn(decoded.value, whole);
  if (place === undefined) return undefined;
  const { items, steps, shape } = place;
  const byWords = namesByWords(shape.names);
  const isScalar = (name: string): boolean => {
    const types = shape.member(name)?.types;
    return types !== undefined && !types.has('object') && !types.has('array');
  };
  const parents = pathParametersOf(operation).flatMap(parameter => {
    const property = parameter.isLast ? undefined : parameterPropertyOf(parameter, byWords, isScalar, false);
    const member = property && shape.member(property.name);
    return member === undefined || member.isHidden
      ? []
      : { parameter: parameter.name, property: property?.name ?? '', shape: member };
  });
  if (parents.length === 0) return undefined;
  return { body: decoded.value, steps, items, parents, known: new LRUCache({ max: MAX_KNOWN }) };
}

/** The body, or its only member that is an array of objects. */
function arrayIn(
  value: unknown,
  shape: ValueShape,
): { items: readonly unknown[]; steps: readonly string[]; shape: ValueShape } | undefined {
  if (Array.isArray(value)) return shape.items && { items: value, steps: [], shape: shape.items };
  const body: JsonObject = isObject(value) ? value : {};
  const arrays = [...shape.names].flatMap(name => {
    const items = body[name];
    const inner = shape.member(name)?.items;
    return Array.isArray(items) && inner !== undefined && inner.names.size > 0
      ? [{ items, steps: [name], shape: inner }]
      : [];
  });
  return arrays.length === 1 ? arrays[0] : undefined;
}
