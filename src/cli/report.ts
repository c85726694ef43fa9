// deadringer report merge: merges the JSON reports of shards.
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { Report } from '../check/report.ts';
import { JsonPositions } from '../document/json-positions.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { describeZodIssue } from '../finding/describe-zod-issue.ts';
import { describeFileError } from '../finding/file-error.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import {
  formatOption,
  outputOption,
  type ReportOptions,
  resolveOutputs,
  writeReports,
} from './report-output.ts';

export const build: BuildCommand = (command, finish, io) => {
  command
    .command('merge')
    .description('merge reports of several shards, or convert one report to another format')
    .argument('<report...>', 'JSON reports of deadringer check or deadringer replay')
    .addOption(formatOption)
    .addOption(outputOption)
    .exitOverride()
    .action(async (files: string[], options: ReportOptions) => finish(await merge(files, options, io)));
};

async function merge(files: readonly string[], options: ReportOptions, io: Io): Promise<ExitCode> {
  const outputs = resolveOutputs(options);
  const { mergeReports } = await import('../check/merge-reports.ts');
  const reports: Report[] = [];
  for (const file of files) reports.push(await readReport(file));
  const report = mergeReports(reports);
  await writeReports(report, outputs, io);
  return report.exitCode;
}

async function readReport(file: string): Promise<Report> {
  const { reportSchema } = await import('../check/report-schema.ts');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${describeFileError(error)}`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON: create reports to merge with --format json`);
  }
  const { value: version } = reportSchema.shape.version;
  if (isObject(value) && typeof value.version === 'number' && value.version !== version)
    throw new UsageError(
      `${file} is a report of version ${value.version}, but only version ${version} can be read: create it again with this release`,
    );
  const read = reportSchema.safeParse(value, { reportInput: true });
  if (!read.success) {
    const [issue] = read.error.issues as [z.core.$ZodIssue];
    const { path, message } = describeZodIssue(issue, []);
    const at = jsonPointer(...path);
    const { line, column } = new JsonPositions(text).find(at);
    throw new UsageError(
      `${file}:${line}:${column} is not a valid report: ${at || '/'} ${message}; create reports to merge with --format json`,
    );
  }
  return read.data;
}
