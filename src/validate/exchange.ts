// Validates request and response of an exchange. A side that cannot be validated gives a not-checkable finding.

import type { Exchange } from '../exchange/exchange.ts';
import { kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { Match } from '../routing/trie.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { validateRequest, validateResponse } from './request.ts';

export interface ExchangeFindings {
  readonly findings: readonly Finding[];
  readonly requestInvalid: boolean;
  readonly responseInvalid: boolean;
}

export function validateExchange(
  match: Match,
  { request, response }: Pick<Exchange, 'request' | 'response'>,
): ExchangeFindings {
  const ofRequest = validateSide('request', () => validateRequest(match, request));
  const ofResponse =
    response === undefined
      ? []
      : validateSide('response', () => validateResponse(match.operation, response, request.method, request));
  return {
    findings: ofResponse.length === 0 ? ofRequest : [...ofRequest, ...ofResponse],
    requestInvalid: ofRequest.some(isViolation),
    responseInvalid: ofResponse.some(isViolation),
  };
}

export function isViolation(finding: Finding): boolean {
  return kindOf(finding) === 'violation';
}

/** Where the document does not know the status or the media type, nobody looked at the answer. */
export function isNotCheckable(finding: Finding): boolean {
  const { code } = finding;
  return (
    kindOf(finding) === 'not-checkable' || code === 'status-undocumented' || code === 'response-media-type'
  );
}

/** A schema that cannot be used makes its half not checkable, which is said and counted, and is never a pass. */
function validateSide(side: 'request' | 'response', judge: () => readonly Finding[]): readonly Finding[] {
  try {
    return judge();
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
