// Validates a request against an operation and lists the findings. Pure: the mock, the checker, the linter and replay all call it.
import { header, parseCookies, parsePairs, type Request, type Response } from '../exchange/exchange.ts';
import { hasEmptyBody } from '../exchange/text-body.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';
import { checkAccept } from './accept.ts';
import { checkParameters } from './parameters.ts';
import { headOnly } from './quote-test.ts';
import { checkRequestBody } from './request-body.ts';
import { checkResponse } from './response.ts';
import { checkSecurity } from './security.ts';

/**
 * Lists what is wrong with a request, in the order security, Accept, parameters, body. Every finding is listed; which one
 * decides an answer is for refusals.ts.
 * @param headFindings what judgeHead said of the same head, where that is known already
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function validateRequest(
  match: Match,
  request: Request,
  headFindings: readonly Finding[] = validateRequestHead(match, request),
): readonly Finding[] {
  const { operation } = match;
  const bodyFindings: Finding[] = [];
  checkRequestBody(match, request, bodyFindings);
  if (operation.deprecated) {
    const location = operation.api.documents.locate(operation.node);
    bodyFindings.push({
      code: 'operation-deprecated',
      message: `${operation.id} is deprecated`,
      at: '/request',
      location,
    });
  }
  const head = withoutBodySecrets(match, request, headFindings);
  return bodyFindings.length === 0 ? head : [...head, ...bodyFindings];
}

/** A message about the head may quote a value that is a secret of the body. Then the message is written again. */
function withoutBodySecrets(
  match: Match,
  request: Request,
  headFindings: readonly Finding[],
): readonly Finding[] {
  const isAffected = !hasEmptyBody(request) && headFindings.some(({ code }) => code === 'parameter-schema');
  return isAffected ? validateRequestHead(match, request, request) : headFindings;
}

/**
 * The findings that need no body. Clients send equal heads again and again, so callers keep the result per head.
 * @param secretsOf the request whose secrets are not quoted
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function validateRequestHead(
  match: Match,
  request: Request,
  secretsOf: Request = headOnly(request),
): readonly Finding[] {
  const { operation } = match;
  const query = parsePairs(request.query);
  const cookies = parseCookies(header(request.headers, 'cookie'));
  const findings = checkSecurity(operation, { request, query, cookies });
  checkAccept(operation, request, findings);
  findings.push(...checkParameters(match, request, { query, cookies, secretsOf }));
  return findings;
}

/**
 * Lists what is wrong with a response of an operation.
 * @param method the request's: HEAD is answered without a body
 * @param request its secrets are not quoted where the response repeats them
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function validateResponse(
  operation: Operation,
  response: Response,
  method: string = operation.method,
  request?: Request,
): Finding[] {
  const findings: Finding[] = [];
  checkResponse(operation, response, { method, request }, findings);
  return findings;
}
