// Turns schemas of OpenAPI 3.0 and 3.1 into plain JSON Schema 2020-12, in place on a copy, so that every pointer survives.
import type { DocumentNode, DocumentSet, JsonObject } from '../document/documents.ts';
import { isObject, resolveReference } from '../document/documents.ts';

/** Which half of an exchange a schema is read for: read-only properties count only in responses, write-only in requests. */
export type Direction = 'request' | 'response';

/** The keyword of what does not belong into this direction. */
export function hidingKeyword(direction: Direction): 'readOnly' | 'writeOnly' {
  return direction === 'request' ? 'readOnly' : 'writeOnly';
}

/**
 * plain: what the schema says. brief: the same, up to the first fault. closed: up to the first fault too, and a property
 * that no schema names is one.
 */
type ErrorMode = 'plain' | 'brief' | 'closed';

export interface ValidationMode {
  readonly direction: Direction;
  readonly errors: ErrorMode;
}

type MutableSchema = Record<string, unknown>;

/** Keywords whose value is a schema that describes a part of the instance. */
const CHILD_APPLICATORS = [
  'items',
  'additionalProperties',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
  'propertyNames',
];
const CHILD_APPLICATOR_LISTS = ['prefixItems'];
const CHILD_APPLICATOR_MAPS = ['properties', 'patternProperties'];
/** Keywords whose value is a schema that describes the same instance. */
const IN_PLACE_APPLICATORS = ['not', 'if', 'then', 'else'];
const IN_PLACE_APPLICATOR_LISTS = ['allOf', 'anyOf', 'oneOf'];
const IN_PLACE_APPLICATOR_MAPS = ['dependentSchemas'];
/** Of the downward ones, those where an object of its own begins and nothing else describes it. */
const CLOSABLE_APPLICATORS = new Set([
  'items',
  'additionalProperties',
  'prefixItems',
  'properties',
  'patternProperties',
]);

/** The keywords whose schemas describe the same instance. */
const IN_PLACE_KEYWORDS = new Set([
  ...IN_PLACE_APPLICATORS,
  ...IN_PLACE_APPLICATOR_LISTS,
  ...IN_PLACE_APPLICATOR_MAPS,
]);
const NO_PROPERTIES: ReadonlySet<string> = new Set();

interface PendingSchema {
  readonly uri: string;
  readonly schema: unknown;
  readonly isClosable: boolean;
  /** Properties that a schema around this one, of the same instance, marks as hidden in this direction. */
  readonly hiddenProperties: ReadonlySet<string>;
}

/** The schemas directly inside one schema object, and whether each is the outermost for its part of the instance. */
export function* subschemas(
  schema: JsonObject,
): Generator<{ schema: unknown; keyword: string; key?: string | number }> {
  for (const keyword of [...CHILD_APPLICATORS, ...IN_PLACE_APPLICATORS])
    if (keyword in schema) yield { schema: schema[keyword], keyword };
  for (const keyword of [...CHILD_APPLICATOR_LISTS, ...IN_PLACE_APPLICATOR_LISTS]) {
    const list = schema[keyword];
    if (Array.isArray(list)) for (const [key, item] of list.entries()) yield { schema: item, keyword, key };
  }
  for (const keyword of [...CHILD_APPLICATOR_MAPS, ...IN_PLACE_APPLICATOR_MAPS]) {
    const map = schema[keyword];
    if (isObject(map)) for (const key of Object.keys(map)) yield { schema: map[key], keyword, key };
  }
}

export interface EditableSchemas {
  /** The part of a document's copy that a reference names. */
  find(uri: string, pointer: string): unknown;
  /** The reference to a part, as the copies are told apart. */
  toReference(part: Omit<DocumentNode, 'value'>): string;
  /** Where a reference leads that stands in a schema of the copies. */
  resolveReference(
    uri: string,
    schema: object,
    ref: string,
    keyword: '$ref' | '$dynamicRef',
  ): Omit<DocumentNode, 'value'>;
}

/**
 * Edits the schema at a place of the copies, and every schema it reaches, for one reading. Schemas already in `done` are
 * left alone, so that the work is done once however many operations share them.
 */
export function translateSchema(
  schemas: EditableSchemas,
  start: { readonly uri: string; readonly pointer: string },
  version: '3.0' | '3.1',
  mode: ValidationMode,
  done: Set<object>,
): void {
  const pending: PendingSchema[] = [
    {
      uri: start.uri,
      schema: schemas.find(start.uri, start.pointer),
      isClosable: true,
      hiddenProperties: NO_PROPERTIES,
    },
  ];
  const closable: PendingSchema[] = [];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    if (!isObject(current.schema)) continue;
    if (current.isClosable) closable.push(current);
    if (done.has(current.schema)) continue;
    done.add(current.schema);
    const schema = current.schema as MutableSchema;
    if (version === '3.0') translateFrom30(schema);
    // No keyword of 3.1, but ajv would heed it.
    else delete schema.nullable;
    for (const keyword of ['$ref', '$dynamicRef'] as const) {
      const ref = schema[keyword];
      if (typeof ref !== 'string') continue;
      const { uri, pointer } = schemas.resolveReference(current.uri, schema, ref, keyword);
      const target = schemas.find(uri, pointer);
      // What leads nowhere is left for the compiler to complain of, but for the meta-schemas, which it knows.
      const absolute = target === undefined ? ref : schemas.toReference({ uri, pointer });
      delete schema[keyword];
      if (schema.$ref === undefined) schema.$ref = absolute;
      else schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), { $ref: absolute }];
      // What is referred to is shared with others, who may mark less as hidden.
      pending.push({ uri, schema: target, isClosable: false, hiddenProperties: NO_PROPERTIES });
    }
    const proto = isObject(schema.properties)
      ? Object.entries(schema.properties).find(([name]) => name === '__proto__')
      : undefined;
    // ajv passes over a property of this name on purpose, but for a pattern.
    if (proto !== undefined)
      schema.patternProperties = { ...(schema.patternProperties as object), '^__proto__$': proto[1] };
    const hidden = new Set(current.hiddenProperties);
    collectHiddenProperties(schema, current.uri, schemas, hidingKeyword(mode.direction), hidden);
    // A read-only property that is required is required in responses only, a write-only one in requests only.
    if (hidden.size > 0 && Array.isArray(schema.required)) {
      schema.required = schema.required.filter(name => !hidden.has(name));
    }
    for (const { schema: inner, keyword } of subschemas(schema)) {
      const same = IN_PLACE_KEYWORDS.has(keyword);
      pending.push({
        uri: current.uri,
        schema: inner,
        isClosable: CLOSABLE_APPLICATORS.has(keyword),
        hiddenProperties: same ? hidden : NO_PROPERTIES,
      });
    }
  }
  if (mode.errors === 'closed') for (const current of closable) forbidUndocumented(current, schemas);
}

/** OpenAPI 3.0's own keywords, as its specification defines them ("Schema Object"). */
function translateFrom30(schema: MutableSchema): void {
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
function collectHiddenProperties(
  schema: unknown,
  uri: string,
  schemas: EditableSchemas,
  directionKeyword: 'readOnly' | 'writeOnly',
  hidden: Set<string>,
  seen = new Set<unknown>(),
): void {
  if (!isObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const dereferenced = dereference(property, uri, schemas).schema;
    if ([property, dereferenced].some(each => isObject(each) && each[directionKeyword] === true))
      hidden.add(name);
  }
  if (typeof schema.$ref === 'string') {
    const target = resolveReference(uri, schema.$ref);
    collectHiddenProperties(
      schemas.find(target.uri, target.pointer),
      target.uri,
      schemas,
      directionKeyword,
      hidden,
      seen,
    );
  }
  for (const inner of Array.isArray(schema.allOf) ? schema.allOf : [])
    collectHiddenProperties(inner, uri, schemas, directionKeyword, hidden, seen);
}

function forbidUndocumented(current: PendingSchema, schemas: EditableSchemas): void {
  const schema = current.schema as MutableSchema;
  if ('unevaluatedProperties' in schema || 'additionalProperties' in schema) return;
  // An object schema that names no property at all is a free-form bag, not a closed empty object.
  if (namesProperties(schema, current.uri, schemas, new Set())) schema.unevaluatedProperties = false;
}

function namesProperties(
  schema: unknown,
  uri: string,
  schemas: EditableSchemas,
  seen: Set<unknown>,
): boolean {
  if (!isObject(schema) || seen.has(schema)) return false;
  seen.add(schema);
  if (isObject(schema.properties) && Object.keys(schema.properties).length > 0) return true;
  if (typeof schema.$ref === 'string') {
    const target = resolveReference(uri, schema.$ref);
    if (namesProperties(schemas.find(target.uri, target.pointer), target.uri, schemas, seen)) return true;
  }
  for (const keyword of IN_PLACE_APPLICATOR_LISTS) {
    const list = schema[keyword];
    if (Array.isArray(list) && list.some(item => namesProperties(item, uri, schemas, seen))) return true;
  }
  return ['then', 'else'].some(keyword => namesProperties(schema[keyword], uri, schemas, seen));
}

function dereference(
  schema: unknown,
  uri: string,
  schemas: EditableSchemas,
): { schema: unknown; uri: string } {
  let at = { schema, uri };
  for (let hops = 0; hops < 100 && isObject(at.schema) && typeof at.schema.$ref === 'string'; hops++) {
    const target = resolveReference(at.uri, at.schema.$ref);
    at = { schema: schemas.find(target.uri, target.pointer), uri: target.uri };
  }
  return at;
}

/** The dialect a document's schemas are written in, when it is one that can be judged. */
export function unsupportedDialect(documents: DocumentSet, uri: string): string | undefined {
  const { value } = documents.root(uri);
  const named = isObject(value) ? value.jsonSchemaDialect : undefined;
  if (typeof named !== 'string') return undefined;
  const known =
    /^https:\/\/(spec\.openapis\.org\/oas\/3\.1\/dialect\/.+|json-schema\.org\/draft\/2020-12\/schema#?)$/;
  return known.test(named) ? undefined : named;
}
