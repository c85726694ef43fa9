// Our extension as documents write it: `x-deadringer: { refusals: { ... } }` on the document, a path item or an operation.
import { z } from 'zod';
import { ASPECTS, type ReadExtension } from './refusals.ts';

const status = z.int().min(400).max(599);
const answer = z.union([
  status.transform(code => ({ status: code, example: undefined as string | undefined })),
  z.strictObject({ status, example: z.string().optional(), 'x-provenance': z.string().optional() }),
]);

const extension = z.strictObject({
  refusals: z
    .strictObject({
      /** In which order aspects are judged; the first that is broken decides the answer. */
      order: z.array(z.enum(ASPECTS)).optional(),
      security: answer.optional(),
      'media-type': answer.optional(),
      accept: answer.optional(),
      'malformed-body': answer.optional(),
      body: answer.optional(),
      parameters: answer.optional(),
    })
    .optional(),
});

export const readExtension: ReadExtension = written => {
  const parsed = extension.safeParse(written);
  return parsed.success
    ? { refusals: parsed.data.refusals ?? {} }
    : { issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('/'), message })) };
};
