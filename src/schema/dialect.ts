// Translates schemas of OpenAPI 3.0 to 3.2 to JSON Schema 2020-12, in place in a clone, so that JSON Pointers stay valid.
import type { DocumentNode } from '../document/documents.ts';
import { resolveReference } from '../document/references.ts';
import type { JsonObject } from '../exchange/json.ts';
import { isObject } from '../exchange/json.ts';
import { type Flaw, markUnknown, removeFlaws } from './flaws.ts';
import type { OpenApiVersion } from './openapi-version.ts';

/** The direction of a message. Read-only properties are for responses, write-only ones for requests. */
export type Direction = 'request' | 'response';

/** The keyword of properties that must not be in messages of a direction. */
export function hidingKeyword(direction: Direction): 'readOnly' | 'writeOnly' {
  return direction === 'request' ? 'readOnly' : 'writeOnly';
}

/**
 * all: reports all errors. first: stops at the first error. first-or-undocumented: stops at the first error, and a property
 * that no schema names is an error. The last is a quick test whether a value may have undocumented properties.
 */
type ErrorMode = 'all' | 'first' | 'first-or-undocumented';

export interface ValidationMode {
  readonly direction: Direction;
  readonly errors: ErrorMode;
}

type MutableSchema = Record<string, unknown>;

/** A reference to a schema that ajv has. */
export const META_SCHEMA_URI = /^https?:\/\/json-schema\.org\//;

/** Keywords whose value is a schema for properties or items of the instance. */
const CHILD = [
  'items',
  'additionalProperties',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
  'propertyNames',
  'contentSchema',
];
const CHILD_LISTS = ['prefixItems'];
const CHILD_MAPS = ['properties', 'patternProperties'];
/** Keywords whose value is a schema for the same instance. */
const SAME_INSTANCE = ['not', 'if', 'then', 'else'];
const SAME_INSTANCE_LISTS = ['allOf', 'anyOf', 'oneOf'];
const SAME_INSTANCE_MAPS = ['dependentSchemas'];
/** Keywords whose schema is usually the only one for the property or item. */
const CLOSABLE_APPLICATORS = new Set([
  'items',
  'additionalProperties',
  'prefixItems',
  'properties',
  'patternProperties',
]);

/** All keywords with schemas for the same instance. */
const APPLIES_TO_SAME_INSTANCE = new Set([...SAME_INSTANCE, ...SAME_INSTANCE_LISTS, ...SAME_INSTANCE_MAPS]);
const NO_NAMES: ReadonlySet<string> = new Set();

/** A schema to translate. */
interface Task {
  readonly uri: string;
  readonly schema: unknown;
  readonly outermost: boolean;
  /** Properties of the instance that an enclosing schema marks as hidden in this direction. */
  readonly hidden: ReadonlySet<string>;
}

/** The schemas directly inside a schema object, each with its keyword and its key there. */
export function* subschemas(
  schema: JsonObject,
): Generator<{ schema: unknown; keyword: string; key?: string | number }> {
  for (const keyword of [...CHILD, ...SAME_INSTANCE])
    if (keyword in schema) yield { schema: schema[keyword], keyword };
  for (const keyword of [...CHILD_LISTS, ...SAME_INSTANCE_LISTS]) {
    const list = schema[keyword];
    if (Array.isArray(list)) for (const [key, item] of list.entries()) yield { schema: item, keyword, key };
  }
  for (const keyword of [...CHILD_MAPS, ...SAME_INSTANCE_MAPS]) {
    const map = schema[keyword];
    if (isObject(map)) for (const key of Object.keys(map)) yield { schema: map[key], keyword, key };
  }
}

export interface ClonedDocuments {
  /** The cloned value at a URI and a JSON Pointer; undefined if there is none. */
  find(uri: string, pointer: string): unknown;
  /** The `$ref` to a node of the clones. */
  reference(node: Omit<DocumentNode, 'value'>): string;
  /** The address that a `$ref` or `$dynamicRef` of a cloned schema leads to. */
  follow(
    uri: string,
    schema: object,
    ref: string,
    keyword: '$ref' | '$dynamicRef',
  ): Omit<DocumentNode, 'value'>;
  /** Keeps a flaw of a cloned schema. @param at JSON Pointer below the schema */
  reportFlaw(schema: object, uri: string, at: string, code: Flaw['code'], message: string): Flaw;
}

/**
 * Translates a cloned schema and every schema that it reaches, in place, for one validation mode. Skips the schemas in
 * `done`, so that a schema that many operations share is translated once.
 */
export function translateSchema(
  clones: ClonedDocuments,
  start: { readonly uri: string; readonly pointer: string },
  version: OpenApiVersion,
  mode: ValidationMode,
  done: Set<object>,
): void {
  const pending: Task[] = [
    { uri: start.uri, schema: clones.find(start.uri, start.pointer), outermost: true, hidden: NO_NAMES },
  ];
  const closable: Task[] = [];
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    if (!isObject(task.schema)) continue;
    if (task.outermost) closable.push(task);
    if (done.has(task.schema)) continue;
    done.add(task.schema);
    const schema = task.schema as MutableSchema;
    // Siblings of $ref are ignored in 3.0 ("Reference Object").
    if (version === '3.0' && typeof schema.$ref === 'string')
      for (const key of Object.keys(schema)) if (key !== '$ref') delete schema[key];
    removeFlaws(schema, version, (at, message) =>
      clones.reportFlaw(schema, task.uri, at, 'spec-schema', message),
    );
    if (version === '3.0' && schema.nullable === true && typeof schema.type === 'string')
      schema.type = [schema.type, 'null'];
    // OpenAPI 3.1 and 3.2 have no `nullable`, but ajv implements it.
    delete schema.nullable;
    // Keywords of neither version that have a meaning for ajv.
    for (const keyword of ['id', '$async']) delete schema[keyword];
    translateExclusiveLimits(schema);
    for (const keyword of ['$ref', '$dynamicRef'] as const) {
      const ref = schema[keyword];
      if (typeof ref !== 'string') continue;
      const { uri, pointer } = clones.follow(task.uri, schema, ref, keyword);
      const target = clones.find(uri, pointer);
      delete schema[keyword];
      const isEmpty = target === null;
      if (isEmpty || (target === undefined && !META_SCHEMA_URI.test(ref))) {
        const message = `${keyword} "${ref}" ${isEmpty ? 'leads to an empty value' : 'cannot be resolved'}`;
        const code = isEmpty ? 'spec-schema' : 'spec-reference';
        const flaw = clones.reportFlaw(schema, task.uri, `/${keyword}`, code, message);
        if (!isEmpty) markUnknown(schema, [flaw]);
        continue;
      }
      const absolute = target === undefined ? ref : clones.reference({ uri, pointer });
      if (schema.$ref === undefined) schema.$ref = absolute;
      else schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), { $ref: absolute }];
      // Other schemas refer to the target as well, and may mark fewer properties as hidden.
      pending.push({ uri, schema: target, outermost: false, hidden: NO_NAMES });
    }
    const protoProperty = isObject(schema.properties)
      ? Object.entries(schema.properties).find(([name]) => name === '__proto__')
      : undefined;
    // ajv ignores `properties/__proto__` on purpose (prototype pollution), but not a pattern that matches it.
    if (protoProperty !== undefined)
      schema.patternProperties = { ...(schema.patternProperties as object), '^__proto__$': protoProperty[1] };
    const hidden = new Set(task.hidden);
    collectHiddenProperties(schema, task.uri, clones, hidingKeyword(mode.direction), hidden);
    // OpenAPI 3.0.3, Schema Object: a required read-only property is required in responses only; write-only: in requests.
    if (hidden.size > 0 && Array.isArray(schema.required)) {
      schema.required = schema.required.filter(name => !hidden.has(name));
    }
    for (const { schema: inner, keyword } of subschemas(schema)) {
      const isSameInstance = APPLIES_TO_SAME_INSTANCE.has(keyword);
      pending.push({
        uri: task.uri,
        schema: inner,
        outermost: CLOSABLE_APPLICATORS.has(keyword),
        hidden: isSameInstance ? hidden : NO_NAMES,
      });
    }
  }
  if (mode.errors === 'first-or-undocumented') for (const task of closable) forbidUndocumented(task, clones);
}

/** Replaces `exclusiveMinimum: true` of OpenAPI 3.0, which documents of 3.1 have by mistake. */
function translateExclusiveLimits(schema: MutableSchema): void {
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

/** Adds the properties that a schema marks as hidden, itself or through `$ref` and allOf. */
function collectHiddenProperties(
  schema: unknown,
  uri: string,
  clones: ClonedDocuments,
  directionKeyword: 'readOnly' | 'writeOnly',
  hidden: Set<string>,
  seen = new Set<unknown>(),
): void {
  if (!isObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const target = followReferences(property, uri, clones).schema;
    if ([property, target].some(each => isObject(each) && each[directionKeyword] === true)) hidden.add(name);
  }
  if (typeof schema.$ref === 'string') {
    const target = resolveReference(uri, schema.$ref);
    collectHiddenProperties(
      clones.find(target.uri, target.pointer),
      target.uri,
      clones,
      directionKeyword,
      hidden,
      seen,
    );
  }
  for (const inner of Array.isArray(schema.allOf) ? schema.allOf : [])
    collectHiddenProperties(inner, uri, clones, directionKeyword, hidden, seen);
}

function forbidUndocumented(task: Task, clones: ClonedDocuments): void {
  const schema = task.schema as MutableSchema;
  if ('unevaluatedProperties' in schema || 'additionalProperties' in schema) return;
  // A schema that names no property describes free-form objects, not empty ones.
  if (namesProperties(schema, task.uri, clones, new Set())) schema.unevaluatedProperties = false;
}

function namesProperties(schema: unknown, uri: string, clones: ClonedDocuments, seen: Set<unknown>): boolean {
  if (!isObject(schema) || seen.has(schema)) return false;
  seen.add(schema);
  if (isObject(schema.properties) && Object.keys(schema.properties).length > 0) return true;
  if (typeof schema.$ref === 'string') {
    const target = resolveReference(uri, schema.$ref);
    if (namesProperties(clones.find(target.uri, target.pointer), target.uri, clones, seen)) return true;
  }
  for (const keyword of SAME_INSTANCE_LISTS) {
    const list = schema[keyword];
    if (Array.isArray(list) && list.some(item => namesProperties(item, uri, clones, seen))) return true;
  }
  return ['then', 'else'].some(keyword => namesProperties(schema[keyword], uri, clones, seen));
}

function followReferences(
  schema: unknown,
  uri: string,
  clones: ClonedDocuments,
): { schema: unknown; uri: string } {
  let at = { schema, uri };
  for (let hops = 0; hops < 100 && isObject(at.schema) && typeof at.schema.$ref === 'string'; hops++) {
    const target = resolveReference(at.uri, at.schema.$ref);
    at = { schema: clones.find(target.uri, target.pointer), uri: target.uri };
  }
  return at;
}
