// Validates request and response of an exchange. A side that cannot be validated gives a not-checkable finding.

import type { Exchange } from '../exchange/exchange.ts';
import { kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
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

/** Validates both sides of an exchange. */
export function validateExchange(
  match: Match,
  { request, response }: Pick<Exchange, 'request' | 'response'>,
): ExchangeFindings {
  const requestFindings = validateRequest(match, request);
  const responseFindings =
    response === undefined ? [] : validateResponse(match.operation, response, request.method, request);
  return {
    findings: responseFindings.length === 0 ? requestFindings : [...requestFindings, ...responseFindings],
    requestInvalid: requestFindings.some(isViolation),
    responseInvalid: responseFindings.some(isViolation),
  };
}

export function isViolation(finding: Finding): boolean {
  return kindOf(finding) === 'violation';
}

/** True if the finding means that a body or a value was not validated, as in a response of an undeclared status or type. */
export function isNotCheckable(finding: Finding): boolean {
  const { code } = finding;
  return (
    kindOf(finding) === 'not-checkable' || code === 'status-undocumented' || code === 'response-media-type'
  );
}
