// Finds all schema objects that a generated value has to satisfy, and decides which branch of each choice it takes.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { type SchemaReader, subschemaList } from '../../schema/annotations.ts';
import {
  discriminatorOf,
  discriminatorValue,
  isSameSchema,
  referredSchema,
  subtypesOf,
} from './discriminators.ts';

/** The schema objects for one value. All of them apply. */
export interface CombinedSchema {
  readonly nodes: readonly DocumentNode[];
  readonly keywords: readonly JsonObject[];
  /** The properties that name the schema, and the name; undefined: an optional property is left off. */
  readonly discriminators: ReadonlyMap<string, string | undefined>;
  /** True: one of the schemas is `false`. */
  readonly isNever: boolean;
  /** The types that all of the schemas allow; undefined: any. */
  readonly types: readonly string[] | undefined;
}

/** Returns the index of the branch to take. */
export type ChooseBranch = (branches: readonly (readonly DocumentNode[])[]) => number;

/** The combinations of schemas without a choice, by the schema object. */
const combinedBy = perObject((_: SchemaReader) => new WeakMap<object, CombinedSchema>());

export function combineSchemas(
  api: ApiSpec,
  reader: SchemaReader,
  schemas: readonly DocumentNode[],
  choose: ChooseBranch,
): CombinedSchema {
  const only = schemas.length === 1 ? schemas[0]?.value : undefined;
  if (!isObject(only)) return combine(api, reader, schemas, choose);
  const cache = combinedBy(reader);
  let combined = cache.get(only);
  if (combined === undefined) {
    let isChosen = false;
    combined = combine(api, reader, schemas, branches => {
      isChosen ||= branches.length > 1;
      return choose(branches);
    });
    if (!isChosen) cache.set(only, combined);
  }
  return combined;
}

function combine(
  api: ApiSpec,
  reader: SchemaReader,
  schemas: readonly DocumentNode[],
  choose: ChooseBranch,
): CombinedSchema {
  const found = new Map<object, DocumentNode>();
  const discriminators = new Map<string, string | undefined>();
  let isNever = false;
  /** `named`: the schema by whose name this one was reached through allOf, if that is not its own. */
  const pending: { node: DocumentNode; named: DocumentNode | undefined }[] = [];
  const push = (nodes: readonly DocumentNode[], named: DocumentNode | undefined): void => {
    for (const node of nodes.toReversed()) pending.push({ node, named });
  };
  push(schemas, undefined);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, named } = next;
    if (node.value === false) isNever = true;
    if (!isObject(node.value) || found.has(node.value)) continue;
    const schema = node.value;
    found.set(schema, node);
    const discriminator = discriminatorOf(api, reader, node);
    const alternatives = ['oneOf', 'anyOf'].map(keyword => subschemaList(node, keyword));
    const taken = alternatives.flatMap(branches => {
      const branch = branches.length === 0 ? undefined : branches[choose(branches.map(each => [each]))];
      return branch ?? [];
    });
    if (discriminator !== undefined) {
      const { propertyName, mapping, otherwise } = discriminator;
      let target: DocumentNode | undefined;
      if (taken.length > 0) {
        target = taken.map(branch => referredSchema(reader, branch)).find(each => each !== undefined);
      } else if (named !== undefined && !isSameSchema(api, named, node)) {
        target = named;
      } else {
        const mapped = mapping.length > 0 ? mapping.map(([, child]) => child) : subtypesOf(api, reader, node);
        const isMore = otherwise !== undefined && !mapped.some(each => isSameSchema(api, each, otherwise));
        const targets = isMore ? [...mapped, otherwise] : mapped;
        target = targets.length === 0 ? node : targets[choose(targets.map(each => [each]))];
        if (target !== undefined) push([target], target);
      }
      if (target !== undefined && !discriminators.has(propertyName))
        discriminators.set(propertyName, discriminatorValue(api, discriminator, target));
    }
    push(conditionalSchemas(node, choose), undefined);
    for (const branch of taken.toReversed()) push([branch], undefined);
    push(subschemaList(node, 'allOf'), named);
    const target = typeof schema.$ref === 'string' ? reader.resolve(node, schema.$ref) : undefined;
    if (target !== undefined) push([target], isAlias(named) ? target : named);
  }
  const nodes = [...found.values()];
  const keywords = nodes.map(({ value }) => value as JsonObject);
  return { nodes, keywords, discriminators, isNever, types: allowedTypes(keywords) };
}

/** A schema that only refers to another one is not what a discriminator names. */
function isAlias(schema: DocumentNode | undefined): boolean {
  if (schema === undefined || !isObject(schema.value)) return true;
  const { $ref, allOf, properties } = schema.value;
  return (
    properties === undefined && (typeof $ref === 'string' || (Array.isArray(allOf) && allOf.length === 1))
  );
}

/** The schemas of the chosen branch: `if` and `then`, or `else`. A value for `else` may satisfy `if`, and is then invalid. */
function conditionalSchemas(node: DocumentNode, choose: ChooseBranch): readonly DocumentNode[] {
  const condition = childNode(node, 'if');
  if (condition === undefined) return [];
  const consequence = childNode(node, 'then');
  const alternative = childNode(node, 'else');
  const met = consequence === undefined ? [condition] : [condition, consequence];
  const branches = alternative === undefined ? [met, []] : [met, [alternative]];
  return branches[choose(branches)] ?? [];
}

/** The types that all of the schemas allow, by JSON Schema; undefined: any. */
export function allowedTypes(keywords: readonly JsonObject[]): readonly string[] | undefined {
  let allowed: readonly string[] | undefined;
  for (const { type } of keywords) {
    if (type === undefined) continue;
    const types = [type].flat().map(String);
    if (allowed === undefined) {
      allowed = types;
      continue;
    }
    const isNumeric = (name: string): boolean => name === 'integer' || name === 'number';
    allowed = allowed.flatMap(one => {
      if (types.includes(one)) return [one];
      return isNumeric(one) && types.some(isNumeric) ? ['integer'] : [];
    });
  }
  return withoutExcluded(allowed ?? impliedTypes(keywords), keywords);
}

const TYPES = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'];

/** The types that no `not: { type }` excludes. */
function withoutExcluded(
  types: readonly string[] | undefined,
  keywords: readonly JsonObject[],
): readonly string[] | undefined {
  const excluded = keywords.flatMap(({ not }) =>
    isObject(not) && Object.keys(not).join() === 'type' ? [not.type].flat() : [],
  );
  return excluded.length === 0 ? types : (types ?? TYPES).filter(type => !excluded.includes(type));
}

const IMPLIED_TYPES: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  [
    'object',
    [
      ...['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties'],
      ...['maxProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'unevaluatedProperties'],
    ],
  ],
  ['array', ['items', 'prefixItems', 'contains', 'minItems', 'maxItems', 'uniqueItems', 'unevaluatedItems']],
  ['string', ['pattern', 'minLength', 'maxLength', 'format', 'contentEncoding', 'contentMediaType']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/** Without `type`, keywords for one type most likely mean that type. */
function impliedTypes(keywords: readonly JsonObject[]): readonly string[] | undefined {
  const implied = IMPLIED_TYPES.find(([, names]) =>
    keywords.some(schema => names.some(name => schema[name] !== undefined)),
  );
  return implied && [implied[0]];
}
