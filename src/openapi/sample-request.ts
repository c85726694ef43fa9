// Builds a sample request for an operation from the examples of the document, for the start banner, hints and tests.

import { Buffer } from 'node:buffer';
import { childNode, type DocumentSet, followReferences } from '../document/documents.ts';
import { EMPTY_BODY, type Request } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { closestMediaType, concreteType, isJson, JSON_TYPE, parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Content, Operation, Parameter } from './model.ts';

/** @param prefix the part of the path before the operation's path: "/petstore/api/v1" */
export function sampleRequest(operation: Operation, prefix: string): Request {
  const headers: Record<string, string[]> = {};
  const query: string[] = [];
  let path = operation.path;
  for (const parameter of operation.parameters) {
    if (!parameter.required) continue;
    const value = sampleValue(operation.api, parameter);
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query')
      query.push(`${encodeURIComponent(parameter.name)}=${encodeURIComponent(value)}`);
    else if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = [value];
    else headers.cookie = [[...(headers.cookie ?? []), `${parameter.name}=${value}`].join('; ')];
  }
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
  const contents = operation.requestBody?.contents ?? [];
  const content =
    contents.find(each => isJson(parseMediaType(each.mediaType)?.essence ?? '')) ??
    closestMediaType(contents, JSON_TYPE);
  const body = content === undefined ? undefined : sampleBody(content);
  if (body !== undefined && content !== undefined)
    headers['content-type'] = [concreteType(content.mediaType, [JSON_TYPE.essence])];
  const bytes = body === undefined ? EMPTY_BODY : Buffer.from(JSON.stringify(body));
  return { method: operation.method, path: prefix + path, query: query.join('&'), headers, body: bytes };
}

function sampleBody(content: Content): unknown {
  const schema = content.schema?.value;
  return content.examples[0]?.value ?? (isObject(schema) ? (schema.example ?? schema.default) : undefined);
}

/** @returns an example, default or enum value as text, not percent-encoded; without any, "1" or the parameter's name */
export function sampleValue({ documents }: ApiSpec, parameter: Parameter): string {
  const schema = isObject(parameter.schema?.value) ? parameter.schema.value : {};
  const value = declaredExample(documents, parameter) ?? firstOf(schema.enum);
  if (value !== undefined) return String(value);
  return schema.type === 'integer' || schema.type === 'number' ? '1' : parameter.name;
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
