// A schema with the schemas that it refers to as one value, as the sampler of Prism reads it.

import type { DocumentNode } from '../../document/documents.ts';
import { resolveReference } from '../../document/references.ts';
import { isObject } from '../../exchange/json.ts';
import type { ApiSpec } from '../../openapi/model.ts';

export interface SampledSchema {
  readonly schema: unknown;
  /** The root of its references, "#/0". */
  readonly targets: readonly unknown[];
}

/** Copies in one sample. The sampler gives up earlier. */
const MAX_COPIES = 5000;

/**
 * Copies a schema with the schemas that it refers to in the place of the references, each anew, because the sampler stops at an
 * object that it is in. A reference into a schema that is being copied remains one, and leads into `targets`. "example" of
 * OpenAPI is one of "examples".
 */
export function toSampledSchema({ documents, version }: ApiSpec, node: DocumentNode): SampledSchema {
  const indexes = new Map<string, number>();
  const referred: DocumentNode[] = [];
  /** Keys of the schemas that are being copied. */
  const open = new Set<string>();
  let copies = 0;
  const inline = ({ uri, pointer, value }: DocumentNode): unknown => {
    const key = `${uri}#${pointer}`;
    open.add(key);
    const copied = copy(uri, value);
    open.delete(key);
    return copied;
  };
  const refer = (base: string, reference: string): unknown => {
    const { uri, pointer } = resolveReference(base, reference);
    const target = documents.has(uri) ? documents.nodeAt(uri, pointer) : undefined;
    if (target?.value === undefined) return {};
    const key = `${uri}#${pointer}`;
    if (!open.has(key) && ++copies < MAX_COPIES) return inline(target);
    const index = indexes.get(key) ?? referred.push(target) - 1;
    indexes.set(key, index);
    return { $ref: `#/${index}` };
  };
  const copy = (base: string, schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(each => copy(base, each));
    if (!isObject(schema)) return schema;
    if (typeof schema.$ref === 'string') {
      const { $ref, ...siblings } = schema;
      const target = refer(base, $ref as string);
      const isAlone = version === '3.0' || Object.keys(siblings).every(name => ANNOTATIONS.has(name));
      return isAlone ? target : { allOf: [target, copy(base, siblings)] };
    }
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
  const schema = inline(node);
  const targets: unknown[] = [];
  // Targets may refer to more targets.
  for (let index = 0; index < referred.length; index++) targets.push(inline(referred[index] as DocumentNode));
  return { schema, targets };
}

/** Keywords beside a reference that do not change a sample. */
const ANNOTATIONS = new Set(['title', 'description', 'summary', 'deprecated', '$comment']);

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
