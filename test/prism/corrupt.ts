// Spoils good exchanges, one thing at a time: values, requests, responses.
import { Buffer } from 'node:buffer';
import type { Request, Response } from '../../src/exchange/exchange.ts';
import type { Content, ResponseSpec } from '../../src/openapi/model.ts';

export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Copies of a value with one thing changed: a member gone, of another type, or one too many. */
export function* spoiled(value: unknown): Generator<unknown> {
  for (const other of [null, true, 7, 'text', [], {}]) yield other;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const worse of spoiled(item)) yield value.with(index, worse);
    }
  } else if (isJson(value)) {
    yield { ...value, unheard_of: 1 };
    for (const [key, inner] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      for (const worse of spoiled(inner)) yield { ...value, [key]: worse };
    }
  }
}

export const jsonBody = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

const TYPES = [
  'text/plain',
  'application/xml',
  'application/vnd.acme+json',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'nonsense',
];
export const AUTHORIZATIONS = [
  'Basic dXNlcjpwYXNzd29yZA==',
  'Basic dXNlcjpwYTpzcw==',
  'Basic user',
  'basic dXNlcjpwYXNzd29yZA==',
  'Bearer abc',
  'bearer abc',
  'Bearer ',
  'Digest username="a"',
  'nonsense',
];
export const JUNK = ['', 'x', '-1', '1.5', 'true', 'a,b', 'a,b,c', '.x', ';x', '%41', '%', ' '];

/** Copies of a request with one thing changed in its headers, query or body; and with every example as its body. */
export function* spoiledRequests(request: Request, contents: readonly Content[]): Generator<Request> {
  const { headers, query } = request;
  yield request;
  for (const name of Object.keys(headers)) {
    const { [name]: _, ...rest } = headers;
    yield { ...request, headers: rest };
    for (const junk of JUNK) yield { ...request, headers: { ...headers, [name]: [junk] } };
  }
  for (const sent of AUTHORIZATIONS) yield { ...request, headers: { ...headers, authorization: [sent] } };
  for (const type of TYPES) {
    yield { ...request, headers: { ...headers, 'content-type': [type] } };
    yield { ...request, headers: { ...headers, 'content-type': [type] }, body: Buffer.from('a=1&b=2') };
  }
  yield { ...request, headers: { ...headers, 'content-length': ['0'] } };
  yield { ...request, body: new Uint8Array() };
  yield { ...request, body: Buffer.from('{"a": ') };
  yield { ...request, query: `${query}&unheard_of=1` };
  for (const { mediaType, examples } of contents) {
    for (const { value } of examples) {
      for (const each of [value, ...spoiled(value)])
        yield { ...request, headers: { ...headers, 'content-type': [mediaType] }, body: jsonBody(each) };
    }
  }
}

/** Every example of the responses, whole and spoiled, and some answers that have nothing to do with them. */
export function* spoiledResponses(responses: readonly ResponseSpec[]): Generator<Response> {
  const answer = (status: number, type: string | undefined, body: Uint8Array): Response => ({
    status,
    headers: type === undefined ? {} : { 'content-type': [type] },
    body,
  });
  for (const { status, contents } of responses) {
    const code = Number(status.replace('XX', '99').replace('default', '599'));
    for (const { mediaType, examples } of contents) {
      for (const { value } of examples) {
        for (const each of [value, ...spoiled(value)]) yield answer(code, mediaType, jsonBody(each));
      }
    }
  }
  for (const status of [200, 201, 204, 400, 404, 500]) {
    for (const type of [undefined, 'application/json', 'text/plain', 'nonsense']) {
      for (const body of ['', 'x', '{}', '{']) yield answer(status, type, Buffer.from(body));
    }
  }
}
