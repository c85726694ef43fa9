// The one judge: what is wrong with a request, what is wrong with a response. Pure; everything else asks here.
import { header, parseCookies, parsePairs, type Request, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { checkAccept } from './checks/accept.ts';
import { checkParameters } from './checks/parameters.ts';
import { checkRequestBody } from './checks/request-body.ts';
import { checkResponse } from './checks/response.ts';
import { checkSecurity } from './checks/security.ts';
import type { Operation } from './contract.ts';
import type { Match } from './match.ts';

/**
 * Lists what is wrong with a request, in the order security, Accept, parameters, body. Every finding is listed; which one
 * decides an answer is for refusals.ts.
 * @param ofHead what judgeHead said of the same head, where that is known already
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function judgeRequest(
  match: Match,
  request: Request,
  ofHead: readonly Finding[] = judgeHead(match, request),
): readonly Finding[] {
  const { operation } = match;
  const ofBody: Finding[] = [];
  checkRequestBody(operation, request, ofBody);
  if (operation.deprecated) {
    const clause = operation.api.sources.clause(operation.part);
    ofBody.push({
      code: 'operation-deprecated',
      message: `${operation.id} is deprecated`,
      at: '/request',
      clause,
    });
  }
  return ofBody.length === 0 ? ofHead : [...ofHead, ...ofBody];
}

/**
 * The part of that which needs no body: clients say the same head again and again.
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function judgeHead(match: Match, request: Request): readonly Finding[] {
  const { operation } = match;
  const query = parsePairs(request.query);
  const cookies = parseCookies(header(request.headers, 'cookie'));
  const findings = checkSecurity(operation, { request, query, cookies });
  checkAccept(operation, request, findings);
  findings.push(...checkParameters(match, request, query, cookies));
  return findings;
}

/**
 * Lists what is wrong with a response of an operation.
 * @param method the request's: HEAD is answered without a body
 * @throws UnusableSchema when a schema that is needed does not compile
 */
export function judgeResponse(
  operation: Operation,
  response: Response,
  method: string = operation.method,
): Finding[] {
  const findings: Finding[] = [];
  checkResponse(operation, response, method, findings);
  return findings;
}
