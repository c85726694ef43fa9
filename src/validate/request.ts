// Validates a request against an operation and lists the findings. Pure: the mock, the checker, the linter and replay all call it.

import { header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';
import { hasEmptyBody } from '../exchange/text-body.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';
import { checkAccept } from './accept.ts';
import { withMaskedValues } from './masked-values.ts';
import { checkParameters } from './parameters.ts';
import { headOnly } from './quote-test.ts';
import { checkRequestBody } from './request-body.ts';
import { checkSecurity } from './security.ts';
import { checkUndocumentedHeaders } from './undocumented-headers.ts';
import { notCheckable } from './unusable.ts';

/**
 * Lists every finding about a request, in the order security, Accept, parameters, body.
 * @param match what `createMatcher` returned for the request
 * @param headFindings what `validateRequestHead` returned for the same request head, if that is known already
 * @example
 * const match = createMatcher(contract)({ method: 'GET', path: '/petstore/pets/7', host: undefined });
 * if (match.kind === 'operation') console.log(validateRequest(match, request));
 */
export function validateRequest(
  match: Match,
  request: Request,
  headFindings: readonly Finding[] = validateRequestHead(match, request),
): readonly Finding[] {
  const { operation } = match;
  if (operation.unusable !== undefined) return [notCheckable(operation.unusable, 'request')];
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
  const findings = bodyFindings.length === 0 ? head : [...head, ...bodyFindings];
  return withMaskedValues(findings, request, match.pathValues);
}

/** Writes the messages about the head again if the body may contain secrets: they must not quote one. */
function withoutBodySecrets(
  match: Match,
  request: Request,
  headFindings: readonly Finding[],
): readonly Finding[] {
  const isAffected = !hasEmptyBody(request) && headFindings.some(({ code }) => code === 'parameter-schema');
  return isAffected ? validateRequestHead(match, request, request) : headFindings;
}

/**
 * Lists the findings that do not need the body, so that a caller can cache them by request head.
 * @param secretsOf the request whose secrets the messages do not quote
 */
export function validateRequestHead(
  match: Match,
  request: Request,
  secretsOf: Request = headOnly(request),
): readonly Finding[] {
  const { operation } = match;
  if (operation.unusable !== undefined) return [];
  const query = parsePairs(request.query);
  const cookies = readsCookies(operation) ? parseCookies(header(request.headers, 'cookie')) : [];
  const findings = checkSecurity(operation, { request, query, cookies });
  checkAccept(operation, request, findings);
  findings.push(...checkParameters(match, request, { query, cookies, secretsOf }));
  checkUndocumentedHeaders(operation, request, findings);
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
