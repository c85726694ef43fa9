// Difference, DifferenceValues.
import type { Finding } from '../finding/finding.ts';

/** A finding that knows what stood there before and what stands there now, better than the document does. */
export interface Difference extends Finding {
  /** Without secrets. To be asked for only where it is shown: taking them out costs more than comparing. */
  readonly values?: () => DifferenceValues;
}

export interface DifferenceValues {
  readonly recorded?: string;
  readonly current?: string;
}
