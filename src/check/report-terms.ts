// Words of the report that its types and its schema share: outcomes of an exchange, levels of coverage.

/** How question and answer fit together, which says whom to ask: see outcomeOf() in check/outcome.ts. */
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

export type ExchangeOutcome = keyof typeof EXCHANGE_OUTCOMES;

/** @param requestBroken whether the request has a violation */
export function outcomeOf(requestBroken: boolean, status: number): ExchangeOutcome {
  if (status >= 500) return 'failed';
  if (status >= 400) return requestBroken ? 'refused' : 'refused-valid';
  return requestBroken ? 'accepted-invalid' : 'accepted';
}
