// The response that a switch forces: the declared one of a status, or a generic one that is off-contract.

import { Buffer } from 'node:buffer';
import { EMPTY_BODY, type Response } from '../../exchange/exchange.ts';
import { isObject } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { type Finding, formatLocation } from '../../finding/finding.ts';
import { type Operation, responseFor } from '../../openapi/model.ts';
import { validateResponse } from '../../validate/response.ts';
import type { Problem } from '../problem.ts';
import { withBodySource } from './body-source.ts';
import type { ResponseSelection } from './create-response.ts';
import { reasonPhrase } from './reason-phrase.ts';
import { challengesOf, realmOf } from './refuse.ts';
import { getCachedResponse } from './response-cache.ts';

export interface ForcedResponse {
  readonly response: Response | Problem;
  readonly findings: readonly Finding[];
  /** Why the response is off-contract; undefined: the document declares it. */
  readonly offContract: string | undefined;
}

/** Whether a response, by default the success response, has an example of this name. */
export function declaresExample(operation: Operation, status: number | undefined, example: string): boolean {
  const declared = status === undefined ? operation.successResponse : responseFor(operation, status);
  return (declared?.contents ?? []).some(({ examples }) => examples.some(({ name }) => name === example));
}

/** @returns undefined if the operation declares a response for the status */
export function offContractReason(operation: Operation, status: number): string | undefined {
  if (responseFor(operation, status) !== undefined) return undefined;
  const { api, id, node, responses } = operation;
  const declared = responses.map(each => each.status).join(', ') || 'no response';
  const hasResponses = isObject(node.value) && 'responses' in node.value;
  const pointer = hasResponses ? node.pointer + jsonPointer('responses') : node.pointer;
  const location = formatLocation(api.documents.locate({ uri: node.uri, pointer }));
  return `${id} declares ${declared}, not ${status} (${location})`;
}

/** Accept selects the media type as usual. If it excludes all, it is disregarded, because the response is forced. */
export async function createForcedResponse(
  operation: Operation,
  selection: ResponseSelection,
): Promise<ForcedResponse> {
  const { status } = selection;
  if (status !== undefined && responseFor(operation, status) === undefined)
    return genericResponse(operation, status);
  const preferred = await getCachedResponse(operation, selection);
  const { result, findings } =
    'problem' in preferred.result && preferred.result.problem.code === 'not-acceptable'
      ? await getCachedResponse(operation, { ...selection, accept: undefined })
      : preferred;
  return {
    response: 'problem' in result ? result.problem : result.response,
    findings,
    offContract: undefined,
  };
}

const GENERIC_RESPONSES = new WeakMap<Operation, Map<number, ForcedResponse>>();

/** The response for a status that the operation does not declare. */
function genericResponse(operation: Operation, status: number): ForcedResponse {
  const responses = GENERIC_RESPONSES.get(operation) ?? new Map<number, ForcedResponse>();
  GENERIC_RESPONSES.set(operation, responses);
  let generic = responses.get(status);
  if (generic === undefined) {
    const response = hasContent(status)
      ? {
          status,
          headers: { 'content-type': ['application/json'], ...genericFields(operation, status) },
          body: Buffer.from(JSON.stringify({ status, message: reasonPhrase(status) })),
        }
      : { status, headers: {}, body: EMPTY_BODY };
    withBodySource(response, { kind: hasContent(status) ? 'placeholder' : 'empty' });
    const findings = validateResponse(operation, response);
    generic = { response, findings, offContract: offContractReason(operation, status) };
    responses.set(status, generic);
  }
  return generic;
}

/** RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5. */
function hasContent(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304;
}

/** Fields without which clients cannot handle the status (RFC 9110 section 11.6.1, RFC 6585 section 4). */
function genericFields(operation: Operation, status: number): Record<string, readonly string[]> {
  if (status === 401) {
    const challenges = challengesOf(operation);
    return { 'www-authenticate': challenges.length > 0 ? challenges : [`Bearer ${realmOf(operation.api)}`] };
  }
  return status === 429 || status === 503 ? { 'retry-after': ['1'] } : {};
}
