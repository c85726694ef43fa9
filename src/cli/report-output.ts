// Where reports are written: formats, files, and atomic writes.
import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Report } from '../check/report.ts';
import { replaceFile } from '../document/write-file.ts';
import { describeFileError } from '../finding/file-error.ts';
import { REPORT_FORMATS, REPORTERS, type ReportFormat, renderReport } from '../reporters/formats.ts';
import { printable, type TextStyle } from '../reporters/safe-text.ts';
import { verdictText } from '../reporters/verdict-text.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { fromRepositoryRoot } from './repository-paths.ts';

export interface ReportOptions {
  format: ReportFormat[];
  output?: string;
}

export const formatOption = new Option('--format <names>', `report formats: ${REPORT_FORMATS.join(', ')}`)
  .argParser(text =>
    text.split(',').map(word => {
      const name = REPORT_FORMATS.find(each => each === word.trim());
      if (name === undefined)
        throw new InvalidArgumentError(
          `Use one or more of ${REPORT_FORMATS.join(', ')}, separated by commas.`,
        );
      return name;
    }),
  )
  .default(['text'], 'text');

export const outputOption = new Option(
  '-o, --output <path>',
  'file for the report; a folder if there are several formats',
);

/** A format and its file; undefined: standard output. */
export interface ReportOutput {
  readonly format: ReportFormat;
  readonly file: string | undefined;
}

/**
 * Validates the outputs before the run, so that a long run does not end with a usage error.
 * @param option that names the file or folder, for messages
 */
export function resolveOutputs({ format, output }: ReportOptions, option = '--output'): ReportOutput[] {
  const formats = [...new Set(format)];
  // These formats are for the terminal; as a file beside other reports they add nothing.
  const isConsoleFormat = (name: ReportFormat): boolean =>
    formats.length > 1 && (name === 'text' || name === 'github');
  const written = formats.filter(name => !isConsoleFormat(name));
  if (output === undefined) {
    if (written.length > 0 && formats.length > 1)
      throw new UsageError(
        `${formats.length} formats cannot be written to standard output: use ${option} <folder>`,
      );
    return formats.map(name => ({ format: name, file: undefined }));
  }
  const isFolder =
    formats.length > 1 || /[\\/]$/.test(output) || (existsSync(output) && statSync(output).isDirectory());
  return formats.map(name => ({
    format: name,
    file: isConsoleFormat(name)
      ? undefined
      : isFolder
        ? path.join(output, `deadringer${REPORTERS[name].extension}`)
        : output,
  }));
}

/** @throws UsageError when a report would overwrite an input of the run */
export function refuseToOverwrite(
  targets: readonly ReportOutput[],
  inputs: readonly string[],
  option = '--output',
): void {
  const real = (file: string): string => (existsSync(file) ? realpathSync(file) : path.resolve(file));
  const read = new Map(inputs.map(input => [real(input), input]));
  for (const { file } of targets) {
    const input = file === undefined ? undefined : read.get(real(file));
    if (input !== undefined)
      throw new UsageError(`${option} would overwrite the input ${input}: choose another path`);
  }
}

export async function writeReports(report: Report, targets: readonly ReportOutput[], io: Io): Promise<void> {
  const { sentence, otherReasons } = verdictText(report);
  await writeRendered(
    targets,
    [sentence, ...otherReasons.map(reason => `  ${reason}`)],
    io,
    (format, style) =>
      renderReport(namesRepositoryPaths(format) ? fromRepositoryRoot(report, io) : report, format, style),
  );
}

/** GitHub resolves the paths of these reports against the root of the repository. */
export function namesRepositoryPaths(format: ReportFormat): boolean {
  return format === 'github' || format === 'sarif';
}

/** @param summary lines for standard error, if no text goes to standard output */
export async function writeRendered(
  targets: readonly ReportOutput[],
  summary: readonly string[],
  io: Io,
  render: (format: ReportFormat, style?: TextStyle) => Promise<string>,
): Promise<void> {
  for (const { format, file } of targets) {
    if (file === undefined) {
      io.stdout.write(await render(format, io.stdout.style));
    } else {
      await writeFileAtomically(file, await render(format));
      io.err(`${format} report: ${printable(file)}`);
    }
  }
  if (targets.every(({ file, format }) => file !== undefined || format !== 'text'))
    for (const line of summary) io.err(line);
}

/** @returns the paths of the files, relative to the working folder */
export async function writeFiles(
  folder: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<string[]> {
  const written: string[] = [];
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    await writeFileAtomically(file, text);
    written.push(file);
  }
  return written;
}

/** As replaceFile. @throws UsageError that names the file */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${describeFileError(error)}`);
  }
}
