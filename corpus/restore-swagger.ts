// Writes documents of the corpus that were published as Swagger 2.0, and stored as OpenAPI 3.0, as Swagger 2.0 again.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isObject, type Json, type JsonObject } from './json.ts';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)/;

/** Whether the document says that it was published as Swagger 2.0. */
export function wasSwagger(document: JsonObject): boolean {
  const origin = isObject(document.info) ? document.info['x-origin'] : undefined;
  return Array.isArray(origin) && origin.some(each => isObject(each) && each.format === 'swagger');
}

/** Writes the document to a file in the folder. @returns the file */
export function writeSwagger(folder: string, file: string, document: JsonObject): string {
  const target = path.join(folder, file.replaceAll('/', '_'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(target, JSON.stringify(toSwagger(document), undefined, 1));
  return target;
}

function toSwagger(document: JsonObject): JsonObject {
  const components = objectAt(document, 'components');
  const [server] = Array.isArray(document.servers) ? document.servers : [];
  const url = URL.parse(isObject(server) ? String(server.url) : '', 'https://api.example');
  const paths = mapOf(document, 'paths', item => pathItem(item, document));
  return {
    swagger: '2.0',
    info: document.info,
    host: url?.host ?? 'api.example',
    basePath: decodeURI(url?.pathname ?? '/'),
    schemes: ['https'],
    paths,
    definitions: schemaValue(objectAt(components, 'schemas')),
    responses: mapOf(components, 'responses', each => response(each)),
    parameters: mapOf(components, 'parameters', each => (isObject(each) ? parameter(each) : each)),
  };
}

function pathItem(item: Json | undefined, document: JsonObject): Json | undefined {
  if (!isObject(item)) return item;
  const members = Object.entries(item).flatMap(([key, value]): [string, Json | undefined][] => {
    if (METHODS.has(key) && isObject(value)) return [[key, operation(value, document)]];
    return key === 'parameters' ? [[key, parameters(value)]] : [];
  });
  return Object.fromEntries(members);
}

function operation(value: JsonObject, document: JsonObject): JsonObject {
  const {
    requestBody,
    responses,
    servers: _,
    callbacks: __,
    security: ___,
    parameters: list,
    ...others
  } = value;
  const body =
    isObject(requestBody) && typeof requestBody.$ref === 'string'
      ? atPointer(document, requestBody.$ref)
      : requestBody;
  const content = isObject(body) && isObject(body.content) ? body.content : {};
  const types = Object.keys(content);
  const statuses = mapOf(value, 'responses', response);
  const produced = Object.values(objectAt(value, 'responses')).flatMap(each => {
    const target = isObject(each) && typeof each.$ref === 'string' ? atPointer(document, each.$ref) : each;
    return Object.keys(objectAt(target, 'content'));
  });
  return {
    ...others,
    ...(types.length > 0 && { consumes: types }),
    ...(produced.length > 0 && { produces: [...new Set(produced)] }),
    parameters: [
      ...((parameters(list) as Json[] | undefined) ?? []),
      ...bodyParameters(body, content, types),
    ],
    ...(responses !== undefined && { responses: statuses }),
  };
}

function bodyParameters(body: Json | undefined, content: JsonObject, types: readonly string[]): Json[] {
  const [first = ''] = types;
  const media = content[first];
  if (!isObject(media)) return [];
  const required = isObject(body) && body.required === true;
  const schema = isObject(media.schema) ? media.schema : {};
  if (!FORM.test(first) || !isObject(schema.properties))
    return [{ name: 'body', in: 'body', required, schema: schemaValue(schema) as Json }];
  const names: readonly Json[] = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: 'formData',
    required: names.includes(name),
    ...typeOf(property),
  }));
}

function parameters(list: Json | undefined): Json | undefined {
  return Array.isArray(list) ? list.map(each => (isObject(each) ? parameter(each) : each)) : undefined;
}

function parameter(value: JsonObject): JsonObject {
  if (typeof value.$ref === 'string') return reference(value.$ref);
  const { schema, style, explode, content: _, example: __, examples: ___, ...others } = value;
  const isMulti =
    value.in === 'query' && style !== 'pipeDelimited' && style !== 'spaceDelimited' && explode !== false;
  const format =
    style === 'pipeDelimited' ? 'pipes' : style === 'spaceDelimited' ? 'ssv' : isMulti ? 'multi' : 'csv';
  const type = typeOf(schema);
  return { ...others, ...type, ...(type.type === 'array' && { collectionFormat: format }) };
}

function typeOf(schema: Json | undefined): JsonObject {
  if (!isObject(schema) || typeof schema.type !== 'string' || schema.type === 'object')
    return { type: 'string' };
  if (schema.format === 'binary') return { type: 'file' };
  const keys = [
    'type',
    'format',
    'enum',
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
    'pattern',
    'default',
  ];
  const kept = Object.fromEntries(
    keys.flatMap(key => (schema[key] === undefined ? [] : [[key, schema[key]]])),
  );
  return schema.type === 'array' ? { type: 'array', items: typeOf(schema.items) } : kept;
}

function response(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  if (typeof value.$ref === 'string') return reference(value.$ref);
  const media = Object.values(objectAt(value, 'content')).find(isObject);
  const headers = mapOf(value, 'headers', each => typeOf(isObject(each) ? each.schema : undefined));
  return {
    description: value.description ?? '',
    ...(media?.schema !== undefined && { schema: schemaValue(media.schema) }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

/** References lead to definitions, and what is nullable is so by an extension. */
function schemaValue(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map(each => schemaValue(each) as Json);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, each]) => {
    if (key === '$ref' && typeof each === 'string') return [key, reference(each).$ref] as const;
    if (key === 'nullable' && each === true) return ['x-nullable', true] as const;
    if (key === 'discriminator' && isObject(each)) return [key, each.propertyName] as const;
    return [key, schemaValue(each)] as const;
  });
  return Object.fromEntries(members);
}

function reference(ref: string): JsonObject {
  return { $ref: ref.replace('#/components/schemas/', '#/definitions/').replace('#/components/', '#/') };
}

function objectAt(value: Json | undefined, key: string): JsonObject {
  const member = isObject(value) ? value[key] : undefined;
  return isObject(member) ? member : {};
}

function mapOf(
  value: JsonObject,
  key: string,
  convert: (each: Json | undefined) => Json | undefined,
): JsonObject {
  return Object.fromEntries(
    Object.entries(objectAt(value, key)).map(([name, each]) => [name, convert(each)]),
  );
}

function atPointer(document: JsonObject, ref: string): Json | undefined {
  let at: Json | undefined = document;
  for (const step of ref.slice(2).split('/'))
    at = isObject(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  return at;
}
