// A schema with all schemas that it refers to as one value, as the sampler of Prism reads it.

import { type DocumentNode, type DocumentSet, followReferences } from '../../document/documents.ts';
import { resolveReference } from '../../document/references.ts';
import { isObject } from '../../exchange/json.ts';

export interface SampledSchema {
  readonly schema: unknown;
  /** The root of its references, "#/0". */
  readonly targets: readonly unknown[];
}

/** Copies schemas, so that their references lead into `targets`, and "example" of OpenAPI is one of "examples". */
export function toSampledSchema(documents: DocumentSet, node: DocumentNode): SampledSchema {
  // A reference in the place of the schema is no level of a recursion.
  const { uri, value } = followReferences(documents, node) ?? node;
  const targets: unknown[] = [];
  const indexes = new Map<string, number>();
  const refer = (base: string, reference: string): unknown => {
    const target = resolveReference(base, reference);
    const key = `${target.uri}#${target.pointer}`;
    let index = indexes.get(key);
    if (index === undefined) {
      index = targets.push(undefined) - 1;
      indexes.set(key, index);
      const node = documents.has(target.uri) ? documents.nodeAt(target.uri, target.pointer) : undefined;
      targets[index] = node?.value === undefined ? {} : copy(target.uri, node.value);
    }
    return { $ref: `#/${index}` };
  };
  const copy = (base: string, schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(each => copy(base, each));
    if (!isObject(schema)) return schema;
    if (typeof schema.$ref === 'string') return refer(base, schema.$ref);
    const copied: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(schema)) {
      if (name === 'example') copied.examples ??= [inner];
      else if (MAPS.has(name) && isObject(inner))
        copied[name] = Object.fromEntries(
          Object.entries(inner).map(([key, each]) => [key, copy(base, each)]),
        );
      else copied[name] = VALUES.has(name) ? inner : copy(base, inner);
    }
    return withNumericBounds(copied);
  };
  return { schema: copy(uri, value), targets };
}

/** Keywords whose values are no schemas. */
const VALUES = new Set(['default', 'const', 'enum', 'examples', 'required']);

/** Keywords whose members are schemas. */
const MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']);

/** OpenAPI 3.0 has exclusive bounds as booleans beside the bounds. */
function withNumericBounds(schema: Record<string, unknown>): Record<string, unknown> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, ...others } = schema;
  const bound = (inclusive: unknown, exclusive: unknown, name: string, exclusiveName: string): object => {
    if (exclusive === true) return { [exclusiveName]: inclusive };
    return {
      ...(inclusive !== undefined && { [name]: inclusive }),
      ...(typeof exclusive === 'number' && { [exclusiveName]: exclusive }),
    };
  };
  return {
    ...others,
    ...bound(minimum, exclusiveMinimum, 'minimum', 'exclusiveMinimum'),
    ...bound(maximum, exclusiveMaximum, 'maximum', 'exclusiveMaximum'),
  };
}
