// The names of the members of an object: those that its schemas declare, and further ones for maps.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { isObject } from '../../exchange/json.ts';
import { perObject } from '../../exchange/per-object.ts';
import { propertySchemas, type SchemaReader } from '../../schema/annotations.ts';
import type { CombinedSchema } from './combine-schemas.ts';
import type { ContainerContext, Place } from './draft-context.ts';
import { generateString } from './generate-string.ts';

const declaredIn = perObject((combined: CombinedSchema) => new Set(namesIn(combined).declared));

export const namesIn = perObject(({ keywords }: CombinedSchema) => ({
  required: keywords.flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : [])),
  declared: keywords.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : [])),
}));

const memberCache = perObject((_: CombinedSchema) => new Map<string, readonly DocumentNode[]>());

/** The schemas of the member of that name. */
export function memberSchemas(
  reader: SchemaReader,
  combined: CombinedSchema,
  name: string,
): readonly DocumentNode[] {
  // Any name may be asked for, but only those that are declared are asked for again.
  if (!declaredIn(combined).has(name))
    return combined.nodes.flatMap(node => propertySchemas(reader, node, name, true));
  const known = memberCache(combined);
  let schemas = known.get(name);
  if (schemas === undefined) {
    schemas = combined.nodes.flatMap(node => propertySchemas(reader, node, name, true));
    known.set(name, schemas);
  }
  return schemas;
}

/** How many members a map has, if it has no named ones: one for each pattern, or two. */
export function usualExtras({ keywords }: CombinedSchema, declared: number): number {
  const patterns = keywords.flatMap(({ patternProperties }) =>
    isObject(patternProperties) ? Object.keys(patternProperties) : [],
  );
  if (patterns.length > 0) return patterns.length;
  const isMap = keywords.some(
    ({ additionalProperties, unevaluatedProperties }) =>
      isObject(additionalProperties) || isObject(unevaluatedProperties),
  );
  return isMap && declared === 0 ? 2 : 0;
}

/** Names for members that are not declared. */
export function* extraNames(
  { context, random, place, attempt }: ContainerContext,
  combined: CombinedSchema,
): Generator<string> {
  const { nodes, keywords } = combined;
  const patterns = keywords.flatMap(({ patternProperties }) =>
    isObject(patternProperties) ? Object.keys(patternProperties) : [],
  );
  const names = nodes.flatMap(node => childNode(node, 'propertyNames') ?? []);
  for (let index = 0; ; index++) {
    if (names.length > 0) {
      const at = `${place.at}/?name${index}`;
      // Without this every name would be the first example, or the first of an enum.
      context.attempts.set(at, index);
      const inner: Place = {
        ...place,
        at,
        depth: place.depth + 1,
        hint: undefined,
      };
      const { value } = context.generateValue(names, inner);
      if (typeof value === 'string') yield value;
    }
    for (const pattern of patterns) {
      // Of two names the second has more characters, for patterns whose shortest match is always the same.
      const minLength = index === 0 ? 0 : 3 + (index % 8);
      yield generateString(context, [{ pattern, minLength }], random, attempt);
    }
    yield `property${index + 1}`;
  }
}

export function isAllowedName(
  { context }: ContainerContext,
  combined: CombinedSchema,
  name: string,
): boolean {
  if (memberSchemas(context.reader, combined, name).some(({ value }) => value === false)) return false;
  return combined.nodes.every(node => {
    const names = childNode(node, 'propertyNames');
    return names === undefined || context.reader.isValid(names, name);
  });
}
