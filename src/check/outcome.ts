// Classifies request validity and response status, to name the likely cause of an issue.
import type { ExchangeOutcome } from './report.ts';

/** @param requestBroken whether the request has a violation */
export function outcomeOf(requestBroken: boolean, status: number): ExchangeOutcome {
  if (status >= 500) return 'failed';
  if (status >= 400) return requestBroken ? 'refused' : 'refused-valid';
  return requestBroken ? 'accepted-invalid' : 'accepted';
}
