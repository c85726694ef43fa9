// Builds a sample request for an operation from the examples of the document, for the start banner, hints and tests.

import { Buffer } from 'node:buffer';
import { EMPTY_BODY, type Request } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { isJson, parseMediaType } from '../exchange/media-type.ts';
import type { Content, Operation, Parameter } from './model.ts';

/** @param prefix the part of the path before the operation's path: "/petstore/api/v1" */
export function sampleRequest(operation: Operation, prefix: string): Request {
  const headers: Record<string, string[]> = {};
  const query: string[] = [];
  let path = operation.path;
  for (const parameter of operation.parameters) {
    if (!parameter.required) continue;
    const value = sampleValue(parameter);
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
  const content = operation.requestBody?.contents.find(each =>
    isJson(parseMediaType(each.mediaType)?.essence ?? ''),
  );
  const body = content === undefined ? undefined : sampleBody(content);
  if (body !== undefined && content !== undefined) headers['content-type'] = [content.mediaType];
  const bytes = body === undefined ? EMPTY_BODY : Buffer.from(JSON.stringify(body));
  return { method: operation.method, path: prefix + path, query: query.join('&'), headers, body: bytes };
}

function sampleBody(content: Content): unknown {
  const schema = content.schema?.value;
  return content.examples[0]?.value ?? (isObject(schema) ? (schema.example ?? schema.default) : undefined);
}

/** @returns an example, default or enum value as text, not percent-encoded; without any, "1" or the parameter's name */
export function sampleValue(parameter: Parameter): string {
  const declared = isObject(parameter.node.value) ? parameter.node.value : {};
  const schema = isObject(parameter.schema?.value) ? parameter.schema.value : {};
  const named = isObject(declared.examples) ? Object.values(declared.examples)[0] : undefined;
  const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined);
  const value =
    declared.example ??
    (isObject(named) ? named.value : undefined) ??
    schema.example ??
    first(schema.examples) ??
    schema.default ??
    first(schema.enum);
  if (value !== undefined) return String(value);
  return schema.type === 'integer' || schema.type === 'number' ? '1' : parameter.name;
}
