// Types of the report that every reporter reads. The zod schema is in another file so that a run does not load zod.
import type { z } from 'zod';
import { FINDING_KINDS } from '../finding/catalogue-entry.ts';
import type { reportSchema } from './report-schema.ts';

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

export const GATES = FINDING_KINDS;
export type Gate = (typeof GATES)[number];

export type Report = z.infer<typeof reportSchema>;
export type Issue = Report['findings'][number];
export type Sample = Issue['sample'];
export type ExchangeOutcome = keyof typeof EXCHANGE_OUTCOMES;
export type Accounting = Report['accounting'];
export type SampleBody = Sample['request']['body'];
