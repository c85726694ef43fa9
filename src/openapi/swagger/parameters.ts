// Converts parameters and headers of Swagger 2.0, other than bodies and form fields: keywords of their types become schemas.
import type { DocumentNode } from '../../document/documents.ts';
import { isObject, ownMember, textOfValue } from '../../exchange/json.ts';
import { type Conversion, isObjectNode, membersOf, type ObjectNode } from './conversion.ts';
import { convertSchema } from './schemas.ts';

const TYPE_KEYS =
  'type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems enum multipleOf'.split(
    ' ',
  );
const ITEMS_KEYS = new Set([...TYPE_KEYS, 'collectionFormat']);
export const PARAMETER_KEYS: ReadonlySet<string> = new Set([
  ...ITEMS_KEYS,
  ...['name', 'in', 'description', 'required', 'allowEmptyValue'],
]);
const HEADER_KEYS = new Set([...ITEMS_KEYS, 'description']);
const KEPT = new Set(['name', 'in', 'description', 'required', 'allowEmptyValue']);

/** A parameter in a path, a query or a header. */
export function convertParameter(conversion: Conversion, node: ObjectNode): Record<string, unknown> {
  const { value } = node;
  const isSchemaUsed = value.type === undefined && value.schema !== undefined;
  if (isSchemaUsed)
    conversion.report(
      'spec-unknown-key',
      node,
      'Swagger 2.0 has no "schema" here; it is read as in OpenAPI 3.0',
      'schema',
    );
  conversion.checkKeys(
    node,
    isSchemaUsed ? new Set([...PARAMETER_KEYS, 'schema']) : PARAMETER_KEYS,
    'parameters',
  );
  const { schema, style } = convertType(conversion, node, textOfValue(value.in));
  const examples = isObject(value['x-examples'])
    ? Object.entries(value['x-examples']).map(([name, example]) => [name, { value: example }])
    : [];
  return conversion.from(node, {
    ...membersOf(value, KEPT),
    ...style,
    ...(value['x-example'] !== undefined && { example: value['x-example'] }),
    ...(examples.length > 0 && { examples: Object.fromEntries(examples) }),
    schema,
  });
}

export function convertHeader(conversion: Conversion, node: DocumentNode): unknown {
  if (!isObjectNode(node)) return node.value;
  conversion.checkKeys(node, HEADER_KEYS, 'headers');
  const { schema, style } = convertType(conversion, node, 'header');
  return conversion.from(node, { ...membersOf(node.value, KEPT), ...style, schema });
}

interface ConvertedType {
  readonly schema: unknown;
  readonly style: { readonly style?: string; readonly explode?: boolean };
}

/** The schema of a parameter, a header or a form field, and the style of a list. */
export function convertType(conversion: Conversion, node: ObjectNode, location: string): ConvertedType {
  const { value } = node;
  const declared = conversion.child(node, 'schema');
  if (value.type === undefined && declared !== undefined)
    return { schema: convertSchema(conversion, declared), style: {} };
  const schema = typeSchema(conversion, node);
  if (value.type === undefined)
    conversion.report('spec-parameter', node, `the ${location} parameter or header has no "type"`);
  if (value.type !== 'array') return { schema, style: {} };
  const format = textOfValue(value.collectionFormat ?? 'csv');
  const styles = location === 'query' || location === 'formData' ? QUERY_STYLES : SIMPLE_STYLES;
  const style = ownMember(styles, format);
  if (style !== undefined) return { schema, style };
  if (format !== 'multi' && COLLECTION_FORMATS.has(format)) {
    const message = `collectionFormat "${format}" is not supported in ${location}: the value is read as one text`;
    conversion.report('spec-unsupported', node, message, 'collectionFormat');
  } else {
    const message = `collectionFormat "${format}" is not allowed in ${location}: the value is read as one text`;
    conversion.report('spec-parameter', node, message, 'collectionFormat');
  }
  return { schema: conversion.from(node, { type: 'string' }), style: {} };
}

/** Those of Swagger 2.0. "multi" is only for queries and forms. */
const COLLECTION_FORMATS = new Set(['csv', 'ssv', 'tsv', 'pipes', 'multi']);

const QUERY_STYLES: Readonly<Record<string, ConvertedType['style']>> = {
  csv: { style: 'form', explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
};
const SIMPLE_STYLES: Readonly<Record<string, ConvertedType['style']>> = { csv: {} };

function typeSchema(conversion: Conversion, node: ObjectNode): Record<string, unknown> {
  const schema: Record<string, unknown> = {};
  for (const key of TYPE_KEYS) if (Object.hasOwn(node.value, key)) schema[key] = node.value[key];
  if (schema.type === 'file') Object.assign(schema, { type: 'string', format: 'binary' });
  if (node.value['x-nullable'] === true) schema.nullable = true;
  const items = conversion.child(node, 'items');
  if (isObjectNode(items)) {
    if (items.value.$ref !== undefined) schema.items = convertSchema(conversion, items);
    else if (items.value.type === 'array') {
      const message = 'lists of lists are not supported in parameters: each inner list is read as one text';
      conversion.report('spec-parameter', items, message);
      schema.items = conversion.from(items, { type: 'string' });
    } else {
      conversion.checkKeys(items, ITEMS_KEYS, 'items of parameters');
      schema.items = typeSchema(conversion, items);
    }
  }
  return conversion.from(node, schema);
}
