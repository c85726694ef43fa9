// Validates a request against an operation and lists the findings. Pure: the mock, the checker, the linter and replay all call it.
import { header, parseCookies, parsePairs, type Request, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';
import { checkAccept } from './accept.ts';
import { checkParameters } from './parameters.ts';
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
  checkRequestBody(operation, request, bodyFindings);
  if (operation.deprecated) {
    const location = operation.api.documents.locate(operation.node);
    bodyFindings.push({
      code: 'operation-deprecated',
      message: `${operation.id} is deprecated`,
      at: '/request',
      location,
    });
  }
  return bodyFindings.length === 0 ? headFindings : [...headFindings, ...bodyFindings];
}

/**
 * The part of that which needs no body: clients say the same head again and again.
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function validateRequestHead(match: Match, request: Request): readonly Finding[] {
  const { operation } = match;
  const query = parsePairs(request.query);
  const cookies = readsCookies(operation) ? parseCookies(header(request.headers, 'cookie')) : [];
  const findings = checkSecurity(operation, { request, query, cookies });
  checkAccept(operation, request, findings);
  findings.push(...checkParameters(match, request, query, cookies));
  return findings;
}

/** Whether a parameter or a security scheme is a cookie. Browsers send many cookies, and parsing them takes time. */
function readsCookies({ parameters, security }: Operation): boolean {
  return (
    parameters.some(parameter => parameter.in === 'cookie') ||
    security.some(alternative =>
      alternative.some(({ scheme }) => scheme.type === 'apiKey' && scheme.in === 'cookie'),
    )
  );
}

/**
 * Lists what is wrong with a response of an operation.
 * @param method the request's: HEAD is answered without a body
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function validateResponse(
  operation: Operation,
  response: Response,
  method: string = operation.method,
): Finding[] {
  const findings: Finding[] = [];
  checkResponse(operation, response, method, findings);
  return findings;
}
