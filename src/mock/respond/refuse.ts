// Responses to invalid and unmatched requests: the declared error response, else a problem.

import type { Request } from '../../exchange/exchange.ts';
import type { RefusalReason } from '../../finding/catalogue-entry.ts';
import { type Finding, formatLocation } from '../../finding/finding.ts';
import { type Operation, responseFor } from '../../openapi/model.ts';
import type { Refusal, RefusalResponse } from '../../openapi/refusals.ts';
import type { MatchResult } from '../../routing/match.ts';
import type { Problem, ProblemCode } from '../problem.ts';
import { suggestCurl } from './suggest-request.ts';

/** The first candidate that the operation declares. If its example does not exist, the first example is used. */
export function declaredRefusal(operation: Operation, refusal: Refusal): RefusalResponse | undefined {
  for (const { status, example } of refusal.candidates) {
    const response = responseFor(operation, status);
    if (response === undefined) continue;
    const exists = response.contents.some(({ examples }) => examples.some(({ name }) => name === example));
    return { status, example: exists ? example : undefined };
  }
  return undefined;
}

const PROBLEM_BY_REASON: Readonly<Record<RefusalReason, ProblemCode>> = {
  security: 'unauthorized',
  'media-type': 'unsupported-media-type',
  accept: 'not-acceptable',
  'malformed-body': 'invalid-request',
  body: 'invalid-request',
  parameters: 'invalid-request',
};

/** The problem for an invalid request to an operation that declares none of the error responses. */
export function undeclaredRefusalProblem(
  operation: Operation,
  refusal: Refusal,
  findings: readonly Finding[],
): Problem {
  return {
    code: PROBLEM_BY_REASON[refusal.reason],
    detail: refusal.finding.message,
    hint: `declare a ${refusal.candidates.map(({ status }) => status).join(' or ')} response for ${operation.id}; the mock then sends it instead of this problem`,
    more: { findings: findings.map(toFindingJson) },
  };
}

/** The JSON of a finding in problems and in the control API. `location` is "file:line:column" in the document. */
export function toFindingJson({ code, message, at, location }: Finding): Record<string, string> {
  return { code, message, at, ...(location && { location: formatLocation(location) }) };
}

/** The problem for a request that matches no operation: names the most similar one, with a curl command for it. */
export async function unmatchedProblem(
  match: Exclude<MatchResult, { kind: 'operation' }>,
  request: Request,
  origin: string,
): Promise<Problem> {
  if (match.kind === 'method-not-allowed') {
    const { allow, api, path } = match;
    const detail = `${path} of the API "${api.name}" supports ${allow.join(', ')}, not ${request.method}`;
    return { code: 'no-such-method', detail, headers: { allow: [allowHeader(allow)] } };
  }
  const [first] = match.closest;
  if (first === undefined) return { code: 'no-such-path', detail: `no operation matches ${request.path}` };
  const nearest = match.closest.map(
    operation => `${operation.method} ${basePathOf(operation)}${operation.path}`,
  );
  return {
    code: 'no-such-path',
    detail: `no operation matches ${request.method} ${request.path}; the most similar is ${nearest[0]}`,
    hint: await suggestCurl(first, basePathOf(first), origin),
    more: { nearest },
  };
}

/** HEAD is available where GET is, and OPTIONS everywhere (RFC 9110 sections 9.3.2 and 9.3.7). */
export function allowHeader(methods: readonly string[]): string {
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].join(', ');
}

/** Base path of the operation on this server: "/petstore/api/v1". */
export function basePathOf(operation: Operation): string {
  return `/${encodeURIComponent(operation.api.name)}${operation.servers[0]?.basePath ?? ''}`;
}
