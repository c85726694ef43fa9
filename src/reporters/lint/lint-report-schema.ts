// zod schema of the report of lint: source of its type and of its published JSON Schema.
import { z } from 'zod';
import { CATALOGUE, type FindingCode } from '../../finding/catalogue.ts';
import { FINDING_KINDS } from '../../finding/catalogue-entry.ts';

const count = z.int().min(0);

export const lintReportSchema = z
  .strictObject({
    version: z.literal(1),
    tool: z.strictObject({ name: z.literal('deadringer'), version: z.string() }),
    verdict: z.enum(['passed', 'failed']).describe('failed: there is an error.'),
    exitCode: z.literal([0, 1, 2]).describe('2: no document can be used, so nothing else was checked.'),
    summary: z.string().describe('One sentence.'),
    documents: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        file: z.string(),
        format: z.string().describe('Such as "OpenAPI 3.1.0".'),
        operations: count,
      }),
    ),
    scenarios: count.describe('Number of scenarios that were checked.'),
    skippedScenarios: count.describe('Number of scenarios that need parts that --provenance removed.'),
    errors: count,
    warnings: count,
    notes: count,
    findings: z
      .array(
        z
          .strictObject({
            severity: z.enum(['error', 'warning', 'note']),
            code: z.enum(Object.keys(CATALOGUE) as FindingCode[]),
            kind: z.enum(FINDING_KINDS),
            message: z.string(),
            location: z
              .strictObject({
                file: z.string(),
                line: z.int().min(1),
                column: z.int().min(1),
                pointer: z.string(),
              })
              .optional(),
          })
          .describe('Each is listed once, at its cause.'),
      )
      .describe('In the order of the documents and scenarios.'),
  })
  .describe('Report of deadringer lint, version 1.');

export function lintReportJsonSchema(): object {
  return z.toJSONSchema(lintReportSchema, { io: 'output' });
}
