// A difference between a recorded and a current response, as a finding with both values.
import type { Finding } from '../finding/finding.ts';

/** A finding that may have the recorded and the current value. */
export interface Difference extends Finding {
  /** The redacted values. Call it only to show them: redaction costs more than the comparison. */
  readonly values?: () => DifferenceValues;
}

export interface DifferenceValues {
  readonly recorded?: string;
  readonly current?: string;
}
