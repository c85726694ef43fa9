// The conditions of a scenario rule: one zod schema defines the types and the validation.
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const condition = z
  .union([
    scalar.describe('The value must equal this one.'),
    z
      .strictObject({
        equals: z
          .unknown()
          .optional()
          .describe('The value must equal this one, which may be an array or object.'),
        'one-of': z.array(z.unknown()).min(1).optional().describe('The value must equal one of these.'),
        matches: z
          .string()
          .optional()
          .describe('The value, as a string, must match this regular expression (ECMA-262, not anchored).'),
        exists: z.boolean().optional().describe('true: the value must exist. false: it must not exist.'),
        greater: z.number().optional().describe('The value must be a number greater than this.'),
        less: z.number().optional().describe('The value must be a number less than this.'),
        schema: z
          .record(z.string(), z.unknown())
          .optional()
          .describe('The value must satisfy this JSON Schema (2020-12).'),
        not: z.boolean().optional().describe('true: negates the condition.'),
      })
      .refine(
        tests => Object.keys(tests).some(key => key !== 'not'),
        'the condition has no test; add equals, one-of, matches ...',
      ),
  ])
  .describe('Condition on a value: a value to equal, or a test.');

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
        'Values of a JSON or form body, by JSON Pointer ("/userId") or JSONPath ("$.devices[*].token").',
      ),
    text: condition.optional().describe('The body as text, whatever its media type.'),
    memory: conditions
      .optional()
      .describe(
        'What the session remembers, by the keys of `remember`, such as "last" or "orders[request.path.id]".',
      ),
    valid: z.boolean().optional().describe('true: the request must be valid. false: it must be invalid.'),
    state: z
      .string()
      .optional()
      .describe('The state that the scenario must be in. Every scenario starts in "start".'),
  })
  .describe('Conditions; the rule applies if all of them hold.');

export type When = z.infer<typeof whenSchema>;
export type Condition = z.infer<typeof condition>;
