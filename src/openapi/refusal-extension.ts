// The schema of the extension `x-deadringer: { refusals: { ... } }` of a document, path item or operation.

import { z } from 'zod';
import { describeZodIssue } from '../finding/describe-zod-issue.ts';
import { REFUSAL_REASONS, type ReadRefusalExtension } from './refusals.ts';

const status = z.int().min(400).max(599);
const refusalResponse = z.union([
  status.transform(code => ({ status: code, example: undefined as string | undefined })),
  z.strictObject({ status, example: z.string().optional(), 'x-provenance': z.string().optional() }),
]);

const extension = z.strictObject({
  refusals: z
    .strictObject({
      /** The order of the reasons: the first that applies selects the response. */
      order: z.array(z.enum(REFUSAL_REASONS)).optional(),
      security: refusalResponse.optional(),
      'media-type': refusalResponse.optional(),
      accept: refusalResponse.optional(),
      'malformed-body': refusalResponse.optional(),
      body: refusalResponse.optional(),
      parameters: refusalResponse.optional(),
    })
    .optional(),
});

/** All keys of the extension, for "did you mean". */
const KEYS = ['refusals', 'order', 'status', 'example', ...REFUSAL_REASONS];

export const readRefusalExtension: ReadRefusalExtension = value => {
  const parsed = extension.safeParse(value, { reportInput: true });
  if (parsed.success) return { refusals: parsed.data.refusals ?? {} };
  const issues = parsed.error.issues.map(issue => describeZodIssue(issue, KEYS));
  return { issues: issues.map(({ path, message }) => ({ path: path.join('/'), message })) };
};
