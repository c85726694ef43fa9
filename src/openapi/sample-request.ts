// Builds a sample request for an operation, for the start banner, hints and tests: from the examples of the document.

import { Buffer } from 'node:buffer';
import { childNode, type DocumentSet, followReferences } from '../document/documents.ts';
import { EMPTY_BODY, type Request } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { concreteType, isJson, isXml, parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Content, Operation, Parameter } from './model.ts';
import { writeBody } from './write-body.ts';

/** Values to use instead of the examples of the document. */
export type SampleValues = ReadonlyMap<Parameter | Content, unknown>;

/**
 * @param prefix the part of the path before the operation's path: "/petstore/api/v1"
 * @returns a request with what is required, or with all that has one of the values
 */
export function sampleRequest(
  operation: Operation,
  prefix: string,
  values: SampleValues = new Map(),
): Request {
  const headers: Record<string, string[]> = {};
  const query: string[] = [];
  let path = operation.path;
  for (const parameter of operation.parameters) {
    if (!isSampled(parameter)) continue;
    const sample = values.get(parameter) ?? sampleValue(operation.api, parameter);
    if (parameter.in === 'path') {
      path = path.replace(`{${parameter.name}}`, () => pathText(parameter, sample));
      continue;
    }
    const pairs = serializeParameter(parameter, sample);
    const [[, value = ''] = []] = pairs;
    if (parameter.in === 'query') query.push(...pairs.map(pair => pair.map(encodeURIComponent).join('=')));
    else if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = [value];
    else headers.cookie = [[...(headers.cookie ?? []), `${parameter.name}=${value}`].join('; ')];
  }
  // What is left is not declared.
  path = path
    .replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(name))
    .replace(/[^\x21-\x7e]+|["<>\\^`{|}]|%(?![\da-f]{2})/giu, encodeURIComponent);
  for (const { scheme } of operation.security[0] ?? []) {
    if (scheme.type === 'apiKey') {
      if (scheme.in === 'header') headers[scheme.name.toLowerCase()] = ['test-key'];
      else if (scheme.in === 'query') query.push(`${encodeURIComponent(scheme.name)}=test-key`);
      else headers.cookie = [[...(headers.cookie ?? []), `${scheme.name}=test-key`].join('; ')];
    } else if (scheme.type === 'http') {
      const credential =
        scheme.scheme === 'basic' ? Buffer.from('user:password').toString('base64') : 'test-token';
      headers.authorization = [
        `${scheme.scheme.charAt(0).toUpperCase()}${scheme.scheme.slice(1)} ${credential}`,
      ];
    }
  }
  const content = sampledContent(operation);
  const body = content && (values.has(content) ? values.get(content) : sampleBody(content));
  const type = content && concreteType(content.mediaType, SENDABLE);
  if (content === undefined || body === undefined || type === undefined)
    return {
      method: operation.method,
      path: prefix + path,
      query: query.join('&'),
      headers,
      body: EMPTY_BODY,
    };
  headers['content-type'] = [type.startsWith('multipart/') ? `${type}; boundary=${BOUNDARY}` : type];
  const bytes = bodyBytes(operation.api, content, type, body);
  return { method: operation.method, path: prefix + path, query: query.join('&'), headers, body: bytes };
}

/** Whether a sample request has the parameter. */
export function isSampled(parameter: Parameter): boolean {
  return parameter.required || parameter.in === 'path';
}

/** The content of the body of a sample request: JSON, else a form, else the first. */
export function sampledContent({ requestBody }: Operation): Content | undefined {
  const contents = requestBody?.contents ?? [];
  const ofType = (isType: (essence: string) => boolean): Content | undefined =>
    contents.find(({ mediaType }) =>
      isType(parseMediaType(concreteType(mediaType, SENDABLE))?.essence ?? ''),
    );
  return ofType(isJson) ?? ofType(essence => essence === FORM) ?? contents[0];
}

const FORM = 'application/x-www-form-urlencoded';

/** What a sample request sends where the document declares a range of media types. */
const SENDABLE = ['application/json', 'text/plain'];
const BOUNDARY = 'boundary';

function bodyBytes(
  api: ApiSpec,
  { schema }: Pick<Content, 'schema'>,
  mediaType: string,
  body: unknown,
): Uint8Array {
  const essence = parseMediaType(mediaType)?.essence ?? '';
  if (!essence.startsWith('multipart/') || !isObject(body)) {
    const bytes = writeBody(api, schema, essence, [body]) ?? Buffer.from(textOf(body));
    // A command of one line can have it.
    return isXml(essence) ? Buffer.from(Buffer.from(bytes).toString().replace('?>\n', '?>')) : bytes;
  }
  const pairs = Object.entries(body).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, textOf(each)]),
  );
  const parts = pairs.map(
    ([name, text]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
  );
  return Buffer.from(`${parts.join('')}--${BOUNDARY}--\r\n`);
}

/** The value in a path, in the style of the parameter (OpenAPI, Style Values), percent-encoded. */
function pathText({ name, style, explode, content }: Parameter, value: unknown): string {
  const encode = (each: unknown): string => encodeURIComponent(textOf(each));
  const before = style === 'label' ? '.' : style === 'matrix' ? `;${name}=` : '';
  if (content !== undefined || typeof value !== 'object' || value === null) return before + encode(value);
  const members = Object.entries(value);
  const isList = Array.isArray(value);
  if (!explode || (isList && style === 'simple'))
    return (
      before + members.flatMap(([key, each]) => (isList ? [encode(each)] : [key, encode(each)])).join(',')
    );
  const [first, separator] = style === 'label' ? ['.', '.'] : style === 'matrix' ? [';', ';'] : ['', ','];
  const pieces = members.map(([key, each]) =>
    isList ? (style === 'matrix' ? `${name}=${encode(each)}` : encode(each)) : `${key}=${encode(each)}`,
  );
  return first + pieces.join(separator);
}

/** The value in the style of the parameter (OpenAPI, Style Values): one pair, or several in a query. */
function serializeParameter(
  { name, in: location, style, explode, content }: Parameter,
  value: unknown,
): [string, string][] {
  if (content !== undefined || typeof value !== 'object' || value === null) {
    return [
      [name, content !== undefined && typeof value === 'object' ? JSON.stringify(value) : textOf(value)],
    ];
  }
  const members = Object.entries(value);
  if (style === 'deepObject') return members.map(([key, each]) => [`${name}[${key}]`, textOf(each)]);
  if (location === 'query' && explode)
    return members.map(([key, each]) => [Array.isArray(value) ? name : key, textOf(each)]);
  const separator = style === 'spaceDelimited' ? ' ' : style === 'pipeDelimited' ? '|' : ',';
  const pieces = members.flatMap(([key, each]) =>
    Array.isArray(value) ? [textOf(each)] : explode ? [`${key}=${textOf(each)}`] : [key, textOf(each)],
  );
  return [[name, pieces.join(separator)]];
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The example or default of a body; undefined if there is none. */
export function sampleBody(content: Content): unknown {
  const schema = content.schema?.value;
  return content.examples[0]?.value ?? (isObject(schema) ? (schema.example ?? schema.default) : undefined);
}

/** @returns a declared value as text, not percent-encoded; without any, "1" or the parameter's name */
export function sampleValue({ documents }: ApiSpec, parameter: Parameter): string {
  const value = declaredValue(documents, parameter);
  if (value !== undefined) return String(value);
  const schema = isObject(parameter.schema?.value) ? parameter.schema.value : {};
  return schema.type === 'integer' || schema.type === 'number' ? '1' : parameter.name;
}

/** An example, default or enum value of a parameter; undefined if there is none. */
export function declaredValue(documents: DocumentSet, parameter: Parameter): unknown {
  const schema = isObject(parameter.schema?.value) ? parameter.schema.value : {};
  return declaredExample(documents, parameter) ?? firstOf(schema.enum);
}

/** The example of a parameter or response header: its own, that of its content, or that of its schema. */
export function declaredExample(documents: DocumentSet, parameter: Parameter): unknown {
  const { node, schema, content } = parameter;
  const examples = followReferences(documents, childNode(node, 'examples'));
  const [name] = isObject(examples?.value) ? Object.keys(examples.value) : [];
  const named =
    name === undefined ? undefined : examples && followReferences(documents, childNode(examples, name));
  const described = followReferences(documents, schema ?? content?.schema)?.value;
  const { example, examples: list, default: standard } = isObject(described) ? described : {};
  return (
    (isObject(node.value) ? node.value.example : undefined) ??
    (isObject(named?.value) ? named.value.value : undefined) ??
    content?.examples[0]?.value ??
    example ??
    firstOf(list) ??
    standard
  );
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
