// The file of findings that a team has accepted: who, why, until when. Read with its lines, and written without a loss.
import { z } from 'zod';
import { InputError } from '../finding/input-error.ts';
import { isFault, readSource } from '../finding/locate.ts';
import { toYaml } from '../finding/yaml.ts';
import { failsRun } from './gates.ts';
import type { Report } from './report.ts';
import { compare } from './tally.ts';

const entrySchema = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'is sixteen hexadecimal digits'),
  code: z.string(),
  api: z.string(),
  operation: z.string(),
  at: z.string(),
  reason: z.string().default(''),
  owner: z.string().optional(),
  expires: z.iso.date('is a date such as 2027-01-31').optional(),
});

const baselineSchema = z.strictObject({ version: z.literal(1), accepted: z.array(entrySchema) });

export type Entry = z.infer<typeof entrySchema> & { readonly line: number };

export interface Baseline {
  readonly file: string;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** @throws InputError with file and line when the text is no baseline */
export function readBaseline(file: string, text: string): Baseline {
  const source = readSource(file, text);
  if (isFault(source)) {
    const { line, column } = source.clause;
    throw new InputError(`${file}:${line}:${column} ${source.message}`);
  }
  const read = baselineSchema.safeParse(source.value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const at = `/${(issue?.path ?? []).join('/')}`;
    const { line, column } = source.locate(at === '/' ? '' : at);
    throw new InputError(`${file}:${line}:${column} this is no baseline: ${at} ${issue?.message}`);
  }
  const entries = new Map<string, Entry>();
  for (const [index, entry] of read.data.accepted.entries()) {
    const { line } = source.locate(`/accepted/${index}`);
    const twin = entries.get(entry.fingerprint);
    if (twin !== undefined)
      throw new InputError(`${file}:${line} ${entry.fingerprint} is already accepted in line ${twin.line}`);
    entries.set(entry.fingerprint, { ...entry, line });
  }
  return { file, entries };
}

const HEADER = `# Findings that are accepted for now. deadringer check --baseline <this file> fails only on others.
# Give each a reason, an owner and a date (expires: 2027-01-31); --update-baseline keeps what you wrote.
`;

export interface Update {
  readonly text: string;
  readonly accepted: number;
  readonly added: number;
  readonly dropped: number;
}

/**
 * The baseline that accepts what would fail a run, and what it has accepted before and is still found. What people wrote
 * stays, what is no longer found goes, and nothing is renewed: an entry that has expired keeps its date.
 */
export function updateBaseline(report: Report, baseline: Baseline | undefined): Update {
  const known = baseline?.entries ?? new Map<string, Entry>();
  const found = report.findings.filter(
    group => known.has(group.fingerprint) || failsRun(group, report.settings),
  );
  const accepted = found
    .sort(
      (left, right) =>
        compare(left.api, right.api) ||
        compare(left.operation.id, right.operation.id) ||
        compare(left.at, right.at) ||
        compare(left.fingerprint, right.fingerprint),
    )
    .map(({ fingerprint, code, api, operation, at }) => {
      const { reason = '', owner, expires } = known.get(fingerprint) ?? {};
      return {
        ...{ fingerprint, code, api, operation: operation.id, at, reason },
        ...(owner !== undefined && { owner }),
        ...(expires !== undefined && { expires }),
      };
    });
  const kept = accepted.filter(({ fingerprint }) => known.has(fingerprint)).length;
  return {
    text: HEADER + toYaml({ version: 1, accepted }),
    accepted: accepted.length,
    added: accepted.length - kept,
    dropped: known.size - kept,
  };
}
