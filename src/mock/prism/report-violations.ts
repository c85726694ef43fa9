// Puts the violations of a request and of its response into the response: the field sl-violations, or an error.

import type { Response } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation } from '../../openapi/model.ts';
import type { Problem } from '../problem.ts';
import type { ReportedRequest } from '../proxy/proxied-request.ts';
import { bodySourceOf, withBodySource } from '../respond/body-source.ts';
import { isCachedResponse, keepParts } from '../respond/response-cache.ts';
import type { PrismSettings } from '../server-state.ts';
import { NO_VIOLATIONS } from './body-violations.ts';
import { prismProblem } from './errors.ts';
import { responseViolations } from './response-violations.ts';
import { type PrismViolation, violationJson, violationsField } from './violation.ts';

/** Violations of responses that are sent many times. */
const KNOWN = new WeakMap<Response, readonly PrismViolation[]>();

/** Those responses with the field, for requests without violations. */
const REPORTED = new WeakMap<Response, Response>();

/** @param answer with the findings about the response */
export function withViolations<
  Answer extends { readonly response: Response | Problem; readonly findings: readonly Finding[] },
>(
  operation: Operation,
  answer: Answer,
  ofRequest: readonly PrismViolation[],
  { errors }: PrismSettings,
): Answer | (Answer & { readonly response: Problem }) {
  const { response, findings } = answer;
  if ('code' in response) return answer;
  const known = ofRequest.length === 0 ? REPORTED.get(response) : undefined;
  if (known !== undefined) return { ...answer, response: known };
  let ofResponse = findings.length === 0 ? NO_VIOLATIONS : KNOWN.get(response);
  if (ofResponse === undefined) {
    ofResponse = responseViolations(operation, response, findings);
    KNOWN.set(response, ofResponse);
  }
  if (ofRequest.length === 0 && ofResponse.length === 0) return answer;
  const entries = [
    ...ofRequest.map(each => violationJson(each, 'request')),
    ...ofResponse.map(each => violationJson(each, 'response')),
  ];
  const field = { 'sl-violations': [violationsField(entries)] };
  const failed = ofResponse.filter(({ severity }) => severity === 'Error');
  if (errors && failed.length > 0) {
    const detail = 'The response does not match the document, and the server has the option --errors.';
    const more = { validation: failed.map(each => violationJson(each, 'response')) };
    return { ...answer, response: prismProblem('VIOLATIONS', detail, { more, headers: field }) };
  }
  const reported = withBodySource(
    { ...response, headers: { ...response.headers, ...field } },
    bodySourceOf(response),
  );
  if (ofRequest.length === 0 && isCachedResponse(response)) {
    keepParts(reported);
    REPORTED.set(response, reported);
  }
  return { ...answer, response: reported };
}

/**
 * The response of an upstream with the violations of both sides, or the error in its place.
 * @param findings about the response
 */
export function reportUpstream(
  { operation, violations }: ReportedRequest,
  response: Response,
  findings: readonly Finding[],
  settings: PrismSettings,
): Response | Problem {
  const deprecation =
    operation?.deprecated && response.headers.deprecation === undefined ? ['true'] : undefined;
  const sent =
    deprecation === undefined ? response : { ...response, headers: { ...response.headers, deprecation } };
  if (operation !== undefined)
    return withViolations(operation, { response: sent, findings }, violations, settings).response;
  const entries = violations.map(each => violationJson(each, 'request'));
  return { ...sent, headers: { ...sent.headers, 'sl-violations': [violationsField(entries)] } };
}
