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
