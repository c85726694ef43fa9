// The values of a request in the documented success: the ids of its path and the members of its body, where the schema of the
// response admits them.

import { Buffer } from 'node:buffer';
import type { DocumentNode } from '../../document/documents.ts';
import { decodeBody } from '../../exchange/body.ts';
import { replaceValue } from '../../exchange/change-json.ts';
import { copyDigits, digitsOf, impreciseDigits, setDigits } from '../../exchange/exact-json.ts';
import { isRecorded, type Request, type Response } from '../../exchange/exchange.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { closestMediaType, isXml, mediaTypeOf } from '../../exchange/media-type.ts';
import { type ApiSpec, type Content, type Operation, responseFor } from '../../openapi/model.ts';
import type { Call } from '../../scenario/call.ts';
import { readXml } from '../../schema/read-xml.ts';
import { candidateValues } from '../../schema/type-hints.ts';
import { writeXml } from '../../schema/write-xml.ts';
import { schemaValue } from '../../validate/body-value.ts';
import { validateResponse } from '../../validate/response.ts';
import { bodySourceOf, withBodySource } from './body-source.ts';
import { itemWriter } from './item-writer.ts';
import { layOverItem } from './overlay-values.ts';
import { type IdMember, type RequestValuesPlace, requestValuesPlaceOf } from './request-values-place.ts';
import { type CachedResponse, keepParts } from './response-cache.ts';
import { lacksFormat } from './value-formats.ts';
import { shapeOf, type ValueShape } from './value-shape.ts';

/** A response of the document into which values of requests are written. */
interface Template {
  readonly place: RequestValuesPlace;
  /** The decoded body. */
  readonly body: unknown;
  readonly ids: readonly (IdMember & { readonly shape: ValueShape })[];
  readonly idNames: ReadonlySet<string>;
  /** The text of the body with another item. */
  readonly write: (item: JsonObject) => string;
}

/** Of requests without a body, by the values of their path: requests with the same head have the same object. */
const BY_PATH = new WeakMap<
  Call['pathValues'],
  { readonly of: CachedResponse; readonly answer: CachedResponse }
>();
/** Bytes of a response that is kept. */
const MAX_KEPT = 16 * 1024;

const PLACES = new WeakMap<Content, { readonly place: RequestValuesPlace | undefined }>();
const TEMPLATES = new WeakMap<Response, { readonly template: Template | undefined }>();

/**
 * @param cached the success response that the document declares
 * @returns the same if the request has no value that the response admits
 */
export function withRequestValues(operation: Operation, cached: CachedResponse, call: Call): CachedResponse {
  const { result, findings } = cached;
  if ('problem' in result) return cached;
  const { response: base } = result;
  let known = TEMPLATES.get(base);
  if (known === undefined) {
    known = { template: templateOf(operation, base) };
    TEMPLATES.set(base, known);
  }
  const { template } = known;
  if (template === undefined) return cached;
  const { pathValues, request } = call;
  const latest = BY_PATH.get(pathValues);
  const hasNoBody = isRecorded(request.body) && request.body.length === 0;
  if (latest?.of === cached && hasNoBody) return latest.answer;
  const values = requestValues(call, template);
  if (values === undefined) return cached;
  const { place, body, idNames } = template;
  const { laid, leftOff } = layOverItem(place.target, body, values, {
    isRequest: true,
    ids: idNames,
    sent: () => sentShapes(operation, place),
  });
  if (!isObject(laid)) return cached;
  const response: Response = {
    status: base.status,
    headers: base.headers,
    body: Buffer.from(template.write(laid)),
  };
  const source = bodySourceOf(base);
  if (source !== undefined)
    withBodySource(response, {
      kind: 'request-values',
      base: source,
      place: place.target.steps,
      members: Object.keys(values),
      leftOff,
    });
  // An invalid example may have become valid, and the digits of long numbers are not validated yet.
  const isCertain = findings.length === 0 && !hasImprecise(request, values, template);
  const answer = {
    result: { response },
    findings: isCertain ? findings : validateResponse(operation, response, operation.method, request),
  };
  if (hasNoBody && isRecorded(response.body) && response.body.length <= MAX_KEPT) {
    BY_PATH.set(pathValues, { of: cached, answer });
    keepParts(response);
  }
  return answer;
}

function templateOf(operation: Operation, response: Response): Template | undefined {
  const { status, headers, body } = response;
  const mediaType = mediaTypeOf(headers);
  if (status < 200 || status > 299 || mediaType === undefined || !isRecorded(body)) return undefined;
  const content = closestMediaType(responseFor(operation, status)?.contents ?? [], mediaType);
  if (content?.schema === undefined) return undefined;
  let found = PLACES.get(content);
  if (found === undefined) {
    found = { place: requestValuesPlaceOf(operation, content) };
    PLACES.set(content, found);
  }
  const { place } = found;
  if (place === undefined) return undefined;
  const { documents } = operation.api;
  const { schema } = content;
  const decoded = decodeBody(response);
  const ids = place.ids.flatMap(id => {
    const shape = place.target.shape.member(id.property);
    return shape === undefined ? [] : { ...id, shape };
  });
  const rest = { place, ids, idNames: new Set(ids.map(({ property }) => property)) };
  if (decoded.kind === 'json' && (mediaType.parameters.charset ?? 'utf-8').toLowerCase() === 'utf-8') {
    const write = itemWriter(place.target, decoded.value);
    return write && { ...rest, body: decoded.value, write };
  }
  if (decoded.kind !== 'text' || !isXml(mediaType.essence)) return undefined;
  const read = readXml(documents, schema, decoded.text);
  if (!('json' in read)) return undefined;
  const { json } = read;
  const write = (item: JsonObject): string =>
    writeXml(documents, schema, replaceValue(json, place.target.steps, item));
  return { ...rest, body: json, write };
}

function sentShapes({ api, requestBody }: Operation, { sentIn }: RequestValuesPlace): readonly ValueShape[] {
  return (requestBody?.contents ?? []).flatMap(({ schema }) => {
    const whole = shapeIn(api, schema);
    return (sentIn === undefined ? whole : whole?.member(sentIn)) ?? [];
  });
}

function shapeIn({ schemas }: ApiSpec, schema: DocumentNode | undefined): ValueShape | undefined {
  if (schema === undefined) return undefined;
  const { reader, schema: start } = schemas.reader(schema, 'request');
  return shapeOf(reader, [start]);
}

/** The members of the body, and the ids of the path; undefined: there are none. */
function requestValues(call: Call, { ids, place }: Template): JsonObject | undefined {
  const sent = requestBodyValue(call);
  const inner = place.sentIn === undefined ? sent : sent?.[place.sentIn];
  const body = isObject(inner) ? inner : undefined;
  if (ids.length === 0) return body;
  const values: Record<string, unknown> = { ...body };
  if (body !== undefined) copyDigits(body, values);
  for (const { parameter, property, rule, shape } of ids) {
    const text = call.path[parameter];
    // The names do not say that the two are one: the client says which id the object has.
    const isRelated = rule === 'name of the resource' || rule === 'declared';
    const isGiven = isRelated && Object.hasOwn(values, property);
    if (text === undefined || isGiven || property === '__proto__') continue;
    setPathValue(values, { parameter, property, shape }, text, call.operation);
  }
  return values;
}

/** A property that shows a parameter of the path. */
export interface PathProperty {
  readonly parameter: string;
  readonly property: string;
  /** Of the property. */
  readonly shape: ValueShape;
}

/** Sets the property to the value of the path, unless the value lacks the format of the property. */
export function setPathValue(
  values: Record<string, unknown>,
  { parameter, property, shape }: PathProperty,
  text: string,
  operation: Operation,
): void {
  const value = valueOfText(shape, text);
  if (lacksFormat(shape, value, '', () => pathParameterShapes(operation, parameter))) return;
  values[property] = value;
  const digits = impreciseDigits(text, value);
  if (digits !== undefined) setDigits(values, property, digits);
}

function pathParameterShapes({ api, parameters }: Operation, parameter: string): readonly ValueShape[] {
  const declared = parameters.find(each => each.in === 'path' && each.name === parameter);
  return [shapeIn(api, declared?.schema)].filter(shape => shape !== undefined);
}

/** A number where the schema allows a number and no text. */
function valueOfText(shape: ValueShape, text: string): unknown {
  const { types } = shape;
  if (types.size === 0 || types.has('string')) return text;
  return candidateValues(shape, text)[0];
}

/** The members of the body; undefined: it is no object. */
function requestBodyValue({ operation, request }: Call): JsonObject | undefined {
  if (!isRecorded(request.body) || request.body.length === 0) return undefined;
  const decoded = decodeBody(request);
  if (decoded.kind === 'json') return isObject(decoded.value) ? decoded.value : undefined;
  if (decoded.kind !== 'form' && decoded.kind !== 'multipart' && decoded.kind !== 'text') return undefined;
  const mediaType = mediaTypeOf(request.headers);
  const content = mediaType && closestMediaType(operation.requestBody?.contents ?? [], mediaType);
  if (content?.schema === undefined) return undefined;
  // The content of a file is not what the response says about it.
  const fields =
    decoded.kind === 'multipart'
      ? { ...decoded, parts: decoded.parts.filter(({ filename }) => filename === undefined) }
      : decoded;
  const value = schemaValue(operation.api, content, content.schema, fields, request);
  return value !== undefined && 'json' in value && isObject(value.json) ? value.json : undefined;
}

/** Whether a number of the request has digits that a JavaScript number cannot hold. */
function hasImprecise(request: Request, values: JsonObject, { ids }: Template): boolean {
  const decoded = decodeBody(request);
  return (
    (decoded.kind === 'json' && decoded.imprecise.length > 0) ||
    ids.some(({ property }) => digitsOf(values, property) !== undefined)
  );
}
