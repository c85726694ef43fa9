// The report of a check: one type that every reporter reads and that shards are merged by. The schema stands apart, so that zod stays out of a run.
import type { z } from 'zod';
import { KINDS } from '../finding/entry.ts';
import type { reportSchema } from './report-schema.ts';

/** How question and answer fit together, which says whom to ask: see outcomeOf() in check/outcome.ts. */
export const OUTCOMES = {
  accepted: 'the request keeps the contract and was accepted',
  refused: 'the request breaks the contract and was refused, as it should be',
  'refused-valid': 'the request keeps the contract and was refused: the document may promise too much',
  'accepted-invalid':
    'the request breaks the contract and was accepted: a lenient server or a stale document',
  failed: 'the server failed (5xx)',
} as const;

export const LEVELS = ['operations', 'statuses', 'mediaTypes', 'parameters', 'properties', 'enums'] as const;
export type Level = (typeof LEVELS)[number];

export const GATES = KINDS;
export type Gate = (typeof GATES)[number];

export type Report = z.infer<typeof reportSchema>;
export type Group = Report['findings'][number];
export type Sample = Group['sample'];
export type Outcome = keyof typeof OUTCOMES;
export type Accounting = Report['accounting'];
export type ShownBody = Sample['request']['body'];
