// A finding of a replay about a value that differs from the recording.

import type { Finding } from '../finding/finding.ts';

export interface Difference extends Finding {
  /** The two values, redacted. A function, because redaction costs more than the comparison: call it only to show them. */
  readonly values?: () => DifferenceValues;
}

export interface DifferenceValues {
  readonly recorded?: string;
  readonly current?: string;
}
