// Makes one valid request of an operation from its document: required parameters, a body, credentials.
import { follow } from './documents.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { CannotSample, sample } from './sample.ts';

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly node: JsonObject;
  /** Those of the path, then those of the operation. */
  readonly parameters: readonly JsonObject[];
}

export interface CorpusRequest {
  readonly method: string;
  /** Path and query, without the base path. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const METHODS = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options'] as const;

/** All operations below `paths`, those behind a reference included. */
export function operationsOf(document: JsonObject): readonly Operation[] {
  const found: Operation[] = [];
  for (const [path, reference] of Object.entries(isObject(document.paths) ? document.paths : {})) {
    const item = follow(document, reference);
    if (!isObject(item) || !path.startsWith('/')) continue;
    for (const method of METHODS) {
      const node = follow(document, item[method]);
      if (!isObject(node)) continue;
      const parameters = [...listOf(document, item.parameters), ...listOf(document, node.parameters)];
      found.push({ method: method.toUpperCase(), path, node, parameters });
    }
  }
  return found;
}

/** What a request has instead of a sample. */
export interface GivenParts {
  /** Values of path parameters by name. */
  readonly path?: Readonly<Record<string, string>>;
  /** Further parameters of the query. */
  readonly query?: Readonly<Record<string, string>>;
  /** Changes the body before it is written. */
  readonly body?: (sampled: Json, schema: Json | undefined) => Json;
}

/** @throws CannotSample where this package knows no valid value */
export function requestOf(document: JsonObject, operation: Operation, given: GivenParts = {}): CorpusRequest {
  const headers: Record<string, string> = {};
  const query: string[] = [];
  const cookies: string[] = [];
  let path = operation.path;
  if (path.includes('#')) throw new CannotSample('a path with a fragment, which no request has');
  for (const parameter of new Map(operation.parameters.map(one => [`${one.in} ${one.name}`, one])).values()) {
    const name = String(parameter.name);
    if (parameter.required !== true && parameter.in !== 'path') continue;
    if (parameter.in === 'header' && /^(?:accept|content-type|authorization)$/i.test(name)) continue;
    const text = () =>
      (parameter.in === 'path' ? given.path?.[name] : undefined) ?? parameterText(document, parameter);
    if (parameter.in === 'path') path = path.replaceAll(`{${name}}`, () => encodeURIComponent(text()));
    if (parameter.in === 'query') query.push(`${encodeURIComponent(name)}=${encodeURIComponent(text())}`);
    if (parameter.in === 'header') headers[name.toLowerCase()] = text();
    if (parameter.in === 'cookie') cookies.push(`${name}=${text()}`);
  }
  path = path.replaceAll(/\{([^{}/]*)\}/g, (_, name) => encodeURIComponent(given.path?.[name] ?? 'abc'));
  for (const [name, value] of Object.entries(given.query ?? {}))
    query.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  addCredentials(document, operation, headers, query, cookies);
  const body = bodyOf(document, operation, headers, given.body ?? (sampled => sampled));
  const invalid = Object.keys(headers).find(name => !/^[\w!#$%&'*+.^`|~-]+$/.test(name));
  if (invalid !== undefined) throw new CannotSample('a header field that HTTP does not allow');
  if (cookies.length > 0) headers.cookie = cookies.join('; ');
  const separator = path.includes('?') ? '&' : '?';
  const target = query.length > 0 ? `${path}${separator}${query.join('&')}` : path;
  return { method: operation.method, target, headers, body };
}

function parameterText(document: JsonObject, parameter: JsonObject): string {
  const content = isObject(parameter.content) ? Object.values(parameter.content)[0] : undefined;
  if (isObject(content)) return JSON.stringify(sample(document, content.schema));
  const value = sample(document, parameter.schema);
  const items = Array.isArray(value) ? (value as Json[]) : [value];
  if (items.some(item => typeof item === 'object')) throw new CannotSample('a parameter that is an object');
  if (items.some(item => item === '')) throw new CannotSample('an empty parameter');
  return items.join(',');
}

function bodyOf(
  document: JsonObject,
  operation: Operation,
  headers: Record<string, string>,
  change: (sampled: Json, schema: Json | undefined) => Json,
): string | undefined {
  const body = follow(document, operation.node.requestBody);
  if (!isObject(body) || !isObject(body.content)) return undefined;
  const entries = Object.entries(body.content);
  const json = entries.find(([type]) => /[/+]json\b|^\*\/\*$|^application\/\*$/.test(type));
  if (json !== undefined && isObject(json[1])) {
    headers['content-type'] = json[0].includes('*') ? 'application/json' : json[0];
    return JSON.stringify(change(sample(document, json[1].schema), json[1].schema));
  }
  const form = entries.find(([type]) => type === 'application/x-www-form-urlencoded');
  if (form !== undefined && isObject(form[1])) {
    headers['content-type'] = form[0];
    const value = change(sample(document, form[1].schema), form[1].schema);
    if (!isObject(value) || Object.values(value).some(one => typeof one === 'object')) {
      throw new CannotSample('a form with lists or objects');
    }
    return new URLSearchParams(
      Object.entries(value).map(([name, one]): [string, string] => [name, String(one)]),
    ).toString();
  }
  if (body.required !== true) return undefined;
  throw new CannotSample(`a body of ${entries[0]?.[0] ?? 'no media type'}`);
}

/** Credentials of the first requirement, in the form that each scheme declares. */
function addCredentials(
  document: JsonObject,
  operation: Operation,
  headers: Record<string, string>,
  query: string[],
  cookies: string[],
): void {
  const requirements = operation.node.security ?? document.security;
  const first = Array.isArray(requirements) ? (requirements as Json[])[0] : undefined;
  const schemes = isObject(document.components) ? document.components.securitySchemes : undefined;
  for (const name of Object.keys(isObject(first) ? first : {})) {
    const scheme = follow(document, isObject(schemes) ? schemes[name] : undefined);
    if (!isObject(scheme)) continue;
    if (scheme.type === 'apiKey') {
      const field = String(scheme.name);
      if (scheme.in === 'header') headers[field.toLowerCase()] = 'test-key';
      if (scheme.in === 'query') query.push(`${encodeURIComponent(field)}=test-key`);
      if (scheme.in === 'cookie') cookies.push(`${field}=test-key`);
    } else if (scheme.type === 'http' && String(scheme.scheme).toLowerCase() === 'basic') {
      headers.authorization = `Basic ${Buffer.from('test:test').toString('base64')}`;
    } else if (scheme.type === 'http') {
      headers.authorization = `${String(scheme.scheme)} test-token`;
    } else {
      headers.authorization = 'Bearer test-token';
    }
  }
}

function listOf(document: JsonObject, value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as Json[]).map(one => follow(document, one)).filter(isObject) : [];
}
