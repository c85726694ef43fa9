// deadringer report merge: the JSON reports of shards to one report, as if they had been one run.
import { readFile } from 'node:fs/promises';
import type { Report } from '../check/report.ts';
import { type Build, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { formatOption, outputOption, type ReportOptions, resolveOutputs, writeReports } from './reports.ts';

export const build: Build = (command, finish, io) => {
  command
    .command('merge')
    .description('one report of several; of one, the same in another format')
    .argument('<report...>', 'JSON reports of deadringer check, or of deadringer replay')
    .addOption(formatOption)
    .addOption(outputOption)
    .exitOverride()
    .action(async (files: string[], options: ReportOptions) => finish(await merge(files, options, io)));
};

async function merge(files: readonly string[], options: ReportOptions, io: Io): Promise<ExitCode> {
  const outputs = resolveOutputs(options);
  const { mergeReports } = await import('../check/merge.ts');
  const reports: Report[] = [];
  for (const file of files) reports.push(await readReport(file));
  const report = mergeReports(reports);
  await writeReports(report, outputs, io);
  return report.exitCode;
}

async function readReport(file: string): Promise<Report> {
  const { reportSchema } = await import('../check/report-schema.ts');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new UsageError(`${file} cannot be read: ${why}`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON: write reports that are to be merged with --format json`);
  }
  const read = reportSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UsageError(`${file} is no report of this version: /${issue?.path.join('/')} ${issue?.message}`);
  }
  return read.data;
}
