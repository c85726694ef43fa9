// Terms that the types and the schema of the report share: outcomes of an exchange, levels of coverage.

/** Request validity combined with the response status. It names the likely cause of an issue. */
export const EXCHANGE_OUTCOMES = {
  accepted: 'valid request, accepted',
  refused: 'invalid request, correctly rejected',
  'refused-valid': 'valid request, rejected: the document may allow too much',
  'accepted-invalid': 'invalid request, accepted: the server is lenient or the document is out of date',
  failed: 'server error (5xx)',
} as const;

export const COVERAGE_LEVELS = [
  'operations',
  'statuses',
  'mediaTypes',
  'parameters',
  'properties',
  'enums',
] as const;

export type CoverageLevel = (typeof COVERAGE_LEVELS)[number];

/** The level in words: "media types" for mediaTypes. */
export function coverageLabel(level: CoverageLevel): string {
  if (level === 'mediaTypes') return 'media types';
  return level === 'enums' ? 'enum values' : level;
}

export type ExchangeOutcome = keyof typeof EXCHANGE_OUTCOMES;

/** @param requestInvalid whether the request has a violation */
export function outcomeOf(requestInvalid: boolean, status: number): ExchangeOutcome {
  if (status >= 500) return 'failed';
  if (status >= 400) return requestInvalid ? 'refused' : 'refused-valid';
  return requestInvalid ? 'accepted-invalid' : 'accepted';
}
