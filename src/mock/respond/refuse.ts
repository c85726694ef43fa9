// Responses to invalid and unmatched requests: the declared error response, else a problem.

import { EMPTY_BODY, originOfServer, type Request, type Response } from '../../exchange/exchange.ts';
import { FIELD_NAME } from '../../exchange/header-names.ts';
import type { RefusalReason } from '../../finding/catalogue-entry.ts';
import { type Finding, formatLocation } from '../../finding/finding.ts';
import { type ApiSpec, type Operation, responseFor } from '../../openapi/model.ts';
import type { Refusal, RefusalResponse } from '../../openapi/refusals.ts';
import type { Ambiguous, MatchResult } from '../../routing/match.ts';
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
    headers: refusalFields(operation, refusal.reason),
    detail: refusal.finding.message,
    hint: `declare a ${refusal.candidates.map(({ status }) => status).join(' or ')} response for ${operation.id}; the mock then sends it instead of this problem`,
    more: {
      findings: findings.map(toFindingJson),
      ...(refusal.reason === 'accept' && {
        offered: operation.successResponse?.contents.map(({ mediaType }) => mediaType),
      }),
    },
  };
}

/** What the client needs for a better request (RFC 9110, 15.5.2 and 15.5.16; RFC 5789, 3.1; RFC 10008, Accept-Query). */
function refusalFields(operation: Operation, reason: RefusalReason): Record<string, readonly string[]> {
  const challenges = reason === 'security' ? challengesOf(operation) : [];
  if (challenges.length > 0) return { 'www-authenticate': challenges };
  const accepted = operation.requestBody?.contents.map(({ mediaType }) => mediaType).join(', ') ?? '';
  if (reason !== 'media-type' || !/^[\x20-\x7e]+$/.test(accepted)) return {};
  const field = { PATCH: 'accept-patch', QUERY: 'accept-query' }[operation.method];
  return { accept: [accepted], ...(field !== undefined && { [field]: [accepted] }) };
}

/**
 * A challenge for each security scheme of the operation (RFC 9110 section 11.6.1). No scheme is registered for API keys. The
 * nonce may be constant, because credentials are not verified.
 */
export function challengesOf({ api, security }: Operation): string[] {
  const realm = realmOf(api);
  const challenges = security.flat().flatMap(({ scheme }) => {
    if (scheme.type === 'other') return [];
    if (scheme.type === 'apiKey')
      return `ApiKey ${realm}, in="${scheme.in}", name="${scheme.name.replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, '_')}"`;
    const word = `${scheme.scheme.charAt(0).toUpperCase()}${scheme.scheme.slice(1)}`;
    if (!FIELD_NAME.test(word)) return [];
    // RFC 4559 section 4: Negotiate has no parameters in its first challenge.
    if (/^(?:negotiate|ntlm)$/i.test(word)) return word;
    return scheme.scheme === 'digest'
      ? `${word} ${realm}, qop="auth", algorithm=SHA-256, nonce="deadringer"`
      : `${word} ${realm}`;
  });
  return [...new Set(challenges)];
}

/** The parameter of a challenge that names the API. */
export function realmOf({ name }: Pick<ApiSpec, 'name'>): string {
  return `realm="${name.replace(/[^\w .~-]/g, '_')}"`;
}

/** The JSON of a finding in problems and in the control API. `location` is "file:line:column" in the document. */
export function toFindingJson({ code, message, at, location }: Finding): Record<string, string> {
  return { code, message, at, ...(location && { location: formatLocation(location) }) };
}

/** The response to a request that matches no operation. OPTIONS is available for every path. */
export async function createUnmatchedResponse(
  match: Exclude<MatchResult, { kind: 'operation' }>,
  request: Request,
): Promise<Response | Problem> {
  if (match.kind === 'method-not-allowed' && request.method === 'OPTIONS')
    return { status: 204, headers: { allow: [allowHeader(match.allow)] }, body: EMPTY_BODY };
  return await unmatchedProblem(match, request, originOfServer(request));
}

/** The problem for a request that matches no operation: names the most similar one, with a curl command for it. */
async function unmatchedProblem(
  match: Exclude<MatchResult, { kind: 'operation' }>,
  request: Request,
  origin: string,
): Promise<Problem> {
  if (match.kind === 'method-not-allowed') {
    const { allow, api, path } = match;
    const detail = `${path} of the API "${api.name}" supports ${allow.join(', ')}, not ${request.method}`;
    return { code: 'no-such-method', detail, headers: { allow: [allowHeader(allow)] } };
  }
  if (match.kind === 'ambiguous') return ambiguousProblem(match, request, origin);
  const [first] = match.closest;
  if (first === undefined) return { code: 'no-such-path', detail: `no operation matches ${request.path}` };
  const nearest = match.closest.map(
    operation => `${operation.method} ${basePathOf(operation)}${operation.path}`,
  );
  return {
    code: 'no-such-path',
    detail: `no operation matches ${request.method} ${request.path}; the nearest is ${nearest[0]}`,
    hint: await suggestCurl(first, basePathOf(first), origin),
    more: { nearest },
  };
}

/** The problem for a path at the root that several documents claim. */
function ambiguousProblem({ claims }: Ambiguous, { method, path }: Request, origin: string): Problem {
  const declared = claims.map(({ api, path: template }) => `${template} of the API "${api.name}"`);
  const urls = claims.map(({ api }) => `${origin}/${encodeURIComponent(api.name)}${path}`);
  return {
    code: 'ambiguous-path',
    detail: `${method} ${path} matches ${declared.slice(0, -1).join(', ')} and ${declared.at(-1)}`,
    hint: `begin the path with the name of the API: ${urls.join(' or ')}`,
    more: { urls },
  };
}

/** HEAD is available where GET is, and OPTIONS everywhere (RFC 9110 sections 9.3.2 and 9.3.7). */
function allowHeader(methods: readonly string[]): string {
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].join(', ');
}

/** Base path of the operation on this server: "/petstore/api/v1". */
export function basePathOf(operation: Operation): string {
  return `/${encodeURIComponent(operation.api.name)}${operation.servers[0]?.basePath ?? ''}`;
}
