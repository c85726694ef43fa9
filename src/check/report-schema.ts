// The shape of a report, versioned: what its type, its validation and its published JSON Schema are made from.
import { z } from 'zod';
import { CATALOGUE, type FindingCode } from '../finding/catalogue.ts';
import { GATES, LEVELS, OUTCOMES } from './report.ts';

const count = z.int().min(0);

const counted = z
  .strictObject({ count, reasons: z.record(z.string(), count) })
  .describe('How many, and how many for which reason; the reasons add up to the count.');

const place = z
  .strictObject({
    file: z.string().describe('As it was named; "-" is standard input.'),
    entry: z.int().min(1).describe('Position among the entries of the file, from 1.'),
    line: z.int().min(1).optional().describe('In formats of one entry a line.'),
  })
  .describe('Where an exchange stands in the recordings.');

const body = z.union([
  z.strictObject({ text: z.string(), cutFrom: count.optional() }),
  z.strictObject({ base64: z.string(), cutFrom: count.optional() }),
  z.strictObject({ notRecorded: z.string() }),
]);

const headers = z.array(z.tuple([z.string(), z.string()])).describe('Name and value, in the order sent.');

const sample = z
  .strictObject({
    place,
    startedAt: z.iso.datetime().optional(),
    request: z.strictObject({ method: z.string(), url: z.string(), headers, body }),
    response: z.strictObject({ status: z.int(), headers, body }).optional(),
    curl: z.string().describe('The request for a shell; secrets are placeholders.'),
    expected: z
      .string()
      .optional()
      .describe('What the line of the document says: "type: number"; of a difference, what was recorded.'),
    actual: z.string().optional().describe('What stands there instead, redacted and shortened.'),
  })
  .describe(
    'The first exchange that showed it, both halves, without secrets; cutFrom: bytes of the whole body.',
  );

const clause = z
  .strictObject({ file: z.string(), line: z.int().min(1), column: z.int().min(1), pointer: z.string() })
  .describe('The line of the document that was broken.');

const outcome = z.enum(Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]);

const group = z
  .strictObject({
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe('Of code, operation, clause and place; the same from run to run.'),
    code: z.enum(Object.keys(CATALOGUE) as FindingCode[]),
    kind: z.enum(GATES),
    side: z.enum(['request', 'response']),
    api: z.string(),
    operation: z.strictObject({
      id: z.string().describe('operationId, or "GET /pets/{id}".'),
      method: z.string(),
      path: z
        .string()
        .describe('The template; for an endpoint that is not documented, the path with ids as {}.'),
    }),
    at: z.string().describe('JSON Pointer into the exchange, indexes and ids as "*".'),
    message: z.string().describe('One sentence, of the sample.'),
    clause: clause.optional(),
    exchanges: count.describe('How many exchanges show it.'),
    occurrences: count,
    outcomes: z.partialRecord(outcome, count),
    firstSeen: z.iso.datetime().optional().describe('When the earliest exchange that shows it was recorded.'),
    lastSeen: z.iso.datetime().optional(),
    accepted: z
      .strictObject({ reason: z.string(), owner: z.string().optional(), expires: z.iso.date().optional() })
      .optional()
      .describe('Set when the baseline accepts it.'),
    observed: z.array(z.string()).describe('For drift: JSON types or media types seen there, sorted.'),
    sample,
    places: z.array(place).describe('The first three exchanges that show it.'),
  })
  .describe('All findings with one cause.');

const level = z
  .strictObject({
    declared: count,
    seen: count.describe('Occurred in an exchange.'),
    kept: count.describe('Occurred in an exchange that kept the contract.'),
    unseen: z.array(z.string()),
    unkept: z.array(z.string()).describe('Seen, but only in exchanges that broke the contract.'),
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
    version: z.literal(1),
    tool: z.strictObject({ name: z.literal('deadringer'), version: z.string() }),
    verdict: z
      .enum(['kept', 'broken', 'incomplete'])
      .describe('incomplete: nothing was checked, or a recording could not be read to its end.'),
    exitCode: z.literal([0, 1, 3]),
    reasons: z.array(z.string()).describe('Why the verdict is not "kept"; one sentence each.'),
    settings: z.strictObject({
      failOn: z.array(z.enum(GATES)),
      minCoverage: z.partialRecord(z.enum(LEVELS), z.number().min(0).max(100)).describe('Percent.'),
      side: z.enum(['both', 'client', 'provider']).describe('Whose breaches count.'),
    }),
    replay: z
      .strictObject({
        targets: z
          .array(z.string())
          .describe('Where the requests went: "shop=https://staging.example.com/v2".'),
        writes: z.boolean().describe('Whether requests that change something were sent.'),
        strictValues: z.boolean().describe('Whether values had to be the recorded ones.'),
      })
      .optional()
      .describe('Set in the report of a replay: the exchanges are those of now.'),
    shard: z
      .strictObject({ index: z.int().min(1), of: z.int().min(1) })
      .optional()
      .describe('Set while this is a part of a run.'),
    apis: z.array(
      z.strictObject({ name: z.string(), title: z.string(), file: z.string(), servers: z.array(z.string()) }),
    ),
    sources: z.array(
      z.strictObject({
        file: z.string(),
        format: z.enum(['har', 'ndjson', 'wiremock', 'postman', 'vcr']),
        creator: z.string().optional(),
        entries: count,
        cutOff: z.string().optional().describe('Set when the file broke off; what came before was judged.'),
      }),
    ),
    accounting: z
      .strictObject({
        total: count,
        kept: count,
        broken: counted,
        notCheckable: counted,
        cannotReplay: counted
          .optional()
          .describe('Only of a replay: what was not asked again, or not answered.'),
        outOfScope: counted,
        unreadable: counted,
      })
      .describe('total = kept + broken + notCheckable + cannotReplay + outOfScope + unreadable.'),
    unreadable: z.array(z.strictObject({ place, why: z.string() })).describe('The first hundred, in order.'),
    unreplayed: z
      .array(z.strictObject({ place, reason: z.string(), why: z.string() }))
      .optional()
      .describe('Only of a replay: the first hundred that could not be replayed, in order.'),
    otherHosts: z.record(z.string(), count).describe('Hosts that no document names; at most a hundred.'),
    outcomes: z.partialRecord(outcome, count).describe('Of the exchanges that were judged.'),
    findings: z.array(group),
    unlisted: count.describe('Occurrences of further findings: the list is bounded.'),
    coverage: z.strictObject({
      levels: z.record(z.enum(LEVELS), level),
      operations: z.array(
        z.strictObject({
          api: z.string(),
          id: z.string(),
          method: z.string(),
          path: z.string(),
          calls: count,
          kept: count,
          statuses: z.record(z.string(), count),
        }),
      ),
    }),
    baseline: z
      .strictObject({
        file: z.string(),
        accepted: count.describe('Findings of this run that the baseline accepts.'),
        stale: z.array(baselineEntry).describe('Accepted, but no longer found.'),
        expired: z.array(baselineEntry).describe('Found, and no longer accepted since their date.'),
      })
      .optional(),
  })
  .describe('The report of deadringer check and deadringer replay, version 1.');
