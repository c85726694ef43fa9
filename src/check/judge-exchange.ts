// Both halves of an exchange before the judge; a half that cannot be judged is a finding like others, and never a pass.
import { judgeRequest, judgeResponse } from '../contract/judge.ts';
import { UnusableSchema } from '../contract/schemas.ts';
import type { Match } from '../contract/tree.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { kindOf } from './group.ts';

export interface Judged {
  readonly findings: readonly Finding[];
  readonly requestBroken: boolean;
  readonly responseBroken: boolean;
}

export function judgeExchange(
  match: Match,
  { request, response }: Pick<Exchange, 'request' | 'response'>,
): Judged {
  const ofRequest = halfOf('request', () => judgeRequest(match, request));
  const ofResponse =
    response === undefined
      ? []
      : halfOf('response', () => judgeResponse(match.operation, response, request.method));
  return {
    findings: ofResponse.length === 0 ? ofRequest : [...ofRequest, ...ofResponse],
    requestBroken: ofRequest.some(isViolation),
    responseBroken: ofResponse.some(isViolation),
  };
}

export function isViolation(finding: Finding): boolean {
  return kindOf(finding) === 'violation';
}

/** Where the document does not know the status or the media type, nobody looked at the answer. */
export function isUnjudged(finding: Finding): boolean {
  const { code } = finding;
  return (
    kindOf(finding) === 'not-checkable' || code === 'status-undocumented' || code === 'response-media-type'
  );
}

/** A schema that cannot be used makes its half not checkable, which is said and counted, and is never a pass. */
function halfOf(half: 'request' | 'response', judge: () => readonly Finding[]): readonly Finding[] {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    const { message, clause } = error.finding;
    return [
      {
        code: `${half}-not-checkable`,
        message: `the ${half} cannot be judged: ${message}`,
        at: `/${half}`,
        ...(clause !== undefined && { clause }),
      },
    ];
  }
}
