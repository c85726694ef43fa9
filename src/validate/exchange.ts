// Validates request and response of an exchange. A side that cannot be validated gives a not-checkable finding.

import type { Exchange, Request, Response } from '../exchange/exchange.ts';
import { hasEmptyBody } from '../exchange/text-body.ts';
import { kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import type { Match } from '../routing/trie.ts';
import { validateRequest } from './request.ts';
import { validateResponse } from './response.ts';

export interface ExchangeFindings {
  /** Those of the request before those of the response. */
  readonly findings: readonly Finding[];
  /** True: the findings of the request include a violation. */
  readonly requestInvalid: boolean;
  readonly responseInvalid: boolean;
}

/** Validates both sides of an exchange, each in the light of the other. */
export function validateExchange(
  match: Match,
  exchange: Pick<Exchange, 'request' | 'response'>,
): ExchangeFindings {
  const request = withUnknownFields(exchange.request, true);
  const response =
    exchange.response && withUnknownFields(exchange.response, !hasEmptyBody(exchange.response));
  const requestFindings = withoutOverlookedAccept(match.operation, validateRequest(match, request), response);
  const responseFindings =
    response === undefined ? [] : validateResponse(match.operation, response, request.method, request);
  return {
    findings: responseFindings.length === 0 ? requestFindings : [...requestFindings, ...responseFindings],
    requestInvalid: requestFindings.some(isViolation),
    responseInvalid: responseFindings.some(isViolation),
  };
}

/**
 * A message without any field is one whose fields were not recorded: a request has a Host (RFC 9110 section 7.2), and content
 * has a length or a coding (RFC 9112 section 6.3).
 */
function withUnknownFields<Sent extends Request | Response>(message: Sent, needsFields: boolean): Sent {
  if (!needsFields) return message;
  for (const _ in message.headers) return message;
  return { ...message, withheld: ['*'] };
}

/**
 * A server may disregard Accept (RFC 9110 section 12.5.1). Then the client violated nothing, unless the response is the one
 * that refuses an Accept.
 */
function withoutOverlookedAccept(
  { refusals }: Operation,
  findings: readonly Finding[],
  response: Response | undefined,
): readonly Finding[] {
  if (response === undefined || response.status === (refusals.responses.accept?.status ?? 406))
    return findings;
  return findings.some(isAboutAccept) ? findings.filter(finding => !isAboutAccept(finding)) : findings;
}

function isAboutAccept({ code }: Finding): boolean {
  return code === 'accept-unsatisfiable';
}

export function isViolation(finding: Finding): boolean {
  return kindOf(finding) === 'violation';
}

/** True if the finding means that a body or a value was not validated, as in a response of an undeclared status or type. */
export function isNotCheckable(finding: Finding): boolean {
  const { code } = finding;
  const kind = kindOf(finding);
  return (
    kind === 'not-checkable' ||
    kind === 'undecodable' ||
    code === 'status-undocumented' ||
    code === 'response-media-type'
  );
}
