// The response to a request above the rate limit: the declared 429, else a problem that is off-contract.

import { type Operation, responseFor } from '../../openapi/model.ts';
import { rateLimitText } from '../explain/rate-limit-text.ts';
import type { RateVerdict } from '../session/rate-limits.ts';
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
