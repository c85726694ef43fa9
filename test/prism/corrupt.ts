// Mutates valid exchanges, one change at a time: values, requests, responses.
import { Buffer } from 'node:buffer';
import type { Request, Response } from '../../src/exchange/exchange.ts';
import type { Content, ResponseSpec } from '../../src/openapi/model.ts';

export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Copies of a value with one change: a member removed, added, or of another type. */
export function* mutations(value: unknown): Generator<unknown> {
  for (const other of [null, true, 7, 'text', [], {}]) yield other;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const mutation of mutations(item)) yield value.with(index, mutation);
    }
  } else if (isJson(value)) {
    yield { ...value, unheard_of: 1 };
    for (const [key, inner] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      for (const mutation of mutations(inner)) yield { ...value, [key]: mutation };
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

/** Copies of a request with one change in its headers, query or body, and with every example as its body. */
export function* mutatedRequests(request: Request, contents: readonly Content[]): Generator<Request> {
  const { headers, query } = request;
  yield request;
  for (const name of Object.keys(headers)) {
    const { [name]: _, ...rest } = headers;
    yield { ...request, headers: rest };
    for (const junk of JUNK) yield { ...request, headers: { ...headers, [name]: [junk] } };
  }
  for (const value of AUTHORIZATIONS) yield { ...request, headers: { ...headers, authorization: [value] } };
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
      for (const each of [value, ...mutations(value)])
        yield { ...request, headers: { ...headers, 'content-type': [mediaType] }, body: jsonBody(each) };
    }
  }
}

/** Every example of the responses, valid and mutated, and some unrelated responses. */
export function* mutatedResponses(responses: readonly ResponseSpec[]): Generator<Response> {
  const response = (status: number, type: string | undefined, body: Uint8Array): Response => ({
    status,
    headers: type === undefined ? {} : { 'content-type': [type] },
    body,
  });
  for (const { status, contents } of responses) {
    const code = Number(status.replace('XX', '99').replace('default', '599'));
    for (const { mediaType, examples } of contents) {
      for (const { value } of examples) {
        for (const each of [value, ...mutations(value)]) yield response(code, mediaType, jsonBody(each));
      }
    }
  }
  for (const status of [200, 201, 204, 400, 404, 500]) {
    for (const type of [undefined, 'application/json', 'text/plain', 'nonsense']) {
      for (const body of ['', 'x', '{}', '{']) yield response(status, type, Buffer.from(body));
    }
  }
}
