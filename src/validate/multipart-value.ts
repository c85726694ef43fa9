// Converts the parts of a multipart body to the value that a schema describes: an object of the named parts, or a list of all.

import { Buffer } from 'node:buffer';
import type { DocumentNode } from '../document/documents.ts';
import { type DecodedBody, decodeBytes } from '../exchange/body.ts';
import type { Pair } from '../exchange/exchange.ts';
import type { ImpreciseNumber } from '../exchange/imprecise-numbers.ts';
import { isObject } from '../exchange/json.ts';
import { isXml, parseMediaType } from '../exchange/media-type.ts';
import type { FormPart } from '../exchange/multipart.ts';
import type { ApiSpec, Content } from '../openapi/model.ts';
import { encodingAt, partSchema } from '../openapi/part-encoding.ts';
import { readXml } from '../schema/read-xml.ts';
import {
  firstAccepted,
  isStructured,
  memberValue,
  type TypeHints,
  typeHintsOf,
} from '../schema/type-hints.ts';
import { fieldEncodingOf, formValue, isStyledField } from './form-values.ts';

/** The value to validate, or the field that cannot be parsed. */
export type SchemaValue =
  /** `imprecise`: the numbers that JSON.parse rounded; undefined: not known. */
  | { readonly json: unknown; readonly imprecise?: readonly ImpreciseNumber[] }
  /** `name` of the part, or index of the item; undefined: the whole body. */
  | { readonly malformed: { readonly name: string | undefined; readonly message: string } };

const TEXT = parseMediaType('text/plain');

/** What describes parts: a Media Type Object, or an Encoding Object with nested encodings. */
export interface PartsDescription {
  readonly node: DocumentNode | undefined;
  readonly schema: DocumentNode | undefined;
}

/**
 * The parts in their order (OpenAPI 3.2, "Encoding By Position"). Of a form, each is an object with its name and value.
 * @param isForm true: of multipart/form-data
 */
export function partList(
  api: ApiSpec,
  { node, schema }: PartsDescription,
  parts: readonly FormPart[],
  isForm: boolean,
): SchemaValue {
  const items: unknown[] = [];
  for (const [index, part] of parts.entries()) {
    const encoding = node && encodingAt(api, { node }, index);
    const position = partSchema(api, schema, 'prefixItems', index) ?? partSchema(api, schema, 'items');
    const item = isForm ? partSchema(api, position, 'properties', part.name) : position;
    const value = readPart(api, { node: encoding, schema: item }, part);
    if ('malformed' in value) return { malformed: { ...value.malformed, name: String(index) } };
    items.push(isForm ? { [part.name]: value.json } : value.json);
  }
  return { json: items };
}

/** A part may have parts of its own, or XML. */
function readPart(api: ApiSpec, description: PartsDescription, part: FormPart): SchemaValue {
  const { node, schema } = description;
  const hints = schema && typeHintsOf(api, schema);
  const contentType = isObject(node?.value) ? node.value.contentType : undefined;
  const decoded = decodeAs(contentType, hints, part, 'application/octet-stream');
  if (decoded.kind === 'malformed') return { malformed: { name: undefined, message: decoded.reason } };
  return partValueOf(api, description, hints, part, decoded);
}

function partValueOf(
  api: ApiSpec,
  { node, schema }: PartsDescription,
  hints: TypeHints | undefined,
  part: FormPart,
  decoded: DecodedBody,
): SchemaValue {
  const declared = isObject(node?.value) ? String(node.value.contentType ?? '') : '';
  const essence = parseMediaType(part.mediaType ?? declared)?.essence ?? '';
  if (decoded.kind === 'multipart')
    return partList(api, { node, schema }, decoded.parts, essence === 'multipart/form-data');
  if (decoded.kind === 'text' && isXml(essence) && schema !== undefined && isStructured(hints)) {
    const read = readXml(api.documents, schema, decoded.text);
    return 'malformed' in read ? { malformed: { name: undefined, message: read.malformed } } : read;
  }
  return { json: valueOfPart(hints, decoded) };
}

/** @returns an object with one property per field name, or the first part that cannot be parsed */
export function multipartValue(
  api: ApiSpec,
  content: Content,
  hints: TypeHints,
  parts: readonly FormPart[],
): SchemaValue {
  const pairs: Pair[] = [];
  const plainParts: FormPart[] = [];
  for (const part of parts) {
    const isStyled = isStyledField(content, hints, part.name);
    const decoded = isStyled
      ? decodeBytes(part.bytes, TEXT)
      : decodePart(content, partTypeHints(hints, part), part);
    if (decoded.kind === 'malformed') return { malformed: { name: part.name, message: decoded.reason } };
    if (isStyled) {
      const value = decoded.kind === 'text' ? decoded.text : '';
      // Parts are not percent-encoded: escape "%" and "+", so that decoding gives the text back.
      pairs.push({ name: part.name, value, raw: value.replaceAll('%', '%25').replaceAll('+', '%2B') });
    } else {
      plainParts.push(part);
    }
  }
  const values = valuesByName(api, content, hints, plainParts);
  if ('malformed' in values) return values;
  const { json } = values;
  return { json: pairs.length === 0 ? json : { ...json, ...formValue(content, hints, pairs) } };
}

/** Parts with the same name become an array. The Content-Type of a part decides how its bytes are decoded. */
function valuesByName(
  api: ApiSpec,
  content: Content,
  hints: TypeHints,
  parts: readonly FormPart[],
): { readonly json: Record<string, unknown> } | Extract<SchemaValue, { malformed: unknown }> {
  const values: [FormPart, unknown][] = [];
  for (const part of parts) {
    const property = partSchema(api, content.schema, 'properties', part.name);
    const isList = propertyHints(hints, part)?.types.has('array') === true;
    const schema = isList ? partSchema(api, property, 'items') : property;
    const description = { node: encodingAt(api, content, part.name), schema };
    const partHints = partTypeHints(hints, part);
    const value = partValueOf(api, description, partHints, part, decodePart(content, partHints, part));
    if ('malformed' in value) return { malformed: { ...value.malformed, name: part.name } };
    values.push([part, value.json]);
  }
  const byName = Map.groupBy(values, ([{ name }]) => name);
  const members = [...byName].map(([name, [[first, item] = [undefined, ''], ...others]]) => {
    if (first === undefined) return [name, ''] as const;
    if (others.length > 0) return [name, [item, ...others.map(([, other]) => other)]] as const;
    const property = propertyHints(hints, first);
    if (!property?.types.has('array')) return [name, item] as const;
    // A part may be one item, the list as JSON, or something else that the schema allows.
    const isWhole = Array.isArray(item) && property.items?.types.has('array') !== true;
    const lists = isWhole ? [item, [item]] : [[item]];
    const other = property.types.size > 1 ? [partValue(content, property, first)] : [];
    return [name, firstAccepted(property, [...lists, ...other])] as const;
  });
  return { json: Object.fromEntries(members) };
}

function propertyHints(hints: TypeHints, { name }: FormPart): TypeHints | undefined {
  return hints.properties.get(name) ?? hints.additional;
}

function partTypeHints(hints: TypeHints, part: FormPart): TypeHints | undefined {
  const property = propertyHints(hints, part);
  return property?.types.has('array') ? property.items : property;
}

function decodePart(content: Content, hints: TypeHints | undefined, part: FormPart): DecodedBody {
  // RFC 7578 section 4.4: a part without a Content-Type is text. OpenAPI: an object is JSON unless an encoding differs.
  return decodeAs(fieldEncodingOf(content, part.name).contentType, hints, part);
}

/** @param contentType of the encoding of the part */
function decodeAs(
  contentType: unknown,
  hints: TypeHints | undefined,
  part: FormPart,
  /** The type of a part whose schema has no type. */
  untyped = 'text/plain',
): DecodedBody {
  const declaredType =
    typeof contentType === 'string' && !contentType.includes('*') ? contentType.split(',')[0] : undefined;
  const byType = isStructured(hints) ? 'application/json' : 'text/plain';
  const defaultType = declaredType ?? ((hints?.types.size ?? 0) === 0 ? untyped : byType);
  return decodeBytes(part.bytes, parseMediaType(part.mediaType ?? defaultType));
}

function partValue(content: Content, hints: TypeHints | undefined, part: FormPart): unknown {
  return valueOfPart(hints, decodePart(content, hints, part));
}

function valueOfPart(hints: TypeHints | undefined, decoded: DecodedBody): unknown {
  if (decoded.kind === 'json' || decoded.kind === 'deep-json') return decoded.value;
  if (decoded.kind === 'text') return memberValue(hints, decoded.text);
  return decoded.kind === 'bytes' ? latin1Text(decoded.bytes) : '';
}

/** One character per byte, so that minLength and maxLength count bytes. */
export function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
