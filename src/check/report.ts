// Types of the report that every reporter reads. The zod schema is in another file, so that a check does not load zod.
import type { z } from 'zod';
import type { reportSchema } from './report-schema.ts';

export type Report = z.infer<typeof reportSchema>;
export type Issue = Report['findings'][number];
export type Sample = Issue['sample'];
export type Accounting = Report['accounting'];
export type SampleBody = Sample['request']['body'];
