// deadringer report merge: merges the JSON reports of shards.
import { readFile } from 'node:fs/promises';
import type { Report } from '../check/report.ts';
import { isObject } from '../exchange/json.ts';
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
    const detail = error.code === 'ENOENT' ? 'the file does not exist' : error.message;
    throw new UsageError(`${file} cannot be read: ${detail}`);
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
  const read = reportSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UsageError(`${file} is not a valid report: /${issue?.path.join('/')} ${issue?.message}`);
  }
  return read.data;
}
