// Validates a response against its document, with a validator that deadringer does not use.
import { type OutputUnit, validate } from '@cfworker/json-schema';
import { ConvertedSchemas, tokensOf } from './convert.ts';
import { follow } from './documents.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Operation } from './request.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

export type ResponseVerdict =
  | { readonly kind: 'valid' }
  /** The body has no JSON: the validator cannot validate it. */
  | { readonly kind: 'not JSON' }
  /** An example of the document is in the body where it is invalid. */
  | { readonly kind: 'invalid example of the document'; readonly cause: string }
  | { readonly kind: 'invalid'; readonly cause: string };

/** The top-level types that exist (RFC 6838 section 4.2.2, RFC 8081, RFC 9695), and ranges. */
const MEDIA_TYPE =
  /^(?:application|audio|example|font|haptics|image|message|model|multipart|text|video|\*)(?:\/|$)/i;

/** Keywords whose errors only repeat those of the schemas below them. */
const OUTER = new Set([
  '$ref',
  'properties',
  'items',
  'allOf',
  'anyOf',
  'oneOf',
  'additionalProperties',
  'prefixItems',
  'patternProperties',
  'if',
  'then',
  'else',
]);

export class ResponseValidator {
  readonly #document: JsonObject;
  readonly #schemas: ConvertedSchemas;
  readonly #converted = new Map<Json, unknown>();
  #examples: ReadonlySet<string> | undefined;

  constructor(document: JsonObject) {
    this.#document = document;
    this.#schemas = new ConvertedSchemas(document);
  }

  validate(operation: Operation, answer: Answer): ResponseVerdict {
    const responses = operation.node.responses;
    const response = isObject(responses)
      ? follow(this.#document, responseOf(responses, answer.status))
      : undefined;
    if (!isObject(response)) return { kind: 'invalid', cause: `status ${answer.status} is not declared` };
    const content = isObject(response.content) ? response.content : {};
    // RFC 9110 sections 9.3.2, 15.3.5 and 15.4.5: these have no content, whatever the document declares.
    if (operation.method === 'HEAD' || answer.status === 204 || answer.status === 304) {
      return answer.body.length === 0
        ? { kind: 'valid' }
        : { kind: 'invalid', cause: 'a body after 204, 304 or HEAD' };
    }
    if (Object.keys(content).length === 0) {
      return answer.body.length === 0
        ? { kind: 'valid' }
        : { kind: 'invalid', cause: 'a body that is not declared' };
    }
    const type = answer.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
    const media = mediaOf(content, type);
    // Without a media type among the keys there is no type that could be declared.
    if (media === undefined && !Object.keys(content).some(key => MEDIA_TYPE.test(key)))
      return { kind: 'invalid example of the document', cause: 'a key of content that is no media type' };
    if (media === undefined) return { kind: 'invalid', cause: `media type "${type}" is not declared` };
    if (!/[/+]json$/.test(type)) return { kind: 'not JSON' };
    return this.#validateJson(media, answer.body);
  }

  #validateJson(media: Json, body: Buffer): ResponseVerdict {
    let value: Json;
    try {
      value = JSON.parse(body.toString()) as Json;
    } catch {
      return { kind: 'invalid', cause: 'the body is not JSON' };
    }
    const schema = isObject(media) ? media.schema : undefined;
    if (schema === undefined || schema === true) return { kind: 'valid' };
    let converted = this.#converted.get(schema);
    if (converted === undefined) {
      converted = this.#schemas.add(schema);
      this.#converted.set(schema, converted);
    }
    const result = validate(value, converted, '2020-12', this.#schemas.lookup, false);
    if (result.valid) return { kind: 'valid' };
    const errors = result.errors.filter(error => !OUTER.has(error.keyword));
    const first = errors[0] ?? result.errors[0];
    const cause = first === undefined ? 'invalid' : `${first.keyword} at ${first.instanceLocation}`;
    const isExample =
      examplesOfMedia(media).includes(JSON.stringify(value)) ||
      errors.some(error => this.#isExample(value, converted, error));
    return { kind: isExample ? 'invalid example of the document' : 'invalid', cause };
  }

  /** If the value where `error` points, or one that it is part of, stands in the document as an example or default. */
  #isExample(body: Json, schema: unknown, error: OutputUnit): boolean {
    this.#examples ??= examplesOf(this.#document);
    let value: Json | undefined = body;
    let name = '';
    for (const token of ['', ...tokensOf(error.instanceLocation)]) {
      if (token !== '') value = childOf(value, token);
      name = token;
      if (typeof value === 'object' && value !== null && this.#examples.has(JSON.stringify(value)))
        return true;
    }
    if (value === undefined) return false;
    // The member of an example that was given other members, or lost some.
    if (typeof value === 'string' && this.#examples.has(`${name}=${value}`)) return true;
    // A text or number stands in many examples: only those of its own schema count.
    return this.#schemas
      .examplesAt(schema, error.keywordLocation)
      .some(one => JSON.stringify(one) === JSON.stringify(value));
  }
}

function responseOf(responses: JsonObject, status: number): Json | undefined {
  const range = `${Math.floor(status / 100)}XX`;
  return responses[String(status)] ?? responses[range] ?? responses[range.toLowerCase()] ?? responses.default;
}

function mediaOf(content: JsonObject, type: string): Json | undefined {
  const plain = (key: string): string => key.split(';')[0]?.trim().toLowerCase() ?? '';
  const keys = Object.keys(content);
  const [main = '', sub = ''] = type.split('/');
  const suffix = sub.includes('+') ? `*+${sub.slice(sub.lastIndexOf('+') + 1)}` : '*';
  for (const wanted of [type, `${main}/${suffix}`, `${main}/*`, '*/*', '*']) {
    const key = keys.find(one => plain(one) === wanted);
    if (key !== undefined) return content[key];
  }
  return undefined;
}

function childOf(value: Json | undefined, token: string): Json | undefined {
  return Array.isArray(value) ? (value as Json[])[Number(token)] : isObject(value) ? value[token] : undefined;
}

/** The JSON texts of the examples of a media type. */
function examplesOfMedia(media: Json): string[] {
  if (!isObject(media)) return [];
  const named = isObject(media.examples) ? Object.values(media.examples) : [];
  const values = [media.example, ...named.map(one => (isObject(one) ? one.value : undefined))];
  return values.filter(value => value !== undefined).map(value => JSON.stringify(value));
}

/** The JSON texts of the objects and lists that are an example or a default anywhere in `document`, and "name=text" of their members. */
function examplesOf(document: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (example: Json | undefined): void => {
    // Some documents write the example of a JSON body as a text.
    const value = typeof example === 'string' ? parsed(example) : example;
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return;
    found.add(JSON.stringify(value));
    const members: Json[] = [value];
    for (let holder = members.pop(); holder !== undefined; holder = members.pop()) {
      if (typeof holder !== 'object' || holder === null) continue;
      for (const [name, member] of Object.entries(holder)) {
        if (typeof member === 'string') found.add(`${name}=${member}`);
        else if (member !== undefined) members.push(member);
      }
    }
  };
  const pending: Json[] = [document];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === null || typeof node !== 'object') continue;
    for (const [name, value] of Object.entries(node)) {
      if (value === undefined) continue;
      if (name === 'example' || name === 'default') add(value);
      if (typeof value !== 'object' || value === null) continue;
      if (name === 'examples')
        for (const one of Object.values(value)) add(isObject(one) ? (one.value ?? one) : one);
      pending.push(value);
    }
  }
  return found;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
