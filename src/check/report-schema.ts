// zod schema of the report: source of its type, its validation and its published JSON Schema.
import { z } from 'zod';
import { CATALOGUE, type FindingCode } from '../finding/catalogue.ts';
import { COVERAGE_LEVELS, EXCHANGE_OUTCOMES, ISSUE_KINDS } from './report-terms.ts';

const count = z.int().min(0);

const countWithReasons = z
  .strictObject({ count, reasons: z.record(z.string(), count) })
  .describe('Number of exchanges, in total and by reason; the reasons add up to the count.');

const place = z
  .strictObject({
    file: z.string().describe('The file as given on the command line; "-" is standard input.'),
    entry: z.int().min(1).describe('Position among the entries of the file, from 1.'),
    line: z.int().min(1).optional().describe('Only in formats with one entry per line.'),
  })
  .describe('Position of an exchange in the recordings.');

const body = z.union([
  z.strictObject({ text: z.string(), truncatedFrom: count.optional() }),
  z.strictObject({ base64: z.string(), truncatedFrom: count.optional() }),
  z.strictObject({ notRecorded: z.string() }),
]);

const headers = z.array(z.tuple([z.string(), z.string()])).describe('Name and value, in the order sent.');

const sample = z
  .strictObject({
    place,
    startedAt: z.iso.datetime().optional(),
    request: z.strictObject({ method: z.string(), url: z.string(), headers, body }),
    response: z.strictObject({ status: z.int(), headers, body }).optional(),
    curl: z.string().describe('The request as a curl command; secrets are placeholders.'),
    expected: z
      .string()
      .optional()
      .describe('The rule in the document, such as "type: number"; for a difference, the recorded value.'),
    actual: z.string().optional().describe('The actual value, redacted and shortened.'),
  })
  .describe(
    'The first exchange with this issue: request and response without secrets. truncatedFrom: size of the whole body in bytes.',
  );

const sourceLocation = z
  .strictObject({ file: z.string(), line: z.int().min(1), column: z.int().min(1), pointer: z.string() })
  .describe('Location in the document of the rule that was violated.');

const outcome = z.enum(Object.keys(EXCHANGE_OUTCOMES) as (keyof typeof EXCHANGE_OUTCOMES)[]);

const operation = z.strictObject({
  id: z.string().describe('operationId, or "GET /pets/{id}".'),
  method: z.string(),
  path: z.string().describe('The path template; for an undocumented endpoint, the path with ids as {}.'),
});

const issue = z
  .strictObject({
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe(
        'Hash of code, rule and place in the exchange, and of the operation if only it has the rule; the same in every run.',
      ),
    code: z.enum(Object.keys(CATALOGUE) as FindingCode[]),
    kind: z
      .enum(ISSUE_KINDS)
      .describe('The kind of the code; rejected: a violation of requests that were correctly rejected.'),
    side: z.enum(['request', 'response']),
    api: z.string(),
    operation: operation.describe('The operation of the sample.'),
    operations: z
      .array(operation)
      .describe('All operations with this issue, sorted, at most 100: they may share the violated rule.'),
    at: z.string().describe('JSON Pointer into the exchange, indexes and ids as "*".'),
    message: z.string().describe('One sentence about the sample.'),
    location: sourceLocation.optional(),
    exchanges: count.describe('Number of exchanges with this issue.'),
    occurrences: count,
    outcomes: z.partialRecord(outcome, count),
    firstSeen: z.iso.datetime().optional().describe('Time of the earliest exchange with this issue.'),
    lastSeen: z.iso.datetime().optional(),
    accepted: z
      .strictObject({ reason: z.string(), owner: z.string().optional(), expires: z.iso.date().optional() })
      .optional()
      .describe('Set when the baseline accepts it.'),
    observed: z
      .array(z.string())
      .describe('For an undocumented part: observed JSON types or media types, sorted.'),
    sample,
    places: z.array(place).describe('The first three exchanges with this issue.'),
  })
  .describe('All findings with one cause.');

const level = z
  .strictObject({
    declared: count,
    seen: count.describe('Occurred in an exchange.'),
    passed: count.describe('Occurred in an exchange that passed.'),
    unseen: z.array(z.string()),
    notPassed: z.array(z.string()).describe('Seen, but only in exchanges that did not pass.'),
  })
  .describe('Coverage of one kind of part of the documents.');

const baselineEntry = z.strictObject({
  fingerprint: z.string(),
  code: z.string(),
  operation: z.string(),
  at: z.string(),
  line: z.int().min(1).describe('In the baseline file.'),
  expires: z.iso.date().optional(),
});

export const reportSchema = z
  .strictObject({
    version: z.literal(3),
    tool: z.strictObject({ name: z.literal('deadringer'), version: z.string() }),
    verdict: z
      .enum(['passed', 'failed', 'incomplete'])
      .describe('incomplete: nothing was checked, or a recording could not be read to its end.'),
    exitCode: z.literal([0, 1, 3]),
    reasons: z.array(z.string()).describe('Why the verdict is not "passed"; one sentence each.'),
    settings: z.strictObject({
      failOn: z.array(z.enum(ISSUE_KINDS)),
      minCoverage: z.partialRecord(z.enum(COVERAGE_LEVELS), z.number().min(0).max(100)).describe('Percent.'),
      side: z.enum(['both', 'client', 'provider']).describe("Which side's issues can fail the run."),
    }),
    replay: z
      .strictObject({
        targets: z
          .array(z.string())
          .describe('Servers the requests were sent to, such as "shop=https://staging.example.com/v2".'),
        writes: z.boolean().describe('Whether requests with unsafe methods were sent.'),
        strictValues: z.boolean().describe('Whether every value had to equal the recorded value.'),
      })
      .optional()
      .describe('Only in the report of a replay; the exchanges are the replayed ones.'),
    shard: z
      .strictObject({ index: z.int().min(1), of: z.int().min(1) })
      .optional()
      .describe('Set in the report of one shard.'),
    apis: z.array(
      z.strictObject({ name: z.string(), title: z.string(), file: z.string(), servers: z.array(z.string()) }),
    ),
    sources: z.array(
      z.strictObject({
        file: z.string(),
        format: z.enum(['har', 'ndjson', 'wiremock', 'postman', 'vcr']),
        creator: z.string().optional(),
        entries: count,
        truncated: z
          .string()
          .optional()
          .describe('Set when the file is truncated; entries before that point were checked.'),
      }),
    ),
    accounting: z
      .strictObject({
        total: count,
        passed: count,
        rejected: countWithReasons.describe(
          'Invalid requests that were correctly rejected: the status is 4xx, and the response has no violation. Reasons are statuses.',
        ),
        failed: countWithReasons,
        notCheckable: countWithReasons,
        skipped: countWithReasons
          .optional()
          .describe('Only in a replay: requests that were not sent, or got no response.'),
        outOfScope: countWithReasons,
        unreadable: countWithReasons,
      })
      .describe('total = passed + rejected + failed + notCheckable + skipped + outOfScope + unreadable.'),
    unreadable: z.array(z.strictObject({ place, message: z.string() })).describe('The first 100, in order.'),
    skipped: z
      .array(z.strictObject({ place, reason: z.string(), message: z.string() }))
      .optional()
      .describe('Only in a replay: the first 100 skipped exchanges, in order.'),
    otherHosts: z.record(z.string(), count).describe('Hosts that are in no document; at most 100.'),
    outcomes: z.partialRecord(outcome, count).describe('Number of checked exchanges by outcome.'),
    findings: z.array(issue),
    unlisted: count.describe('Occurrences of findings beyond the limit of the list.'),
    coverage: z.strictObject({
      levels: z.record(z.enum(COVERAGE_LEVELS), level),
      operations: z.array(
        z.strictObject({
          api: z.string(),
          id: z.string(),
          method: z.string(),
          path: z.string(),
          calls: count,
          passed: count,
          statuses: z
            .record(z.string(), count)
            .describe(
              'Number of exchanges by status; a declared status, range or "default" that did not occur has 0.',
            ),
          passedStatuses: z
            .record(z.string(), count)
            .describe('Number of exchanges that passed, by status; without those that have none.'),
          rejectedStatuses: z
            .record(z.string(), count)
            .describe('By status, the exchanges whose request was invalid and correctly rejected.'),
        }),
      ),
    }),
    baseline: z
      .strictObject({
        file: z.string(),
        accepted: count.describe('Findings of this run that the baseline accepts.'),
        stale: z.array(baselineEntry).describe('Baseline entries that were not found in this run.'),
        expired: z.array(baselineEntry).describe('Baseline entries that were found but have expired.'),
      })
      .optional(),
  })
  .describe('Report of deadringer check and deadringer replay, version 3.');
