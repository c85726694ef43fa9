// What a scenario file may say. This one schema is the types, the validation and, generated, the editors' JSON Schema.
import { z } from 'zod';
import type { Source } from '../finding/locate.ts';

const status = z.int().min(100).max(599).describe('An HTTP status.');

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const condition = z
  .union([
    scalar.describe('The value must equal this one.'),
    z
      .strictObject({
        equals: z
          .unknown()
          .optional()
          .describe('The value must equal this one; arrays and objects count too.'),
        'one-of': z.array(z.unknown()).min(1).optional().describe('The value must equal one of these.'),
        matches: z
          .string()
          .optional()
          .describe('The value, as text, must match this regular expression (ECMA-262).'),
        exists: z.boolean().optional().describe('true: there must be a value. false: there must be none.'),
        greater: z.number().optional().describe('The value must be a number greater than this.'),
        less: z.number().optional().describe('The value must be a number less than this.'),
        schema: z
          .record(z.string(), z.unknown())
          .optional()
          .describe('The value must satisfy this JSON Schema (2020-12).'),
        not: z.boolean().optional().describe('true turns the condition round.'),
      })
      .refine(
        given => Object.keys(given).some(key => key !== 'not'),
        'says nothing; name equals, one-of, matches ...',
      ),
  ])
  .describe('What a value must be like: a value to equal, or a test.');

const conditions = z.record(z.string(), condition);

export const whenSchema = z
  .strictObject({
    path: conditions.optional().describe('Path parameters by name, percent-decoded.'),
    query: conditions.optional().describe('Query parameters by name, decoded.'),
    headers: conditions.optional().describe('Header fields by name, in any case.'),
    cookies: conditions.optional().describe('Cookies by name.'),
    body: conditions
      .optional()
      .describe(
        'Parts of a JSON or form body, by JSON Pointer ("/userId") or JSONPath ("$.devices[*].token").',
      ),
    valid: z
      .boolean()
      .optional()
      .describe('How the request was judged: true, the contract is kept; false, it is broken.'),
    state: z
      .string()
      .optional()
      .describe('The state that the story must be in. Every story begins in "start".'),
  })
  .describe('All of these must hold for the rule to apply.');

const duration = z
  .union([
    z.number().min(0).describe('Milliseconds.'),
    z
      .string()
      .regex(/^\d+(\.\d+)?(ms|s|m)$/, 'must be written like 250ms, 2s or 1m')
      .describe('Like 250ms, 2s or 1m.'),
  ])
  .describe('A time: milliseconds, or text like 250ms, 2s, 1m.');

const delay = z
  .union([
    duration,
    z.strictObject({ min: duration, max: duration }).describe('Any time between the two, all alike likely.'),
    z
      .strictObject({ p50: duration, p99: duration })
      .describe('Log-normal, as real latencies are: half of the answers within p50, 99 of 100 within p99.'),
  ])
  .describe('How long to wait before the first byte of the answer.');

const faults = ['reset', 'reset-mid-body', 'hang', 'empty', 'truncate', 'garbage', 'wrong-length'] as const;

export const deliverSchema = z
  .strictObject({
    delay: delay.optional(),
    drip: z.int().min(1).optional().describe('Bytes a second that the body is sent with.'),
    fault: z
      .enum(faults)
      .optional()
      .describe(
        'How the answer breaks: reset (TCP reset instead of an answer), reset-mid-body, hang (never a byte), empty (the connection closes without a byte), truncate (the body ends early), garbage (bytes that are not HTTP), wrong-length (Content-Length says more than comes).',
      ),
    percent: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('Of a hundred answers, this many are delivered like this.'),
    times: z.int().min(1).optional().describe('Deliver like this so often, and then as ever.'),
  })
  .describe('How to deliver the answer: late, slowly, or broken.');

const offContract = z
  .string()
  .min(1)
  .describe('Why this answer may break the contract. Without a reason it may not.');

const response = z
  .strictObject({
    status: status.optional().describe('The status; the documented success when absent.'),
    example: z.string().optional().describe('A named example of the response to answer with.'),
    headers: z
      .record(z.string(), z.union([z.string(), z.number(), z.null()]))
      .optional()
      .describe('Headers to set; null takes one away.'),
    body: z
      .unknown()
      .optional()
      .describe(
        'The body, instead of the example. Text in it may hold {{ templates }}. { $text: "..." } is sent exactly as written, whatever the media type.',
      ),
    patch: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Changes over the answer that would be given, as a JSON Merge Patch: null takes a member away.',
      ),
    'off-contract': offContract.optional(),
    deliver: deliverSchema.optional(),
  })
  .refine(
    given => given.body === undefined || (given.patch === undefined && given.example === undefined),
    'body stands alone: it goes with neither example nor patch',
  );

const upstream = z
  .literal('upstream')
  .describe('The answer of the real service, where the server was told of one (serve --upstream).');

const step = z.union([
  status.describe('The answer that the document declares for this status.'),
  upstream,
  response,
]);

const reply = z
  .union([step, z.array(step).min(1).describe('One after the other, request by request.')])
  .describe(
    'What to answer: a status, a response, "upstream" for the real service, or a list that is walked request by request.',
  );

const rule = z
  .strictObject({
    on: z
      .string()
      .describe('The operation: its operationId, or method and path template such as "GET /pets/{id}".'),
    when: whenSchema.optional(),
    reply: reply
      .optional()
      .describe('What to answer. Without it the answer is as ever, and deliver or remember still apply.'),
    // biome-ignore lint/suspicious/noThenProperty: the word of the files, and a text, so nothing takes it for a promise
    then: z
      .enum(['repeat-last', 'loop', 'pass-on', 'fail'])
      .optional()
      .describe(
        'What comes after the last of a list: the last again (the default), the first again, whatever else would answer, or an error that says the list has ended.',
      ),
    deliver: deliverSchema.optional(),
    remember: z
      .record(z.string(), z.string())
      .optional()
      .describe('Values to keep in the session, by name, as templates; {{ memory.name }} gives them back.'),
    becomes: z.string().optional().describe('The state that the story is in after this rule has answered.'),
    'even-if-invalid': z
      .boolean()
      .optional()
      .describe('true: a 2xx or 3xx is given even to a request that breaks the contract.'),
  })
  .describe('When it applies, and what to say then.');

export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional(),
    title: z.string().min(1).describe('The story in one sentence.'),
    description: z.string().optional(),
    'on-by-default': z.boolean().optional().describe('true: active in every session from the start.'),
    rules: z.array(rule).min(1).describe('The first rule that applies answers.'),
  })
  .meta({ title: 'A deadringer scenario', description: 'One story that a mocked API can tell.' });

export type Rule = z.infer<typeof rule>;
export type When = z.infer<typeof whenSchema>;
export type Condition = z.infer<typeof condition>;
export type Step = z.infer<typeof step>;
export type ResponseStep = z.infer<typeof response>;
export type Deliver = z.infer<typeof deliverSchema>;
export type Fault = (typeof faults)[number];

/** A scenario file, read: `id` is "petstore/not-found", from folder and stem. */
export interface Scenario {
  readonly id: string;
  readonly api: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly onByDefault: boolean;
  readonly rules: readonly Rule[];
  /** The file it was read from; undefined: built in. */
  readonly source: Source | undefined;
}

/** Milliseconds. */
export function milliseconds(time: z.infer<typeof duration>): number {
  if (typeof time === 'number') return time;
  const [, number, unit = 'ms'] = /^([\d.]+)(ms|s|m)$/.exec(time) ?? [];
  return Number(number) * { ms: 1, s: 1000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
}
