// The response of the document that a stored item is laid over, and the validated response that has the item.

import { withJsonBody } from '../../exchange/body.ts';
import type { Response } from '../../exchange/exchange.ts';
import { closestMediaType, isJson, mediaTypeOf } from '../../exchange/media-type.ts';
import type { Finding } from '../../finding/finding.ts';
import { type Content, type Operation, responseFor } from '../../openapi/model.ts';
import { writeBody } from '../../openapi/write-body.ts';
import { readBodyValue } from '../../validate/body-value.ts';
import { validateResponse } from '../../validate/response.ts';
import { bodySourceOf, withBodySource } from '../respond/body-source.ts';
import type { CachedResponse } from '../respond/response-cache.ts';

/** A response of the document that has a body with a value. */
export interface BaseResponse {
  readonly operation: Operation;
  readonly response: Response;
  /** About the response. */
  readonly findings: readonly Finding[];
  /** Undefined: the response has no body, or one of a type that has no value. */
  readonly body: { readonly content: Content; readonly value: unknown } | undefined;
}

/** By operation first: the journal keeps responses, and must not keep documents. */
const BASES = new WeakMap<Operation, WeakMap<Response, BaseResponse>>();

/** @returns undefined if the document has no such response */
export function toBaseResponse(operation: Operation, cached: CachedResponse): BaseResponse | undefined {
  if ('problem' in cached.result) return undefined;
  const { response } = cached.result;
  const bases = BASES.get(operation) ?? new WeakMap<Response, BaseResponse>();
  BASES.set(operation, bases);
  let base = bases.get(response);
  if (base === undefined) {
    base = { operation, response, findings: cached.findings, body: readBody(operation, response) };
    bases.set(response, base);
  }
  return base;
}

function readBody(operation: Operation, response: Response): BaseResponse['body'] {
  const mediaType = mediaTypeOf(response.headers);
  const contents = responseFor(operation, response.status)?.contents ?? [];
  const content = mediaType && closestMediaType(contents, mediaType);
  // A copy: the decoded body is memoised with the message.
  const read = content && readBodyValue(operation.api, content, { ...response });
  return content === undefined || read === undefined ? undefined : { content, value: read.json };
}

export type Fields = Readonly<Record<string, readonly string[] | undefined>>;

export interface ValidatedResponse {
  readonly response: Response;
  readonly findings: readonly Finding[];
}

/**
 * The base with another body and other header fields, validated.
 * @param value undefined: the body of the base
 * @param fields undefined as a value: without the field
 */
export function createValidated(base: BaseResponse, value: unknown, fields: Fields): ValidatedResponse {
  const { operation, response, body } = base;
  const { status } = response;
  const headers = Object.keys(fields).length === 0 ? response.headers : { ...response.headers, ...fields };
  const written = value === undefined || body === undefined ? undefined : write(base, headers, value);
  const message = written ?? { status, headers, body: response.body };
  const findings = validateResponse(operation, message);
  // A copy without the decoded body: the journal must not keep it in memory.
  const copy = { status, headers, body: message.body };
  return {
    response: withBodySource(copy, { kind: 'state', base: bodySourceOf(response) }),
    findings,
  };
}

function write(
  { operation, response, body }: BaseResponse,
  headers: Fields,
  value: unknown,
): Response | undefined {
  const { status } = response;
  const essence = mediaTypeOf(headers)?.essence ?? '';
  if (isJson(essence) && typeof value !== 'string') return withJsonBody({ status, headers }, value);
  const bytes = writeBody(operation.api, body?.content.schema, essence, [value], body?.content);
  return bytes && { status, headers, body: bytes };
}

const BODY_CODES = /^response-(?:body|property)-/;

/**
 * Whether a response has a finding about its body that the base does not have.
 * @param list JSON Pointer of the list whose items are made from those of the base: a finding about one of these is known for all
 */
export function isWorse(
  { findings: known }: BaseResponse,
  { findings }: ValidatedResponse,
  list?: string,
): boolean {
  const place = ({ at }: Finding): string =>
    list === undefined ? at : ofAnyItem(at, `/response/body${list}/`);
  return findings.some(
    finding =>
      BODY_CODES.test(finding.code) &&
      finding.code !== 'response-body-not-checkable' &&
      !known.some(each => each.code === finding.code && place(each) === place(finding)),
  );
}

function ofAnyItem(at: string, list: string): string {
  return at.startsWith(list) ? list + at.slice(list.length).replace(/^\d+/, '*') : at;
}
