// Converts body and form parameters of Swagger 2.0 to request bodies.
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { type Conversion, membersOf, type ObjectNode } from './conversion.ts';
import { convertType, PARAMETER_KEYS } from './parameters.ts';
import { convertSchema } from './schemas.ts';

const BODY_KEYS = new Set(['name', 'in', 'description', 'required', 'schema']);
const KEPT = new Set(['description', 'required']);
const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/**
 * The request body of an operation.
 * @param parameters its parameters in "body" and "formData"
 * @param consumes media types; empty: the document names none
 * @param holder the URL of the file that has the operation
 */
export function convertBody(
  conversion: Conversion,
  parameters: readonly ObjectNode[],
  consumes: readonly string[],
  holder: ObjectNode,
): unknown {
  const body = parameters.find(({ value }) => value.in === 'body');
  const fields = parameters.filter(({ value }) => value.in === 'formData');
  if (body !== undefined && fields.length > 0)
    conversion.report(
      'spec-operation',
      body,
      'an operation cannot have a body and form fields: the form fields are ignored',
    );
  if (body !== undefined) return convertBodyParameter(conversion, body, consumes, holder);
  return fields.length === 0 ? undefined : convertForm(conversion, fields, consumes);
}

function convertBodyParameter(
  conversion: Conversion,
  body: ObjectNode,
  consumes: readonly string[],
  holder: ObjectNode,
): unknown {
  conversion.checkKeys(body, BODY_KEYS, 'body parameters');
  const schema = conversion.child(body, 'schema');
  if (schema === undefined) conversion.report('spec-parameter', body, 'the body parameter has no "schema"');
  // A body that is not written in the operation is shared by several.
  const isOwn = body.uri === holder.uri && body.pointer.startsWith(`${holder.pointer}/`);
  const converted =
    schema &&
    (isOwn || !isObject(schema.value)
      ? convertSchema(conversion, schema)
      : conversion.schemaElsewhere(schema, holder.uri));
  const examples = isObject(body.value['x-examples']) ? body.value['x-examples'] : {};
  const types = consumes.length > 0 ? consumes : ['application/json'];
  const content = types.map(type => [
    type,
    conversion.from(body, {
      ...(converted !== undefined && { schema: converted }),
      ...exampleOf(examples, body.value, type),
    }),
  ]);
  return conversion.from(body, {
    ...membersOf(body.value, KEPT),
    content: conversion.from(body, Object.fromEntries(content)),
  });
}

function exampleOf(examples: JsonObject, body: JsonObject, type: string): { readonly example?: unknown } {
  if (examples[type] !== undefined) return { example: examples[type] };
  return body['x-example'] === undefined ? {} : { example: body['x-example'] };
}

function convertForm(
  conversion: Conversion,
  fields: readonly ObjectNode[],
  consumes: readonly string[],
): unknown {
  const [first] = fields as readonly [ObjectNode, ...ObjectNode[]];
  const properties: Record<string, unknown> = {};
  const encoding: Record<string, unknown> = {};
  const required: string[] = [];
  for (const field of fields) {
    const name = textOfValue(field.value.name);
    conversion.checkKeys(field, PARAMETER_KEYS, 'form fields');
    const { schema, style } = convertType(conversion, field, 'formData');
    const { description } = field.value;
    properties[name] =
      description === undefined || !isObject(schema)
        ? schema
        : conversion.from(field, { ...schema, description });
    if (style.style !== undefined) encoding[name] = conversion.from(field, { ...style });
    if (field.value.required === true) required.push(name);
  }
  const hasFile = fields.find(({ value }) => value.type === 'file');
  const forms = consumes.filter(type => /^(application\/x-www-form-urlencoded|multipart\/)/i.test(type));
  const allowed = hasFile === undefined ? forms : forms.filter(type => /^multipart\//i.test(type));
  if (hasFile !== undefined && consumes.length > 0 && allowed.length === 0)
    conversion.report(
      'spec-operation',
      hasFile,
      `a file is sent in ${MULTIPART}, which "consumes" does not name`,
    );
  const types = allowed.length > 0 ? allowed : [hasFile === undefined ? URLENCODED : MULTIPART];
  const schema = conversion.from(first, {
    type: 'object',
    properties: conversion.from(first, properties),
    ...(required.length > 0 && { required: conversion.from(first, required) }),
  });
  const content = types.map(type => [
    type,
    conversion.from(first, {
      schema,
      ...(Object.keys(encoding).length > 0 && { encoding: conversion.from(first, encoding) }),
    }),
  ]);
  return conversion.from(first, {
    required: required.length > 0,
    content: conversion.from(first, Object.fromEntries(content)),
  });
}
