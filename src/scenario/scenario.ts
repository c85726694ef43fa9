// The scenario file format: one zod schema defines the types, the validation and the JSON Schema for editors.
import { z } from 'zod';
import type { ParsedFile } from '../document/parse.ts';
import { DURATION, parseDuration } from '../finding/duration.ts';
import { FAULTS } from './fault.ts';
import { whenSchema } from './when.ts';

const status = z.int().min(200).max(599).describe('The HTTP status of a final response.');

const duration = z
  .union([
    z.number().min(0).describe('Milliseconds.'),
    z
      .string()
      .regex(DURATION, 'must be a number with a unit (ms, s, m, h, d), such as 250ms, 2s or 1m')
      .describe('A number with a unit, such as 250ms, 2s or 1m; units are ms, s, m, h and d.'),
  ])
  .describe('A duration: milliseconds, or a string such as 250ms, 2s or 1m.');

const delay = z
  .union([
    duration,
    z
      .strictObject({ min: duration, max: duration })
      .describe('A duration between min and max, uniformly distributed.'),
    z
      .strictObject({ p50: duration, p99: duration })
      .describe('Log-normal, like real latencies: 50 % of the responses within p50, 99 % within p99.'),
  ])
  .describe('Delay before the first byte of the response.');

export const deliverSchema = z
  .strictObject({
    delay: delay.optional(),
    drip: z.int().min(1).optional().describe('Bytes per second at which the body is sent.'),
    interval: duration
      .optional()
      .describe('Time between the items of a stream: events, lines of JSON, JSON text sequences.'),
    fault: z
      .enum(FAULTS)
      .optional()
      .describe(
        'Fault to inject: reset (TCP reset instead of a response), reset-mid-body, hang (no byte is sent), empty (the connection closes without a byte), truncate (the body ends early), garbage (bytes that are not HTTP), wrong-length (Content-Length is larger than the body).',
      ),
    percent: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('Percentage of the responses that are delivered like this, chosen at random.'),
    times: z
      .int()
      .min(1)
      .optional()
      .describe('Number of responses that are delivered like this; later ones are delivered normally.'),
  })
  .describe('Delivery of the response: a delay, a rate limit, or a fault.');

const callback = z
  .strictObject({
    delay: delay.optional().describe('Time from the response to the callback; default: none.'),
    example: z.string().optional().describe('Name of the declared example to send.'),
    body: z
      .unknown()
      .optional()
      .describe(
        'The body, instead of the example. Strings in it may contain {{ templates }}; {{ response.body }} is that of the response. { $text: "..." } is sent exactly as written.',
      ),
    patch: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Changes to the body that would be sent otherwise, as a JSON Merge Patch: null removes a member.',
      ),
  })
  .refine(
    ({ body, patch, example }) => body === undefined || (patch === undefined && example === undefined),
    '"body" cannot be combined with "example" or "patch"',
  );

const callbacks = z
  .record(
    z.string(),
    z.union([
      z.literal('off').describe('The callback is not sent.'),
      callback,
      z.array(callback).min(1).describe('A list: the callback is sent once for each entry.'),
    ]),
  )
  .describe('How the callbacks of the operation are sent, by name; "*" stands for all others.');

const offContract = z
  .string()
  .min(1)
  .describe('Reason why this reply may violate the contract. Without a reason a violation is an error.');

const response = z
  .strictObject({
    status: z
      .union([
        status,
        z
          .string()
          .regex(/\{[{%]/, 'must be a number or a template, such as "{{ request.query.status }}"')
          .describe('A template that evaluates to a status from 200 to 599.'),
      ])
      .optional()
      .describe('HTTP status; default: the declared success status.'),
    example: z.string().optional().describe('Name of the declared example to reply with.'),
    headers: z
      .record(z.string(), z.union([z.string(), z.number(), z.null(), z.array(z.string())]))
      .optional()
      .describe('Header fields to set; null removes one; a list is one field for each value.'),
    body: z
      .unknown()
      .optional()
      .describe(
        'The body, instead of the example. Strings in it may contain {{ templates }}. { $text: "..." } is sent exactly as written, whatever the media type.',
      ),
    'body-file': z
      .string()
      .min(1)
      .optional()
      .describe(
        'A file whose bytes are the body, relative to the scenario file. Templates in it are not rendered. Its Content-Type is the one in `headers`, else the first that the document declares.',
      ),
    patch: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Changes to the response body that would be sent otherwise, as a JSON Merge Patch: null removes a member.',
      ),
    'off-contract': offContract.optional(),
    deliver: deliverSchema.optional(),
  })
  .refine(
    ({ body, patch, example }) => body === undefined || (patch === undefined && example === undefined),
    '"body" cannot be combined with "example" or "patch"',
  )
  .refine(
    ({ 'body-file': file, body, patch, example }) =>
      file === undefined || [body, patch, example].every(other => other === undefined),
    '"body-file" cannot be combined with "body", "example" or "patch"',
  );

const upstream = z.literal('upstream').describe('The response of the upstream service (serve --upstream).');

const step = z.union([
  status.describe('The response that the document declares for this status.'),
  upstream,
  response,
]);

const reply = z
  .union([step, z.array(step).min(1).describe('A list: one entry per request, in order.')])
  .describe(
    'The reply: a status, a response, "upstream" for the upstream service, or a list with one entry per request.',
  );

const rule = z
  .strictObject({
    on: z
      .string()
      .describe('The operation: its operationId, or method and path template such as "GET /pets/{id}".'),
    when: whenSchema.optional(),
    reply: reply
      .optional()
      .describe(
        'The reply. If absent, the usual response is sent; deliver, callbacks, remember and becomes still apply.',
      ),
    // biome-ignore lint/suspicious/noThenProperty: a key of the file format; its value is a string, so it is no thenable
    then: z
      .enum(['repeat-last', 'loop', 'pass-on', 'fail'])
      .optional()
      .describe(
        'What follows the last entry of a list such as `reply: [503, 503]`: repeat-last (default), loop (start again), pass-on (the next rule that applies, or the usual response), fail (an error).',
      ),
    deliver: deliverSchema.optional(),
    callbacks: callbacks.optional(),
    remember: z
      .record(z.string(), z.union([z.string(), z.null()]))
      .optional()
      .describe(
        'Values to store in the session, as templates by key; null forgets one. {{ memory.name }} reads a name; the key "orders[request.path.id]" is read as {{ memory.orders[request.path.id] }}.',
      ),
    becomes: z.string().optional().describe('The state of the scenario after this rule has applied.'),
    'even-if-invalid': z
      .boolean()
      .optional()
      .describe('true: a 2xx or 3xx reply is sent even if the request is invalid.'),
  })
  .describe('A rule: the operation, the conditions, and the reply.');

export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional(),
    title: z.string().min(1).describe('Title of the scenario, one sentence.'),
    description: z.string().optional(),
    'on-by-default': z.boolean().optional().describe('true: active in every session by default.'),
    rules: z.array(rule).min(1).describe('Rules in order; the first rule that applies gives the reply.'),
  })
  .meta({
    title: 'A deadringer scenario',
    description: 'A scenario: rules that decide how a mocked API replies.',
  });

/** The JSON Schema of a scenario file, for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenarioSchema, { io: 'input' });
}

export type Rule = z.infer<typeof rule>;
export type Step = z.infer<typeof step>;
export type ResponseStep = z.infer<typeof response>;
export type DeliverySpec = z.infer<typeof deliverSchema>;
export type CallbackSpec = z.infer<typeof callback>;

/** A scenario. The `id` of a file is its folder and its name without extension, such as "petstore/not-found". */
export interface Scenario {
  readonly id: string;
  readonly api: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly onByDefault: boolean;
  readonly rules: readonly Rule[];
  /** The file of the scenario; undefined: built in. */
  readonly source: ParsedFile | undefined;
  /** The files of `body-file`, by the names in the scenario. */
  readonly bodyFiles?: ReadonlyMap<string, BodyFile>;
}

/** The bytes of a file, or why it cannot be sent. */
export type BodyFile = Uint8Array | { readonly problem: string };

/** Converts a duration of a scenario file to milliseconds. */
export function milliseconds(value: z.infer<typeof duration>): number {
  return typeof value === 'number' ? value : (parseDuration(value) ?? 0);
}
