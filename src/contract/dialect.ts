// Turns schemas of OpenAPI 3.0 and 3.1 into plain JSON Schema 2020-12, in place on a copy, so that every pointer survives.
import type { Json, Part, Sources } from './sources.ts';
import { isObject, resolveReference } from './sources.ts';

/** Which half of an exchange a schema is read for: read-only properties count only in responses, write-only in requests. */
export type Direction = 'request' | 'response';

/** The keyword of what does not belong into this direction. */
export function hiderOf(direction: Direction): 'readOnly' | 'writeOnly' {
  return direction === 'request' ? 'readOnly' : 'writeOnly';
}

/**
 * plain: what the schema says. brief: the same, up to the first fault. closed: up to the first fault too, and a property
 * that no schema names is one.
 */
type Strictness = 'plain' | 'brief' | 'closed';

export interface Reading {
  readonly direction: Direction;
  readonly strictness: Strictness;
}

type Mutable = Record<string, unknown>;

/** Keywords whose value is a schema that describes a part of the instance. */
const DOWN = [
  'items',
  'additionalProperties',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
  'propertyNames',
];
const DOWN_LIST = ['prefixItems'];
const DOWN_MAP = ['properties', 'patternProperties'];
/** Keywords whose value is a schema that describes the same instance. */
const HERE = ['not', 'if', 'then', 'else'];
const HERE_LIST = ['allOf', 'anyOf', 'oneOf'];
const HERE_MAP = ['dependentSchemas'];
/** Of the downward ones, those where an object of its own begins and nothing else describes it. */
const OUTERMOST = new Set([
  'items',
  'additionalProperties',
  'prefixItems',
  'properties',
  'patternProperties',
]);

/** The keywords whose schemas describe the same instance. */
const SAME = new Set([...HERE, ...HERE_LIST, ...HERE_MAP]);
const NOTHING: ReadonlySet<string> = new Set();

interface Site {
  readonly uri: string;
  readonly schema: unknown;
  readonly outermost: boolean;
  /** Properties that a schema around this one, of the same instance, marks as hidden in this direction. */
  readonly hidden: ReadonlySet<string>;
}

/** The schemas directly inside one schema object, and whether each is the outermost for its part of the instance. */
export function* subschemas(
  schema: Json,
): Generator<{ schema: unknown; keyword: string; key?: string | number }> {
  for (const keyword of [...DOWN, ...HERE]) if (keyword in schema) yield { schema: schema[keyword], keyword };
  for (const keyword of [...DOWN_LIST, ...HERE_LIST]) {
    const list = schema[keyword];
    if (Array.isArray(list)) for (const [key, item] of list.entries()) yield { schema: item, keyword, key };
  }
  for (const keyword of [...DOWN_MAP, ...HERE_MAP]) {
    const map = schema[keyword];
    if (isObject(map)) for (const key of Object.keys(map)) yield { schema: map[key], keyword, key };
  }
}

export interface Copies {
  /** The part of a document's copy that a reference names. */
  find(uri: string, pointer: string): unknown;
  /** The reference to a part, as the copies are told apart. */
  reference(part: Omit<Part, 'value'>): string;
  /** Where a reference leads that stands in a schema of the copies. */
  follow(uri: string, schema: object, ref: string, keyword: '$ref' | '$dynamicRef'): Omit<Part, 'value'>;
}

/**
 * Edits the schema at a place of the copies, and every schema it reaches, for one reading. Schemas already in `done` are
 * left alone, so that the work is done once however many operations share them.
 */
export function translate(
  copies: Copies,
  start: { readonly uri: string; readonly pointer: string },
  version: '3.0' | '3.1',
  reading: Reading,
  done: Set<object>,
): void {
  const todo: Site[] = [
    { uri: start.uri, schema: copies.find(start.uri, start.pointer), outermost: true, hidden: NOTHING },
  ];
  const closing: Site[] = [];
  for (let site = todo.pop(); site !== undefined; site = todo.pop()) {
    if (!isObject(site.schema)) continue;
    if (site.outermost) closing.push(site);
    if (done.has(site.schema)) continue;
    done.add(site.schema);
    const schema = site.schema as Mutable;
    if (version === '3.0') translateFrom30(schema);
    // No keyword of 3.1, but ajv would heed it.
    else delete schema.nullable;
    for (const keyword of ['$ref', '$dynamicRef'] as const) {
      const ref = schema[keyword];
      if (typeof ref !== 'string') continue;
      const { uri, pointer } = copies.follow(site.uri, schema, ref, keyword);
      const target = copies.find(uri, pointer);
      // What leads nowhere is left for the compiler to complain of, but for the meta-schemas, which it knows.
      const absolute = target === undefined ? ref : copies.reference({ uri, pointer });
      delete schema[keyword];
      if (schema.$ref === undefined) schema.$ref = absolute;
      else schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), { $ref: absolute }];
      // What is referred to is shared with others, who may mark less as hidden.
      todo.push({ uri, schema: target, outermost: false, hidden: NOTHING });
    }
    const proto = isObject(schema.properties)
      ? Object.entries(schema.properties).find(([name]) => name === '__proto__')
      : undefined;
    // ajv passes over a property of this name on purpose, but for a pattern.
    if (proto !== undefined)
      schema.patternProperties = { ...(schema.patternProperties as object), '^__proto__$': proto[1] };
    const hidden = new Set(site.hidden);
    addHidden(schema, site.uri, copies, hiderOf(reading.direction), hidden);
    // A read-only property that is required is required in responses only, a write-only one in requests only.
    if (hidden.size > 0 && Array.isArray(schema.required)) {
      schema.required = schema.required.filter(name => !hidden.has(name));
    }
    for (const { schema: inner, keyword } of subschemas(schema)) {
      const same = SAME.has(keyword);
      todo.push({
        uri: site.uri,
        schema: inner,
        outermost: OUTERMOST.has(keyword),
        hidden: same ? hidden : NOTHING,
      });
    }
  }
  if (reading.strictness === 'closed') for (const site of closing) close(site, copies);
}

/** OpenAPI 3.0's own keywords, as its specification defines them ("Schema Object"). */
function translateFrom30(schema: Mutable): void {
  if (typeof schema.$ref === 'string') {
    // Siblings of $ref are ignored in 3.0 ("Reference Object").
    for (const key of Object.keys(schema)) if (key !== '$ref') delete schema[key];
    return;
  }
  if (schema.nullable === true && typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  delete schema.nullable;
  for (const [flag, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[flag] !== 'boolean') continue;
    if (schema[flag] && typeof schema[limit] === 'number') {
      schema[flag] = schema[limit];
      delete schema[limit];
    } else {
      delete schema[flag];
    }
  }
}

/** The properties that a schema marks as hidden, itself or through references and allOf. */
function addHidden(
  schema: unknown,
  uri: string,
  copies: Copies,
  mark: 'readOnly' | 'writeOnly',
  hidden: Set<string>,
  seen = new Set<unknown>(),
): void {
  if (!isObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const settled = settle(property, uri, copies).schema;
    if ([property, settled].some(each => isObject(each) && each[mark] === true)) hidden.add(name);
  }
  if (typeof schema.$ref === 'string') {
    const target = resolveReference(uri, schema.$ref);
    addHidden(copies.find(target.uri, target.pointer), target.uri, copies, mark, hidden, seen);
  }
  for (const inner of Array.isArray(schema.allOf) ? schema.allOf : [])
    addHidden(inner, uri, copies, mark, hidden, seen);
}

function close(site: Site, copies: Copies): void {
  const schema = site.schema as Mutable;
  if ('unevaluatedProperties' in schema || 'additionalProperties' in schema) return;
  // An object schema that names no property at all is a free-form bag, not a closed empty object.
  if (namesProperties(schema, site.uri, copies, new Set())) schema.unevaluatedProperties = false;
}

function namesProperties(schema: unknown, uri: string, copies: Copies, seen: Set<unknown>): boolean {
  if (!isObject(schema) || seen.has(schema)) return false;
  seen.add(schema);
  if (isObject(schema.properties) && Object.keys(schema.properties).length > 0) return true;
  if (typeof schema.$ref === 'string') {
    const target = resolveReference(uri, schema.$ref);
    if (namesProperties(copies.find(target.uri, target.pointer), target.uri, copies, seen)) return true;
  }
  for (const keyword of HERE_LIST) {
    const list = schema[keyword];
    if (Array.isArray(list) && list.some(item => namesProperties(item, uri, copies, seen))) return true;
  }
  return ['then', 'else'].some(keyword => namesProperties(schema[keyword], uri, copies, seen));
}

function settle(schema: unknown, uri: string, copies: Copies): { schema: unknown; uri: string } {
  let at = { schema, uri };
  for (let hops = 0; hops < 100 && isObject(at.schema) && typeof at.schema.$ref === 'string'; hops++) {
    const target = resolveReference(at.uri, at.schema.$ref);
    at = { schema: copies.find(target.uri, target.pointer), uri: target.uri };
  }
  return at;
}

/** The dialect a document's schemas are written in, when it is one that can be judged. */
export function unsupportedDialect(sources: Sources, uri: string): string | undefined {
  const { value } = sources.root(uri);
  const named = isObject(value) ? value.jsonSchemaDialect : undefined;
  if (typeof named !== 'string') return undefined;
  const known =
    /^https:\/\/(spec\.openapis\.org\/oas\/3\.1\/dialect\/.+|json-schema\.org\/draft\/2020-12\/schema#?)$/;
  return known.test(named) ? undefined : named;
}
