// The faults of a delivery: the ways in which a response can be broken.

export const FAULTS = [
  'reset',
  'reset-mid-body',
  'hang',
  'empty',
  'truncate',
  'garbage',
  'wrong-length',
] as const;

export type Fault = (typeof FAULTS)[number];

/** What the mock does, as a predicate. */
export const FAULT_TEXTS: Readonly<Record<Fault, string>> = {
  reset: 'resets the connection instead of responding',
  'reset-mid-body': 'resets the connection in the middle of the body',
  hang: 'never answers',
  empty: 'closes the connection without a byte',
  truncate: 'ends the body early',
  garbage: 'sends bytes that are not HTTP',
  'wrong-length': 'sends a Content-Length that is larger than the body',
};
