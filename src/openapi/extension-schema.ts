// The schema of the extension `x-deadringer: { refusals: ..., state: ..., rate-limit: ... }` of a document, path item or operation.

import { z } from 'zod';
import { FIELD_NAME } from '../exchange/header-names.ts';
import { describeZodIssue } from '../finding/describe-zod-issue.ts';
import type { ExtensionLevel, ReadExtension } from './extension.ts';
import { parseRate, RATE_HEADER_ROLES, RATE_MESSAGE } from './rate-limit.ts';
import { REFUSAL_REASONS } from './refusals.ts';
import { RESOURCE_ROLES } from './state-settings.ts';

const status = z.int().min(400).max(599);
const refusalResponse = z.union([
  status.transform(code => ({ status: code, example: undefined as string | undefined })),
  z.strictObject({ status, example: z.string().optional(), 'x-provenance': z.string().optional() }),
]);

const refusals = z.strictObject({
  /** The order of the reasons: the first that applies selects the response. */
  order: z.array(z.enum(REFUSAL_REASONS)).optional(),
  security: refusalResponse.optional(),
  'media-type': refusalResponse.optional(),
  accept: refusalResponse.optional(),
  'malformed-body': refusalResponse.optional(),
  body: refusalResponse.optional(),
  parameters: refusalResponse.optional(),
});

const pointer = z.string().regex(/^(\/([^~]|~[01])*)?$/, 'must be a JSON Pointer, such as "/data", or ""');

const stateSettings = z.strictObject({
  id: z.string().min(1).optional(),
  item: pointer.optional(),
  list: pointer.optional(),
  resource: z.string().min(1).optional(),
  unique: z.array(z.string().min(1)).optional(),
  role: z.enum(RESOURCE_ROLES).optional(),
  set: z.record(z.string(), z.unknown()).optional(),
});

const rate = z.string().transform((text, context) => {
  const parsed = parseRate(text);
  if (parsed === undefined) context.issues.push({ code: 'custom', message: RATE_MESSAGE, input: text });
  return parsed;
});

const headerName = z.string().regex(FIELD_NAME, 'must be the name of a header');

const rateLimitSettings = z.strictObject({
  rate: rate.optional(),
  /** False: the limit is declared only; `use --rate on` puts it into force. */
  enabled: z.boolean().optional(),
  headers: z
    .strictObject({
      limit: headerName.optional(),
      remaining: headerName.optional(),
      used: headerName.optional(),
      reset: headerName.optional(),
    })
    .optional(),
});

const extension = z.strictObject({
  refusals: refusals.optional(),
  state: z.union([z.boolean(), stateSettings]).optional(),
  'rate-limit': z
    .union([z.literal(false), rate.transform(text => ({ rate: text })), rateLimitSettings])
    .optional(),
});

/** The levels at which a key of `state` has a meaning, where that is not every level. */
const LEVELS: Readonly<Record<string, readonly ExtensionLevel[]>> = {
  resource: ['path item', 'operation'],
  unique: ['path item', 'operation'],
  role: ['operation'],
  set: ['operation'],
};

/** All keys of the extension, for "did you mean". */
const KEYS = [
  ...['refusals', 'order', 'status', 'example', ...REFUSAL_REASONS],
  ...['state', ...Object.keys(stateSettings.shape)],
  ...['rate-limit', ...Object.keys(rateLimitSettings.shape), ...RATE_HEADER_ROLES],
];

export const readExtension: ReadExtension = (value, level) => {
  const parsed = extension.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(issue => describeZodIssue(issue, KEYS));
    return { issues: issues.map(({ path, message }) => ({ path: path.join('/'), message })) };
  }
  const { state } = parsed.data;
  const misplaced = Object.keys(typeof state === 'object' ? state : {}).filter(
    key => LEVELS[key]?.includes(level) === false,
  );
  if (misplaced.length === 0) return parsed.data;
  return {
    issues: misplaced.map(key => ({
      path: `state/${key}`,
      message: `state.${key} cannot be set at the ${level}, but at the ${LEVELS[key]?.join(' or the ')}`,
    })),
  };
};
