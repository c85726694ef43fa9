// Converts the fields of a form to the object that a schema describes, using the Encoding Object of OpenAPI.

import type { Pair } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { isJson } from '../exchange/media-type.ts';
import type { Content } from '../openapi/model.ts';
import type { TypeHints } from '../schema/type-hints.ts';
import { objectFromPairs, parseDelimitedPair, STYLE_SEPARATORS } from './style-values.ts';

/** The encoding of a field; empty if the document does not declare one. */
export function fieldEncodingOf({ node }: Content, name: string): JsonObject {
  const encodings = isObject(node.value) && isObject(node.value.encoding) ? node.value.encoding : {};
  const encoding = Object.hasOwn(encodings, name) ? encodings[name] : undefined;
  return isObject(encoding) ? encoding : {};
}

/** True if the encoding has a style: then its contentType is ignored (OpenAPI, Encoding Object). */
function isStyled(encoding: JsonObject): boolean {
  return ['style', 'explode', 'allowReserved'].some(key => encoding[key] !== undefined);
}

/** Field names that are members of an exploded object, with the name of the property that contains them. */
function explodedMembers(content: Content, hints: TypeHints): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [name, property] of hints.properties) {
    const encoding = fieldEncodingOf(content, name);
    const { style = 'form', explode = true } = encoding;
    // An object without a style is JSON.
    if (!property.types.has('object') || !isStyled(encoding) || style !== 'form' || explode !== true)
      continue;
    for (const member of property.properties.keys())
      if (!hints.properties.has(member)) owners.set(member, name);
  }
  return owners;
}

/** Splits the field name "filter[color]" of a deepObject into "filter" and "color". */
function splitDeepObjectName(
  content: Content,
  hints: TypeHints,
  field: string,
): [string, string] | undefined {
  const [, name = '', member = ''] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(field) ?? [];
  return fieldEncodingOf(content, name).style === 'deepObject' && !hints.properties.has(field)
    ? [name, member]
    : undefined;
}

/** True if a field of a multipart body is serialized in a style. Fields of a URL-encoded form always are. */
export function isStyledField(content: Content, hints: TypeHints, field: string): boolean {
  return (
    isStyled(fieldEncodingOf(content, field)) ||
    explodedMembers(content, hints).has(field) ||
    splitDeepObjectName(content, hints, field) !== undefined
  );
}

/** @returns an object with one property per field name */
export function formValue(
  content: Content,
  hints: TypeHints,
  pairs: readonly Pair[],
): Record<string, unknown> {
  const owners = explodedMembers(content, hints);
  const plain: [string, string][] = [];
  const result: Record<string, unknown> = {};
  const objects = new Map<string, [string, string][]>();
  for (const pair of pairs) {
    const deep = splitDeepObjectName(content, hints, pair.name);
    const owner = owners.get(pair.name);
    const [name, member] = deep ?? (owner === undefined ? [pair.name] : [owner, pair.name]);
    const property = hints.properties.get(name);
    const structure = property?.types.has('array') ? 'array' : 'object';
    const encoding = fieldEncodingOf(content, name);
    if (member !== undefined) {
      const members = objects.get(name);
      if (members === undefined) objects.set(name, [[member, pair.value]]);
      else members.push([member, pair.value]);
    } else if (property?.types.has(structure) && isDelimited(encoding)) {
      const parsed = parseDelimitedPair(
        property,
        structure,
        pair,
        STYLE_SEPARATORS[String(encoding.style)] ?? /,/,
      );
      result[name] = parsed.kind === 'values' ? parsed.values[0] : pair.value;
    } else if (
      (typeof encoding.contentType === 'string' && !isStyled(encoding) && isJson(encoding.contentType)) ||
      (property?.types.has('object') && !property.types.has('string'))
    ) {
      // OpenAPI: the default content type of an object property is JSON.
      result[name] = parseJson(pair.value);
    } else {
      plain.push([pair.name, pair.value]);
    }
  }
  for (const [name, members] of objects)
    result[name] = objectFromPairs(hints.properties.get(name) ?? NO_TYPE_HINTS, members, true);
  return { ...objectFromPairs(hints, plain, true), ...result };
}

const NO_TYPE_HINTS: TypeHints = {
  types: new Set(),
  items: undefined,
  properties: new Map(),
  additional: undefined,
  open: true,
};

function isDelimited(encoding: JsonObject): boolean {
  return (
    encoding.explode === false || encoding.style === 'spaceDelimited' || encoding.style === 'pipeDelimited'
  );
}

/** Text that is not JSON stays text: validation then reports what the schema requires. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
