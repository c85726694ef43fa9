// The response to a request above the rate limit: the declared 429, else a problem that is off-contract.

import { type Operation, responseFor } from '../../openapi/model.ts';
import type { RateVerdict } from '../session/rate-limits.ts';
import { EVERYTHING } from '../target.ts';
import type { ResponseSelection } from './create-response.ts';
import { createForcedResponse, type ForcedResponse, offContractReason } from './forced-response.ts';
import { secondsLeft } from './rate-limit-headers.ts';

/** @param selection of the response that the request would get below the limit */
export async function createRateLimitedResponse(
  operation: Operation,
  selection: ResponseSelection,
  verdict: RateVerdict,
): Promise<ForcedResponse> {
  if (responseFor(operation, 429) !== undefined)
    return await createForcedResponse(operation, { ...selection, status: 429, example: undefined });
  return {
    response: {
      code: 'rate-limited',
      detail: rateLimitText(verdict),
      hint: `declare a 429 response for ${operation.id}; the mock then sends it instead of this problem`,
      headers: { 'retry-after': [String(secondsLeft(verdict))] },
    },
    findings: [],
    offContract: offContractReason(operation, 429),
  };
}

/** "this is request 6 of a window that allows 5: the rate limit 5/1m of the document, counted for ..." */
export function rateLimitText({ rate, setBy, hasCredential, calls }: RateVerdict): string {
  const by =
    'node' in setBy
      ? 'the document'
      : `the switch for ${setBy.target === EVERYTHING ? 'everything' : setBy.target}`;
  const counted = hasCredential ? 'for the credential of the request' : 'for requests without a credential';
  return `this is request ${calls} of a window that allows ${rate.requests}: the rate limit ${rate.text} of ${by}, counted ${counted}`;
}
