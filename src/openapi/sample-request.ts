// Builds a sample request for an operation, for the start banner, hints and tests: from the examples of the document.

import { Buffer } from 'node:buffer';
import { type DocumentSet, followReferences } from '../document/documents.ts';
import { EMPTY_BODY, type Request } from '../exchange/exchange.ts';
import { isObject, textOfValue } from '../exchange/json.ts';
import { concreteType, isJson, isXml, parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Content, Operation, Parameter } from './model.ts';
import { writeBody } from './write-body.ts';
import { boundaryOf, writeMultipartBody } from './write-multipart.ts';
import { writeParameter } from './write-parameter.ts';

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
    const { name, in: location } = parameter;
    const text = sampleText(operation.api, parameter, values);
    if (location === 'path') path = path.replace(`{${name}}`, () => text);
    else if (location === 'header') headers[name.toLowerCase()] = [text];
    else if (location === 'cookie') headers.cookie = [[...(headers.cookie ?? []), text].join('; ')];
    else if (text !== '') query.push(text);
  }
  // What is left is not declared.
  path = encodeIllegal(path.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(name)));
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
  // An example in its serialized form is sent as it is.
  const serialized = values.has(content) ? undefined : content.examples[0]?.bytes;
  const bytes = serialized ?? bodyBytes(operation.api, content, type, body);
  headers['content-type'] = [type.startsWith('multipart/') ? `${type}; boundary=${boundaryOf(bytes)}` : type];
  return { method: operation.method, path: prefix + path, query: query.join('&'), headers, body: bytes };
}

/** Percent-encodes what no URL may have. */
function encodeIllegal(text: string): string {
  return text.replace(/[^\x21-\x7e]+|["<>\\^`{|}#]|%(?![\da-f]{2})/giu, encodeURIComponent);
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

/** The parameter as a request has it: an example in its serialized form, or a value that is written in the style. */
function sampleText(api: ApiSpec, parameter: Parameter, values: SampleValues): string {
  if (values.has(parameter)) return writeParameter(api, parameter, values.get(parameter));
  const serialized = parameter.examples[0]?.serialized?.value;
  if (serialized !== undefined)
    return parameter.in === 'header' || parameter.in === 'cookie' ? serialized : encodeIllegal(serialized);
  const declared = declaredValue(api.documents, parameter);
  return writeParameter(api, parameter, declared ?? sampleValue(api, parameter));
}

function bodyBytes(api: ApiSpec, content: Content, mediaType: string, body: unknown): Uint8Array {
  const essence = parseMediaType(mediaType)?.essence ?? '';
  const parts = essence.startsWith('multipart/')
    ? writeMultipartBody(api, content, body, essence === 'multipart/form-data')
    : undefined;
  const bytes = parts?.bytes ?? writeBody(api, content.schema, essence, [body], content);
  if (bytes === undefined) return Buffer.from(textOfValue(body));
  // A command of one line can have it.
  return isXml(essence) ? Buffer.from(Buffer.from(bytes).toString().replace('?>\n', '?>')) : bytes;
}

/** The example or default of a body; undefined if there is none. */
export function sampleBody(content: Content): unknown {
  const schema = content.schema?.value;
  return content.examples[0]?.value ?? (isObject(schema) ? (schema.example ?? schema.default) : undefined);
}

/** @returns a declared value as text, not percent-encoded; without any, "1" or the parameter's name */
export function sampleValue({ documents }: ApiSpec, parameter: Parameter): string {
  const value = declaredValue(documents, parameter);
  if (value !== undefined) return [value].flat().map(textOfValue).join();
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
  const { examples, schema, content } = parameter;
  const described = followReferences(documents, schema ?? content?.schema)?.value;
  const { example, examples: list, default: standard } = isObject(described) ? described : {};
  return examples[0]?.value ?? content?.examples[0]?.value ?? example ?? firstOf(list) ?? standard;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
