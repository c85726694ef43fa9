// application/x-www-form-urlencoded bodies to the object their schema describes, through the Encoding Object.
import { decodePercent, type Pair } from '../exchange/exchange.ts';
import { isJson } from '../exchange/media-type.ts';
import type { Content } from './contract.ts';
import { fromSeparated, toObject } from './params.ts';
import { reading, type Shape } from './shape.ts';
import { isObject } from './sources.ts';

export function formValue(content: Content, shape: Shape, pairs: readonly Pair[]): Record<string, unknown> {
  const encodings =
    isObject(content.part.value) && isObject(content.part.value.encoding) ? content.part.value.encoding : {};
  const plain: [string, string][] = [];
  const result: Record<string, unknown> = {};
  const deepOnes = new Map<string, Map<string, string>>();
  for (const pair of pairs) {
    const deep = /^([^[\]]+)\[([^[\]]*)\]$/.exec(pair.name);
    const name = deep?.[1] ?? pair.name;
    const property = shape.properties.get(name);
    const encoding = isObject(encodings[name]) ? encodings[name] : {};
    if (deep !== null && encoding.style === 'deepObject' && !shape.properties.has(pair.name)) {
      const members = deepOnes.get(name) ?? new Map<string, string>();
      deepOnes.set(name, members.set(deep[2] ?? '', pair.value));
    } else if (property?.types.has('array') && isDelimited(encoding)) {
      const separator =
        encoding.style === 'spaceDelimited' ? /%20|\+/ : encoding.style === 'pipeDelimited' ? /\||%7c/i : /,/;
      result[name] = pair.raw
        .split(separator)
        .map(piece => reading(property.items, decodePercent(piece.replaceAll('+', ' '))));
    } else if (property?.types.has('object') && encoding.explode === false) {
      const read = fromSeparated(property, 'object', pair, /,/);
      result[name] = read.kind === 'values' ? read.values[0] : pair.value;
    } else if (
      (typeof encoding.contentType === 'string' && isJson(encoding.contentType)) ||
      (property?.types.has('object') && !property.types.has('string'))
    ) {
      // OpenAPI: the default content type of an object property is JSON.
      result[name] = parseJson(pair.value);
    } else {
      plain.push([pair.name, pair.value]);
    }
  }
  for (const [name, members] of deepOnes)
    result[name] = toObject(shape.properties.get(name) ?? EMPTY, [...members], true);
  return { ...toObject(shape, plain, true), ...result };
}

const EMPTY: Shape = {
  types: new Set(),
  items: undefined,
  properties: new Map(),
  additional: undefined,
  open: true,
};

function isDelimited(encoding: Readonly<Record<string, unknown>>): boolean {
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
