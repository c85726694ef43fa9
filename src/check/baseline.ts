// The baseline file: accepted issues with reason, owner and expiry date. Reads it with line numbers and updates it.
import { z } from 'zod';
import { isParseFailure, parseFile } from '../document/parse.ts';
import { toYaml } from '../document/write-yaml.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { describeZodIssue } from '../finding/describe-zod-issue.ts';
import { InputError } from '../finding/input-error.ts';
import { failsRun } from './fail-conditions.ts';
import type { Report } from './report.ts';
import { compareText, type Tally } from './tally.ts';

const entrySchema = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
  code: z.string(),
  api: z.string(),
  operation: z.string(),
  at: z.string(),
  reason: z.string().default(''),
  owner: z.string().optional(),
  expires: z.iso.date('must be a date such as 2027-01-31').optional(),
});

const baselineSchema = z.strictObject({ version: z.literal(1), accepted: z.array(entrySchema) });

const BASELINE_KEYS = [...Object.keys(baselineSchema.shape), ...Object.keys(entrySchema.shape)];

export type BaselineEntry = z.infer<typeof entrySchema> & { readonly line: number };

export interface Baseline {
  readonly file: string;
  readonly entries: ReadonlyMap<string, BaselineEntry>;
}

/** @throws InputError with file and line when the text is not a valid baseline */
export function readBaseline(file: string, text: string): Baseline {
  const source = parseFile(file, text);
  if (isParseFailure(source)) {
    const { line, column } = source.location;
    throw new InputError(`${file}:${line}:${column} ${source.message}`);
  }
  const parsed = baselineSchema.safeParse(source.value, { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues as [z.core.$ZodIssue];
    const { path, message } = describeZodIssue(issue, BASELINE_KEYS);
    const at = jsonPointer(...path);
    const { line, column } = source.locate(at);
    throw new InputError(`${file}:${line}:${column} not a valid baseline: ${at || '/'} ${message}`);
  }
  const entries = new Map<string, BaselineEntry>();
  for (const [index, entry] of parsed.data.accepted.entries()) {
    const { line } = source.locate(`/accepted/${index}`);
    const duplicate = entries.get(entry.fingerprint);
    if (duplicate !== undefined)
      throw new InputError(
        `${file}:${line} ${entry.fingerprint} is already listed in line ${duplicate.line}`,
      );
    entries.set(entry.fingerprint, { ...entry, line });
  }
  return { file, entries };
}

const HEADER = `# Accepted findings. With --baseline <this file>, deadringer check fails only on findings that are not listed here.
# Give each entry a reason, an owner and an expiry date (expires: 2027-01-31); --update-baseline keeps these fields.
`;

export interface BaselineUpdate {
  readonly text: string;
  readonly accepted: number;
  readonly added: number;
  /** Entries with a fingerprint of an earlier version, which others replace. */
  readonly replaced: number;
  readonly dropped: number;
}

/**
 * The baseline that accepts all issues that would fail the run, and all accepted ones that are still found. Keeps reason,
 * owner and expiry date of existing entries, also when they have expired; drops entries that are no longer found.
 * @param matches the issues that entries match by a fingerprint of an earlier version
 */
export function updateBaseline(
  report: Report,
  baseline: Baseline | undefined,
  matches: Tally['baselineMatches'] = new Map(),
): BaselineUpdate {
  const known = new Map<string, BaselineEntry>(baseline?.entries);
  for (const [fingerprint, issues] of matches) {
    const entry = baseline?.entries.get(fingerprint);
    for (const issue of issues) if (entry !== undefined && !known.has(issue)) known.set(issue, entry);
  }
  const acceptable = report.findings.filter(
    issue => known.has(issue.fingerprint) || failsRun(issue, report.settings),
  );
  const accepted = acceptable
    .sort(
      (left, right) =>
        compareText(left.api, right.api) ||
        compareText(left.operation.id, right.operation.id) ||
        compareText(left.at, right.at) ||
        compareText(left.fingerprint, right.fingerprint),
    )
    .map(({ fingerprint, code, api, operation, at }) => {
      const { reason = '', owner, expires } = known.get(fingerprint) ?? {};
      return {
        ...{ fingerprint, code, api, operation: operation.id, at, reason },
        ...(owner !== undefined && { owner }),
        ...(expires !== undefined && { expires }),
      };
    });
  const listed = new Set(accepted.map(({ fingerprint }) => fingerprint));
  const entries = [...(baseline?.entries.keys() ?? [])];
  const found = entries.filter(fingerprint => listed.has(fingerprint) || matches.has(fingerprint));
  return {
    text: HEADER + toYaml({ version: 1, accepted }),
    accepted: accepted.length,
    added: accepted.filter(({ fingerprint }) => !known.has(fingerprint)).length,
    replaced: found.filter(fingerprint => !listed.has(fingerprint)).length,
    dropped: entries.length - found.length,
  };
}
