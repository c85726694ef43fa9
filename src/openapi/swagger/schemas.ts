// Converts schemas of Swagger 2.0. Schemas without anything to convert are shared.
import type { DocumentNode } from '../../document/documents.ts';
import { isObject } from '../../exchange/json.ts';
import { type Conversion, isObjectNode } from './conversion.ts';

const SCHEMA_KEYS = new Set(
  '$ref format title description default multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxProperties minProperties required enum type items allOf properties additionalProperties discriminator readOnly xml externalDocs example'.split(
    ' ',
  ),
);
const CHILD = new Set(['items', 'additionalProperties', 'not']);
const LIST = new Set(['allOf', 'anyOf', 'oneOf']);
const MAP = new Set(['properties', 'patternProperties']);

/** @returns the value of the node if there is nothing to convert */
export function convertSchema(conversion: Conversion, node: DocumentNode): unknown {
  if (!isObjectNode(node)) return node.value;
  const known = conversion.schemas.get(node.value);
  if (known !== undefined) return known;
  const { value } = node;
  const changes: Record<string, unknown> = {};
  if (typeof value.$ref === 'string') {
    const $ref = conversion.schemaReference(node, value.$ref, node.uri);
    if (value['x-nullable'] === true) {
      const { $ref: _, ...siblings } = value;
      const parts = conversion.from(node, [conversion.from(node, { $ref }), { enum: [null] }]);
      return keep({ ...siblings, anyOf: parts });
    }
    return keep($ref === value.$ref ? value : { ...value, $ref });
  }
  conversion.checkKeys(node, SCHEMA_KEYS, 'schemas', 'it is read as in OpenAPI 3.0');
  for (const key of Object.keys(value)) {
    const child = conversion.child(node, key) as DocumentNode;
    const converted = CHILD.has(key)
      ? convertSchema(conversion, child)
      : LIST.has(key) || MAP.has(key)
        ? convertSchemas(conversion, child)
        : child.value;
    if (converted !== child.value) changes[key] = converted;
  }
  if (typeof value.discriminator === 'string')
    changes.discriminator = conversion.from(conversion.child(node, 'discriminator') as DocumentNode, {
      propertyName: value.discriminator,
    });
  if (value.type === 'file') Object.assign(changes, { type: 'string', format: 'binary' });
  // The meta-schema of Swagger 2.0 allows the lists of types that JSON Schema draft 4 has.
  const types = Array.isArray(value.type) ? value.type.filter(type => type !== 'null') : undefined;
  const isNullable = value['x-nullable'] === true || types?.length === 1;
  if (types?.length === 1) [changes.type] = types;
  if (isNullable && (value['x-nullable'] === true || (value.type as unknown[]).length === 2)) {
    changes.nullable = true;
    if (Array.isArray(value.enum) && !value.enum.includes(null)) changes.enum = [...value.enum, null];
  }
  return keep(Object.keys(changes).length === 0 ? value : { ...value, ...changes });

  function keep(converted: object): object {
    if (converted !== node.value) conversion.from(node, converted);
    conversion.schemas.set(node.value as object, converted);
    return converted;
  }
}

/** A list of schemas, or a map from names to schemas. */
export function convertSchemas(conversion: Conversion, node: DocumentNode): unknown {
  if (typeof node.value !== 'object' || node.value === null) return node.value;
  // The map may be in another file.
  if (isObject(node.value) && typeof node.value.$ref === 'string') {
    const target = conversion.follow(node);
    if (target !== undefined)
      return target.uri === node.uri ? convertSchemas(conversion, target) : refer(target);
  }
  const entries = Object.keys(node.value).map(key => {
    const child = conversion.child(node, key) as DocumentNode;
    // The map of properties may have extensions.
    return [key, child.value, convertSchema(conversion, child)] as const;
  });
  if (entries.every(([, before, after]) => before === after)) return node.value;
  const values = entries.map(([key, , after]) => [key, after] as const);
  return conversion.from(
    node,
    Array.isArray(node.value) ? values.map(([, after]) => after) : Object.fromEntries(values),
  );

  function refer(target: DocumentNode): unknown {
    const names = Object.keys(target.value as object).map(name => [
      name,
      conversion.schemaElsewhere(conversion.child(target, name) as DocumentNode, node.uri),
    ]);
    return conversion.from(node, Object.fromEntries(names));
  }
}
