// Form bodies to the object that their schema describes, through the Encoding Object: the fields that have a style.
import type { Pair } from '../exchange/exchange.ts';
import { isJson } from '../exchange/media-type.ts';
import type { Content } from './contract.ts';
import { fromSeparated, SEPARATORS, toObject } from './params.ts';
import type { Shape } from './shape.ts';
import { isObject, type Json } from './sources.ts';

/** The encoding of a field; an empty one where the document gives none. */
export function encodingOf({ part }: Content, name: string): Json {
  const encodings = isObject(part.value) && isObject(part.value.encoding) ? part.value.encoding : {};
  const encoding = Object.hasOwn(encodings, name) ? encodings[name] : undefined;
  return isObject(encoding) ? encoding : {};
}

/** Whether the encoding says how a field is written, so that its media type counts for nothing. */
function isStyled(encoding: Json): boolean {
  return ['style', 'explode', 'allowReserved'].some(key => encoding[key] !== undefined);
}

/** Names of the fields that carry one member of an exploded object each, with the property that they belong to. */
function explodedMembers(content: Content, shape: Shape): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [name, property] of shape.properties) {
    const encoding = encodingOf(content, name);
    const { style = 'form', explode = true } = encoding;
    // An object that no style is given is JSON.
    if (!property.types.has('object') || !isStyled(encoding) || style !== 'form' || explode !== true)
      continue;
    for (const member of property.properties.keys())
      if (!shape.properties.has(member)) owners.set(member, name);
  }
  return owners;
}

/** The name before the brackets of a deep object's field, and what is in them. */
function deepName(content: Content, shape: Shape, field: string): [string, string] | undefined {
  const [, name = '', member = ''] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(field) ?? [];
  return encodingOf(content, name).style === 'deepObject' && !shape.properties.has(field)
    ? [name, member]
    : undefined;
}

/** Whether a field of a multipart body is written in a style, as those of a form always are. */
export function isStyledField(content: Content, shape: Shape, field: string): boolean {
  return (
    isStyled(encodingOf(content, field)) ||
    explodedMembers(content, shape).has(field) ||
    deepName(content, shape, field) !== undefined
  );
}

export function formValue(content: Content, shape: Shape, pairs: readonly Pair[]): Record<string, unknown> {
  const owners = explodedMembers(content, shape);
  const plain: [string, string][] = [];
  const result: Record<string, unknown> = {};
  const objects = new Map<string, [string, string][]>();
  for (const pair of pairs) {
    const deep = deepName(content, shape, pair.name);
    const owner = owners.get(pair.name);
    const [name, member] = deep ?? (owner === undefined ? [pair.name] : [owner, pair.name]);
    const property = shape.properties.get(name);
    const structure = property?.types.has('array') ? 'array' : 'object';
    const encoding = encodingOf(content, name);
    if (member !== undefined) {
      const known = objects.get(name);
      if (known === undefined) objects.set(name, [[member, pair.value]]);
      else known.push([member, pair.value]);
    } else if (property?.types.has(structure) && isDelimited(encoding)) {
      const read = fromSeparated(property, structure, pair, SEPARATORS[String(encoding.style)] ?? /,/);
      result[name] = read.kind === 'values' ? read.values[0] : pair.value;
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
    result[name] = toObject(shape.properties.get(name) ?? EMPTY, members, true);
  return { ...toObject(shape, plain, true), ...result };
}

const EMPTY: Shape = {
  types: new Set(),
  items: undefined,
  properties: new Map(),
  additional: undefined,
  open: true,
};

function isDelimited(encoding: Json): boolean {
  return (
    encoding.explode === false || encoding.style === 'spaceDelimited' || encoding.style === 'pipeDelimited'
  );
}

/** Text that is no JSON stays text, and the schema says what was expected. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
