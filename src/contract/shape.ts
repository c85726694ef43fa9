// What a schema says about types, as far as text needs it to become a value: "12" is a number only where one may stand.
import { isObject, type Part, type Sources } from './sources.ts';

export interface Shape {
  readonly types: ReadonlySet<string>;
  readonly items: Shape | undefined;
  readonly properties: ReadonlyMap<string, Shape>;
  /** What unnamed properties look like; undefined when the schema says nothing. */
  readonly additional: Shape | undefined;
  /** False when the schema says that no other properties exist. */
  readonly open: boolean;
}

const SHAPES = new WeakMap<object, Shape>();

/** Reads through `$ref`, allOf, anyOf and oneOf; recursion ends in a shape that says nothing. */
export function shapeOf(sources: Sources, schema: Part | undefined): Shape {
  const value = schema?.value;
  if (schema === undefined || !isObject(value)) return UNKNOWN;
  let shape = SHAPES.get(value);
  if (shape === undefined) {
    SHAPES.set(value, UNKNOWN);
    shape = readShape(sources, schema, value);
    SHAPES.set(value, shape);
  }
  return shape;
}

const UNKNOWN: Shape = {
  types: new Set(),
  items: undefined,
  properties: new Map(),
  additional: undefined,
  open: true,
};

function readShape(sources: Sources, schema: Part, value: Readonly<Record<string, unknown>>): Shape {
  const types = new Set<string>();
  const properties = new Map<string, Shape>();
  let items: Shape | undefined;
  let additional: Shape | undefined;
  let open = value.additionalProperties !== false;
  const merge = (other: Shape): void => {
    for (const type of other.types) types.add(type);
    for (const [name, property] of other.properties) properties.set(name, property);
    items ??= other.items;
    additional ??= other.additional;
    open &&= other.open;
  };
  const part = (key: string, inner: unknown): Part => ({
    uri: schema.uri,
    pointer: `${schema.pointer}/${key}`,
    value: inner,
  });

  if (typeof value.$ref === 'string') {
    const target = sources.target(schema, value.$ref);
    if (target !== undefined) merge(shapeOf(sources, target));
  }
  for (const type of [value.type].flat()) if (typeof type === 'string') types.add(type);
  if (value.nullable === true) types.add('null');
  for (const literal of Array.isArray(value.enum) ? value.enum : 'const' in value ? [value.const] : []) {
    if (types.size === 0 || value.type === undefined) types.add(typeName(literal));
  }
  if (isObject(value.properties)) {
    for (const [name, property] of Object.entries(value.properties)) {
      properties.set(name, shapeOf(sources, part('properties', property)));
    }
    if (types.size === 0) types.add('object');
  }
  if (value.items !== undefined) {
    items = shapeOf(sources, part('items', value.items));
    if (types.size === 0) types.add('array');
  }
  if (isObject(value.additionalProperties))
    additional = shapeOf(sources, part('additionalProperties', value.additionalProperties));
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const list = value[keyword];
    if (Array.isArray(list)) for (const inner of list) merge(shapeOf(sources, part(keyword, inner)));
  }
  return { types, items, properties, additional, open };
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/**
 * The values that text can stand for under a shape, likeliest first. A strict grammar: JSON's for numbers, so " " is no
 * zero and "0x10" no sixteen.
 */
export function readings(shape: Shape, text: string): unknown[] {
  const { types } = shape;
  const values: unknown[] = [];
  if ((types.has('integer') || types.has('number')) && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    values.push(Number(text));
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) values.push(text === 'true');
  if (types.has('null') && (text === '' || text === 'null')) values.push(null);
  // Where only other types may stand the text itself is still handed on: the schema then says what was expected.
  values.push(text);
  return values;
}

export function reading(shape: Shape | undefined, text: string): unknown {
  return readings(shape ?? UNKNOWN, text)[0];
}
