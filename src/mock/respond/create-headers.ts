// Creates the declared header fields of a response, from examples or schemas, and the challenge of a 401.

import { Buffer } from 'node:buffer';
import type { DocumentNode } from '../../document/documents.ts';
import { digitsOf } from '../../exchange/exact-json.ts';
import { isObject, looksLikeJson } from '../../exchange/json.ts';
import { isJson, parseMediaType } from '../../exchange/media-type.ts';
import type { Operation, Parameter, ResponseSpec } from '../../openapi/model.ts';
import { declaredExample, declaredValue } from '../../openapi/sample-request.ts';

import { generateValue } from './generate.ts';
import { challengesOf } from './refuse.ts';
import { suggestRequest, suggestVariant } from './suggest-request.ts';

/**
 * @param seed of the values for which the document has no example
 * @param sample such a value, before one is generated
 */
export async function createHeaders(
  operation: Operation,
  { headers }: ResponseSpec,
  status: number,
  seed: string,
  sample?: (schema: DocumentNode) => Promise<unknown>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  // A map, because a header may be named as a member that every object inherits.
  const fields = new Map<string, string[]>();
  for (const parameter of headers) {
    const name = parameter.name.toLowerCase();
    // The body is sent without a content coding, whatever the document declares.
    if (name === 'content-encoding') continue;
    const serialized = parameter.examples[0]?.serialized?.value;
    const example = declaredExample(operation.api.documents, parameter);
    const value =
      example ??
      (name === 'location' ? await findLocation(operation, parameter, status, seed) : undefined) ??
      (sample && parameter.schema && (await sample(parameter.schema))) ??
      (await generateHeader(operation, parameter, `${seed} ${name}`));
    if (value === null || value === undefined) continue;
    // An example in its serialized form is sent as it is.
    const written = serialized === undefined ? serializeHeader(parameter, value) : [serialized];
    // Each line is a cookie (OpenAPI 3.2, Representing the Set-Cookie Header).
    const lines = name === 'set-cookie' ? written.flatMap(text => text.trim().split(/\r?\n/)) : written;
    const texts = lines.map(fieldText);
    fields.set(name, [...(fields.get(name) ?? []), ...texts]);
  }
  // RFC 9110 section 15.5.2: every 401 has a challenge.
  const challenges = status === 401 ? challengesOf(operation) : [];
  if (challenges.length > 0 && !fields.has('www-authenticate')) fields.set('www-authenticate', challenges);
  return Object.fromEntries(fields);
}

/** Line breaks are blanks (RFC 9110 section 5.5). Text beyond Latin-1 is sent as the bytes of UTF-8. */
function fieldText(text: string): string {
  const line = text.replaceAll(/[\r\n\0]/g, ' ').trim();
  const bytes = /[\u0100-\uffff]/.test(line) ? Buffer.from(line).toString('latin1') : line;
  return bytes.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

/**
 * A URL to which a request can be sent: that of an item below the path, which a POST creates, else that of the operation
 * itself. A redirection leads elsewhere, which no document says.
 * @returns undefined if the schema rejects it
 */
async function findLocation(
  operation: Operation,
  { schema }: Parameter,
  status: number,
  seed: string,
): Promise<string | undefined> {
  if (schema === undefined || (status >= 300 && status < 400)) return undefined;
  const { api, path } = operation;
  const reads = api.operations.filter(({ method, unusable }) => method === 'GET' && unusable === undefined);
  const isItem = (each: string): boolean =>
    each.startsWith(`${path.replace(/\/$/, '')}/{`) && /^[^/]*\/?$/.test(each.slice(path.length + 1));
  const target = reads.find(each => isItem(each.path)) ?? reads.find(each => each.path === path);
  if (target === undefined) return undefined;
  const hasExamples = target.parameters.every(
    each => each.in !== 'path' || declaredValue(api.documents, each) !== undefined,
  );
  const request = await (hasExamples ? suggestRequest(target) : suggestVariant(target, seed));
  const relative = (target.servers[0]?.basePath ?? '') + request.path;
  const absolute = URL.parse(relative, URL.parse(target.servers[0]?.url ?? '')?.href)?.href;
  const isUri = isObject(schema.value) && schema.value.format === 'uri';
  return (isUri ? [absolute] : [relative, absolute])
    .filter(each => each !== undefined)
    .find(each => api.schemas.errors(schema, each, RESPONSE).length === 0);
}

const RESPONSE = { direction: 'response', errors: 'first' } as const;

async function generateHeader(operation: Operation, parameter: Parameter, seed: string): Promise<unknown> {
  const schema = parameter.schema ?? parameter.content?.schema;
  if (schema === undefined) return undefined;
  const { body } = await generateValue(operation.api, schema, { seed, dynamic: false });
  return digitsOf(body, 0) ?? body[0];
}

/** Style "simple", or the media type of `content`. Each cookie is a field of its own (RFC 6265 section 3). */
function serializeHeader({ name, content, explode }: Parameter, value: unknown): string[] {
  if (content !== undefined && isJson(parseMediaType(content.mediaType)?.essence ?? '')) {
    const json = typeof value === 'string' && looksLikeJson(value) ? value : JSON.stringify(value);
    return [json.replace(/[^\x20-\x7e]/g, escapeUnicode)];
  }
  const isCookie = name.toLowerCase() === 'set-cookie';
  if (Array.isArray(value)) {
    const items = value.map(textOf);
    return isCookie ? items : [items.join(',')];
  }
  if (!isObject(value)) return [textOf(value)];
  const members = Object.entries(value).map(([key, inner]) => `${key}${explode ? '=' : ','}${textOf(inner)}`);
  return isCookie && explode ? members : [members.join(',')];
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
