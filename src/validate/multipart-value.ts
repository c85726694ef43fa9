// Converts the parts of a multipart body to the object that a schema describes.

import { Buffer } from 'node:buffer';
import { type DecodedBody, decodeBytes } from '../exchange/body.ts';
import type { Pair } from '../exchange/exchange.ts';
import type { ImpreciseNumber } from '../exchange/imprecise-numbers.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import type { FormPart } from '../exchange/multipart.ts';
import type { Content } from '../openapi/model.ts';
import { firstAccepted, isStructured, memberValue, type TypeHints } from '../schema/type-hints.ts';
import { fieldEncodingOf, formValue, isStyledField } from './form-values.ts';

/** The value to validate, or the field that cannot be parsed. */
export type SchemaValue =
  /** `imprecise`: the numbers that JSON.parse rounded; undefined: not known. */
  | { readonly json: unknown; readonly imprecise?: readonly ImpreciseNumber[] }
  /** `name` of the part, or index of the item; undefined: the whole body. */
  | { readonly malformed: { readonly name: string | undefined; readonly message: string } };

const TEXT = parseMediaType('text/plain');

/** @returns an object with one property per field name, or the first part that cannot be parsed */
export function multipartValue(content: Content, hints: TypeHints, parts: readonly FormPart[]): SchemaValue {
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
  const json = valuesByName(content, hints, plainParts);
  return { json: pairs.length === 0 ? json : { ...json, ...formValue(content, hints, pairs) } };
}

/** Parts with the same name become an array. The Content-Type of a part decides how its bytes are decoded. */
function valuesByName(
  content: Content,
  hints: TypeHints,
  parts: readonly FormPart[],
): Record<string, unknown> {
  const readPart = (part: FormPart): unknown => partValue(content, partTypeHints(hints, part), part);
  const byName = Map.groupBy(parts, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, [first, ...others]]) => {
      if (first === undefined) return [name, ''];
      if (others.length > 0) return [name, [first, ...others].map(readPart)];
      const property = propertyHints(hints, first);
      const item = readPart(first);
      if (!property?.types.has('array')) return [name, item];
      // A part may be one item, the list as JSON, or something else that the schema allows.
      const lists = Array.isArray(item) ? [item, [item]] : [[item]];
      const other = property.types.size > 1 ? [partValue(content, property, first)] : [];
      return [name, firstAccepted(property, [...lists, ...other])];
    }),
  );
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
  const { contentType } = fieldEncodingOf(content, part.name);
  const declaredType =
    typeof contentType === 'string' && !contentType.includes('*') ? contentType.split(',')[0] : undefined;
  const defaultType = declaredType ?? (isStructured(hints) ? 'application/json' : 'text/plain');
  return decodeBytes(part.bytes, parseMediaType(part.mediaType ?? defaultType));
}

function partValue(content: Content, hints: TypeHints | undefined, part: FormPart): unknown {
  const decoded = decodePart(content, hints, part);
  if (decoded.kind === 'json' || decoded.kind === 'deep-json') return decoded.value;
  if (decoded.kind === 'text') return memberValue(hints, decoded.text);
  return decoded.kind === 'bytes' ? latin1Text(decoded.bytes) : '';
}

/** One character per byte, so that minLength and maxLength count bytes. */
export function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
