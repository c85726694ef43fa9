// Tells what a parsed file is: an OpenAPI document that can be read, another kind of API description, or something else.

import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';
import type { ApiSpec } from './model.ts';

export interface DocumentKind {
  /** Undefined: the file is not an OpenAPI document that can be read. */
  readonly version?: ApiSpec['version'] | undefined;
  /** The format and its version, for messages: "OpenAPI 3.1.0". */
  readonly format?: string;
  /** True: the file describes an API. False: it may be a part of a document. */
  readonly isDescription: boolean;
  /** What is wrong with the file, and the remedy. */
  readonly problem?: string;
  /** JSON Pointer to the member that decides. */
  readonly pointer: string;
}

const ONLY = 'documents are Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2, or Postman collections';

export const SWAGGER_2 = 'Swagger 2.0';

/** The format of collections begins with it; the version follows. */
export const POSTMAN_COLLECTION = 'Postman collection';

export function documentKind(value: unknown): DocumentKind {
  const root = isObject(value) ? value : {};
  if (root.openapi !== undefined) return openApiKind(root.openapi);
  if (/^2(\.0)?$/.test(textOfValue(root.swagger))) return swaggerKind(root.swagger);
  const collection = collectionKind(root);
  if (collection !== undefined) return collection;
  const foreign = foreignKind(root);
  if (foreign !== undefined) {
    const { name, pointer, remedy } = foreign;
    const problem = `this is ${name}; ${ONLY}${remedy === undefined ? '' : `; ${remedy}`}`;
    return { isDescription: true, problem, pointer };
  }
  const name =
    isObject(root.log) && Array.isArray(root.log.entries)
      ? 'this is a HAR recording'
      : '$schema' in root
        ? 'this is a JSON Schema'
        : '"openapi: 3.x.y" is missing';
  const isDescription = isObject(root.info) && isObject(root.paths);
  return { isDescription, problem: `${name}; ${ONLY}`, pointer: '/openapi' };
}

function openApiKind(openapi: unknown): DocumentKind {
  // YAML and JSON read the number 3.0 as 3.
  const text = openapi === 3 ? '3.0' : textOfValue(openapi);
  const version = /^3\.[0-2](?=\.|$)/.exec(text)?.[0] as ApiSpec['version'] | undefined;
  const problem =
    version === undefined
      ? `OpenAPI ${text} is not supported; ${ONLY}`
      : `"openapi" must be a string: write '${version}.0'`;
  const isSound = version !== undefined && typeof openapi === 'string';
  return {
    version,
    format: `OpenAPI ${text}`,
    isDescription: true,
    pointer: '/openapi',
    ...(!isSound && { problem }),
  };
}

function swaggerKind(swagger: unknown): DocumentKind {
  const problem =
    typeof swagger === 'string' && swagger !== '2' ? undefined : `"swagger" must be a string: write '2.0'`;
  return {
    version: '3.0',
    format: SWAGGER_2,
    isDescription: true,
    pointer: '/swagger',
    ...(problem !== undefined && { problem }),
  };
}

function collectionKind(root: JsonObject): DocumentKind | undefined {
  const at = isObject(root.collection) ? '/collection' : '';
  const collection = isObject(root.collection) ? root.collection : root;
  const info = isObject(collection.info) ? collection.info : {};
  const isFirst = Array.isArray(collection.requests) && Array.isArray(collection.order);
  const schema = textOfValue(info.schema);
  const [, named] = (schema.includes('postman') && /\/v(\d+\.\d+)/.exec(schema)) || [];
  if (!isFirst && named === undefined && !('_postman_id' in info)) return undefined;
  const number = isFirst ? '1.0' : (named ?? '2.1');
  const isKnown = isFirst || /^2\./.test(number);
  const problem = !isKnown
    ? `${POSTMAN_COLLECTION} ${number} is not supported; export it as version 2.1`
    : !isFirst && !Array.isArray(collection.item)
      ? 'the collection has no "item" list; export it again'
      : undefined;
  return {
    version: problem === undefined ? '3.0' : undefined,
    format: `${POSTMAN_COLLECTION} ${number}`,
    isDescription: true,
    pointer: `${at}/info`,
    ...(problem !== undefined && { problem }),
  };
}

function foreignKind(
  root: JsonObject,
): { readonly name: string; readonly pointer: string; readonly remedy?: string } | undefined {
  for (const key of ['swagger', 'swaggerVersion']) {
    if (root[key] === undefined) continue;
    return { name: `Swagger ${root[key]}`, pointer: `/${key}` };
  }
  if ('_postman_variable_scope' in root)
    return { name: 'a Postman environment', pointer: '', remedy: 'export the collection' };
  for (const [key, name] of Object.entries(FORMATS))
    if (root[key] !== undefined && !isObject(root[key]))
      return {
        name: `${name} ${root[key]}`,
        pointer: `/${key}`,
        ...(key === 'overlay' && { remedy: 'apply it to a document: --overlay <file>' }),
      };
  if (root._type === 'export' || /insomnia/.test(textOfValue(root.type)))
    return { name: 'an Insomnia export', pointer: '', remedy: 'export the design document as OpenAPI' };
  if (/^discovery#/.test(textOfValue(root.kind)))
    return { name: 'a Google API discovery document', pointer: '/kind' };
  return undefined;
}

/** The member that has the version of a format, and the name of the format. */
const FORMATS = {
  asyncapi: 'AsyncAPI',
  arazzo: 'Arazzo',
  overlay: 'OpenAPI Overlay',
  openrpc: 'OpenRPC',
  smithy: 'Smithy',
} as const;
