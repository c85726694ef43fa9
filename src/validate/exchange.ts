// Validates request and response of an exchange. A side that cannot be validated gives a not-checkable finding.

import type { Exchange } from '../exchange/exchange.ts';
import { kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { Match } from '../routing/trie.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { validateRequest } from './request.ts';
import { validateResponse } from './response.ts';

export interface ExchangeFindings {
  /** Those of the request before those of the response. */
  readonly findings: readonly Finding[];
  /** True: the findings of the request include a violation. */
  readonly requestInvalid: boolean;
  readonly responseInvalid: boolean;
}

/** Validates both sides of an exchange. Never throws for a schema that does not compile: the side becomes not checkable. */
export function validateExchange(
  match: Match,
  { request, response }: Pick<Exchange, 'request' | 'response'>,
): ExchangeFindings {
  const requestFindings = validateSide('request', () => validateRequest(match, request));
  const responseFindings =
    response === undefined
      ? []
      : validateSide('response', () => validateResponse(match.operation, response, request.method, request));
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

/** Turns a schema that does not compile into a not-checkable finding, which is counted and never a pass. */
function validateSide(side: 'request' | 'response', validate: () => readonly Finding[]): readonly Finding[] {
  try {
    return validate();
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    const { message, location } = error.finding;
    return [
      {
        code: `${side}-not-checkable`,
        message: `the ${side} cannot be checked: ${message}`,
        at: `/${side}`,
        ...(location !== undefined && { location }),
      },
    ];
  }
}
