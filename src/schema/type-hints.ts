// The types that a schema allows, for converting text to values: "12" becomes a number only if the schema allows a number.
import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';

/** The types of a value and of its items and properties. */
export interface TypeHints {
  readonly types: ReadonlySet<string>;
  readonly items: TypeHints | undefined;
  readonly properties: ReadonlyMap<string, TypeHints>;
  /** The type hints of properties that the schema does not name; undefined if it does not describe them. */
  readonly additional: TypeHints | undefined;
  /** False if the schema allows no other properties. */
  readonly open: boolean;
}

const TYPE_HINTS = new WeakMap<object, TypeHints>();

/** Follows `$ref`, allOf, anyOf and oneOf. A recursive schema has no type hints inside itself. */
export function typeHintsOf(documents: DocumentSet, schema: DocumentNode | undefined): TypeHints {
  const value = schema?.value;
  if (schema === undefined || !isObject(value)) return NO_TYPE_HINTS;
  let hints = TYPE_HINTS.get(value);
  if (hints === undefined) {
    TYPE_HINTS.set(value, NO_TYPE_HINTS);
    hints = readTypeHints(documents, schema, value);
    TYPE_HINTS.set(value, hints);
  }
  return hints;
}

const NO_TYPE_HINTS: TypeHints = {
  types: new Set(),
  items: undefined,
  properties: new Map(),
  additional: undefined,
  open: true,
};

function readTypeHints(
  documents: DocumentSet,
  schema: DocumentNode,
  value: Readonly<Record<string, unknown>>,
): TypeHints {
  const types = new Set<string>();
  const before: TypeHints[] = [];
  const after: TypeHints[] = [];
  const node = (key: string, inner: unknown): DocumentNode => ({
    uri: schema.uri,
    pointer: `${schema.pointer}/${key}`,
    value: inner,
  });
  const hintsOf = (key: string, inner: unknown): TypeHints => typeHintsOf(documents, node(key, inner));

  if (typeof value.$ref === 'string') {
    const target = documents.resolveChain(schema, value.$ref);
    if (target !== undefined) before.push(typeHintsOf(documents, target));
  }
  for (const part of before) for (const type of part.types) types.add(type);
  for (const type of [value.type].flat()) if (typeof type === 'string') types.add(type);
  if (value.nullable === true) types.add('null');
  for (const literal of Array.isArray(value.enum) ? value.enum : 'const' in value ? [value.const] : []) {
    if (types.size === 0 || value.type === undefined) types.add(jsonTypeOf(literal));
  }
  if (isObject(value.properties) && types.size === 0) types.add('object');
  if (value.items !== undefined && types.size === 0) types.add('array');
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const list = value[keyword];
    if (Array.isArray(list)) for (const inner of list) after.push(hintsOf(keyword, inner));
  }
  for (const part of after) for (const type of part.types) types.add(type);
  const parts = [...before, ...after];

  // Members are read at their first use: the schemas that a schema leads to can be those of a whole large document.
  let properties: Map<string, TypeHints> | undefined;
  return {
    types,
    open: value.additionalProperties !== false && parts.every(({ open }) => open),
    get properties() {
      if (properties !== undefined) return properties;
      const own = Object.entries(isObject(value.properties) ? value.properties : {});
      properties = new Map([
        ...before.flatMap(part => [...part.properties]),
        ...own.map(([name, property]) => [name, hintsOf('properties', property)] as const),
        ...after.flatMap(part => [...part.properties]),
      ]);
      return properties;
    },
    get items() {
      return (
        before.find(part => part.items !== undefined)?.items ??
        (value.items === undefined
          ? after.find(part => part.items !== undefined)?.items
          : hintsOf('items', value.items))
      );
    },
    get additional() {
      return (
        before.find(part => part.additional !== undefined)?.additional ??
        (isObject(value.additionalProperties)
          ? hintsOf('additionalProperties', value.additionalProperties)
          : after.find(part => part.additional !== undefined)?.additional)
      );
    },
  };
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/**
 * The values that a text may stand for, the likeliest first. Numbers have the grammar of JSON: " " is not 0 and "0x10" is
 * not 16.
 */
export function candidateValues(hints: Pick<TypeHints, 'types'>, text: string): unknown[] {
  const { types } = hints;
  const values: unknown[] = [];
  if ((types.has('integer') || types.has('number')) && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    values.push(Number(text));
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) values.push(text === 'true');
  if (types.has('null') && (text === '' || text === 'null')) values.push(null);
  // Where the schema allows no string, validating the text reports what is expected.
  values.push(text);
  return values;
}

/** The first of the values that a text may stand for. */
export function likeliestValue(hints: Pick<TypeHints, 'types'> | undefined, text: string): unknown {
  return candidateValues(hints ?? NO_TYPE_HINTS, text)[0];
}
