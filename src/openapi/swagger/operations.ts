// Converts path items, operations and responses of Swagger 2.0.
import type { DocumentNode } from '../../document/documents.ts';
import { isObject, textOfValue } from '../../exchange/json.ts';
import { convertBody } from './bodies.ts';
import { type Conversion, isObjectNode, membersOf, type ObjectNode } from './conversion.ts';
import { convertHeader, convertParameter } from './parameters.ts';
import { convertSchema } from './schemas.ts';
import { serversOf } from './servers.ts';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const PATH_ITEM_KEYS = new Set([...METHODS, '$ref', 'parameters']);
const OPERATION_KEYS = new Set(
  'tags summary description externalDocs operationId consumes produces parameters responses schemes deprecated security'.split(
    ' ',
  ),
);
const KEPT = new Set('tags summary description externalDocs operationId deprecated security'.split(' '));
const RESPONSE_KEYS = new Set(['description', 'schema', 'headers', 'examples']);

/** What the document says about all of its operations. */
export interface DocumentDefaults {
  readonly root: ObjectNode;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
}

export function convertPathItem(
  conversion: Conversion,
  node: DocumentNode,
  defaults: DocumentDefaults,
): unknown {
  if (!isObjectNode(node)) return node.value;
  if (typeof node.value.$ref === 'string') conversion.convertElsewhere(node, node.value.$ref, 'path item');
  conversion.checkKeys(
    node,
    new Set([...PATH_ITEM_KEYS, ...Object.keys(node.value).filter(key => METHODS.has(key.toLowerCase()))]),
    'path items',
  );
  const shared = readParameters(conversion, node);
  const item: Record<string, unknown> = membersOf(node.value, new Set(['$ref']));
  for (const key of Object.keys(node.value)) {
    const child = conversion.child(node, key) as DocumentNode;
    if (METHODS.has(key.toLowerCase()))
      item[key] = convertOperation(conversion, child, shared.inBody, defaults);
    else if (key === 'parameters') item.parameters = shared.list;
  }
  return conversion.from(node, item);
}

interface ReadParameters {
  /** The converted list. */
  readonly list: unknown;
  /** The parameters that become the request body. */
  readonly inBody: readonly ObjectNode[];
}

function readParameters(conversion: Conversion, holder: ObjectNode): ReadParameters {
  const declared = conversion.child(holder, 'parameters');
  if (declared === undefined || !Array.isArray(declared.value)) return { list: declared?.value, inBody: [] };
  const list: unknown[] = [];
  const inBody: ObjectNode[] = [];
  for (const key of declared.value.keys()) {
    const written = conversion.child(declared, key) as DocumentNode;
    const node = conversion.follow(written);
    // A reference without a target is reported where it is.
    if (!isObjectNode(node))
      list.push(isObject(written.value) ? conversion.from(written, { ...written.value }) : written.value);
    else if (node.value.in === 'body' || node.value.in === 'formData') inBody.push(node);
    else list.push(convertParameter(conversion, node));
  }
  return { list: conversion.from(declared, list), inBody };
}

export function convertOperation(
  conversion: Conversion,
  written: DocumentNode,
  shared: readonly ObjectNode[],
  defaults: DocumentDefaults,
): unknown {
  const node = conversion.follow(written);
  // A reference without a target is reported where it is.
  if (!isObjectNode(node)) return written.value;
  if (node.uri !== written.uri) {
    const { $ref } = written.value as { readonly $ref: string };
    conversion.convertElsewhere(written, $ref, 'operation');
    return written.value;
  }
  const { value } = node;
  conversion.checkKeys(node, OPERATION_KEYS, 'operations');
  const { list, inBody } = readParameters(conversion, node);
  const consumes = mediaTypes(conversion, node, 'consumes') ?? defaults.consumes;
  const produces = mediaTypes(conversion, node, 'produces') ?? defaults.produces;
  const bodies = inBody.filter(({ value: parameter }) => parameter.in === 'body');
  for (const twice of bodies.slice(1))
    conversion.report('spec-parameter', twice, 'an operation has one body: this one is ignored');
  const requestBody = convertBody(conversion, mergeBody(shared, inBody), consumes, node);
  const responses = conversion.child(node, 'responses');
  const schemes = Array.isArray(value.schemes) && value.schemes.length > 0;
  return conversion.from(node, {
    ...membersOf(value, KEPT),
    ...(list !== undefined && { parameters: list }),
    ...(requestBody !== undefined && { requestBody }),
    ...(schemes && { servers: serversOf(conversion, defaults.root, conversion.child(node, 'schemes')) }),
    ...(responses !== undefined && { responses: convertResponses(conversion, responses, produces) }),
  });
}

/** A body replaces what is shared; a form field replaces the shared one of its name. */
function mergeBody(shared: readonly ObjectNode[], own: readonly ObjectNode[]): readonly ObjectNode[] {
  if (own.length === 0) return shared;
  if (own.some(({ value }) => value.in === 'body')) return own;
  const fields = shared.filter(({ value }) => value.in === 'formData');
  return [...new Map([...fields, ...own].map(field => [textOfValue(field.value.name), field])).values()];
}

/** @returns undefined: the holder names none */
export function mediaTypes(
  conversion: Conversion,
  holder: ObjectNode,
  key: 'consumes' | 'produces',
): readonly string[] | undefined {
  const declared = holder.value[key];
  if (declared === undefined || declared === null) return undefined;
  if (typeof declared === 'string' || !Array.isArray(declared))
    conversion.report('spec-operation', holder, `"${key}" must be a list of media types`, key);
  const list: readonly unknown[] = Array.isArray(declared) ? declared : [declared];
  return list.filter(type => typeof type === 'string');
}

export function convertResponses(
  conversion: Conversion,
  node: DocumentNode,
  produces: readonly string[],
): unknown {
  if (!isObjectNode(node)) return node.value;
  const members = Object.keys(node.value).map(key => {
    const child = conversion.child(node, key) as DocumentNode;
    return [key, key.startsWith('x-') ? child.value : convertResponse(conversion, child, produces)] as const;
  });
  return conversion.from(node, Object.fromEntries(members));
}

function convertResponse(
  conversion: Conversion,
  written: DocumentNode,
  produces: readonly string[],
): unknown {
  const node = conversion.follow(written);
  // A reference without a target is reported where it is.
  if (!isObjectNode(node)) return written.value;
  const key = `${written.uri} ${node === written} ${produces.join(' ')}`;
  const known = conversion.responses.get(node.value) ?? new Map<string, unknown>();
  conversion.responses.set(node.value, known);
  const converted = known.get(key) ?? readResponse(conversion, node, written, produces);
  known.set(key, converted);
  return converted;
}

function readResponse(
  conversion: Conversion,
  node: ObjectNode,
  written: DocumentNode,
  produces: readonly string[],
): unknown {
  const { value } = node;
  conversion.checkKeys(node, RESPONSE_KEYS, 'responses');
  const schema = conversion.child(node, 'schema');
  const converted =
    schema &&
    (node === written || !isObject(schema.value)
      ? convertSchema(conversion, schema)
      : conversion.schemaElsewhere(schema, written.uri));
  const isFile = isObject(schema?.value) && schema.value.type === 'file';
  const examples = conversion.child(node, 'examples');
  const named = isObjectNode(examples) ? Object.keys(examples.value).filter(key => key.includes('/')) : [];
  const declared =
    produces.length > 0
      ? produces
      : named.length > 0
        ? []
        : [isFile ? 'application/octet-stream' : 'application/json'];
  const types = schema === undefined ? named : [...new Set([...declared, ...named])];
  const content = types.map(type => [
    type,
    conversion.from(node, {
      ...(converted !== undefined && { schema: converted }),
      ...(named.includes(type) && { example: exampleAt(conversion, examples, type) }),
    }),
  ]);
  const headers = conversion.child(node, 'headers');
  return conversion.from(node, {
    ...membersOf(value, new Set(['description'])),
    ...(headers !== undefined && { headers: convertHeaders(conversion, headers) }),
    ...(content.length > 0 && { content: conversion.from(node, Object.fromEntries(content)) }),
  });
}

function exampleAt(conversion: Conversion, examples: DocumentNode | undefined, type: string): unknown {
  const node = examples && conversion.child(examples, type);
  const { value } = node ?? {};
  // A copy, because what references in an example lead to is put in their place.
  if (node === undefined || typeof value !== 'object' || value === null) return value;
  return conversion.from(node, Array.isArray(value) ? [...value] : { ...value });
}

function convertHeaders(conversion: Conversion, node: DocumentNode): unknown {
  if (!isObjectNode(node)) return node.value;
  const members = Object.keys(node.value).map(name => [
    name,
    convertHeader(conversion, conversion.child(node, name) as DocumentNode),
  ]);
  return conversion.from(node, Object.fromEntries(members));
}
