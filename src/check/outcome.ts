// How question and answer fit together: whom a finding should be taken to.
import type { Outcome } from './report.ts';

/** @param requestBroken whether the request has a violation */
export function outcomeOf(requestBroken: boolean, status: number): Outcome {
  if (status >= 500) return 'failed';
  if (status >= 400) return requestBroken ? 'refused' : 'refused-valid';
  return requestBroken ? 'accepted-invalid' : 'accepted';
}
