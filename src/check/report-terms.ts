// Terms that the types and the schema of the report share: kinds of issues, outcomes of an exchange, levels of coverage.

/**
 * In the order of reports. These are the kinds of findings; and `rejected`: the violations of requests that were correctly
 * rejected.
 */
export const ISSUE_KINDS = [
  'violation',
  'difference',
  'rejected',
  'undocumented',
  'undecodable',
  'not-checkable',
  'advice',
] as const;
export type IssueKind = (typeof ISSUE_KINDS)[number];

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

/**
 * Whether the request was invalid and the server was right to reject it: a row of its own, and no violation. A status that the
 * document does not declare is a finding of its own.
 */
export function isCorrectlyRejected(outcome: ExchangeOutcome, responseInvalid: boolean): boolean {
  return outcome === 'refused' && !responseInvalid;
}

/** @param requestInvalid whether the request has a violation */
export function outcomeOf(requestInvalid: boolean, status: number): ExchangeOutcome {
  if (status >= 500) return 'failed';
  if (status >= 400) return requestInvalid ? 'refused' : 'refused-valid';
  return requestInvalid ? 'accepted-invalid' : 'accepted';
}
