// Where reports go: which formats, which files, and that a half-written one never lies where a whole one is expected.
import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Report } from '../check/report.ts';
import { FORMATS, type Format, REPORTERS, render } from '../reporters/pick.ts';
import { printable } from '../reporters/safe.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export interface ReportOptions {
  format: Format[];
  output?: string;
}

export const formatOption = new Option('--format <names>', `how to report: ${FORMATS.join(', ')}`)
  .argParser(text =>
    text.split(',').map(word => {
      const name = FORMATS.find(each => each === word.trim());
      if (name === undefined) throw new InvalidArgumentError(`One or more of ${FORMATS.join(', ')}.`);
      return name;
    }),
  )
  .default(['text'], 'text');

export const outputOption = new Option(
  '-o, --output <path>',
  'write the report into this file; a folder where there are several formats',
);

/** A format, and the file it goes to; undefined: standard output. */
export interface Target {
  readonly format: Format;
  readonly file: string | undefined;
}

/** Found out before anything is checked, so that a long run does not end in wrong usage. */
export function resolveOutputs({ format, output }: ReportOptions): Target[] {
  const formats = [...new Set(format)];
  // These are for whoever watches the run, and say nothing in a file beside others.
  const isSpoken = (name: Format): boolean => formats.length > 1 && (name === 'text' || name === 'github');
  const written = formats.filter(name => !isSpoken(name));
  if (output === undefined) {
    if (written.length > 0 && formats.length > 1)
      throw new UsageError(
        `${formats.length} formats cannot share standard output: name a folder with --output`,
      );
    return formats.map(name => ({ format: name, file: undefined }));
  }
  const isFolder =
    formats.length > 1 || /[\\/]$/.test(output) || (existsSync(output) && statSync(output).isDirectory());
  return formats.map(name => ({
    format: name,
    file: isSpoken(name)
      ? undefined
      : isFolder
        ? path.join(output, `deadringer${REPORTERS[name].extension}`)
        : output,
  }));
}

/** @throws UsageError when a report would take the place of what it is made from */
export function refuseToOverwrite(targets: readonly Target[], inputs: readonly string[]): void {
  const real = (file: string): string => (existsSync(file) ? realpathSync(file) : path.resolve(file));
  const read = new Map(inputs.map(input => [real(input), input]));
  for (const { file } of targets) {
    const input = file === undefined ? undefined : read.get(real(file));
    if (input !== undefined)
      throw new UsageError(
        `${input} is read by this check, and the report would take its place: choose another --output`,
      );
  }
}

export async function writeReports(report: Report, targets: readonly Target[], io: Io): Promise<void> {
  for (const { format, file } of targets) {
    if (file === undefined) {
      io.stdout.write(await render(report, format, io.stdout.style));
    } else {
      await writeWhole(file, await render(report, format));
      io.err(`${format} report: ${file}`);
    }
  }
  if (targets.every(({ file, format }) => file !== undefined || format !== 'text')) {
    const { kept, broken, total } = report.accounting;
    io.err(`${report.verdict}: ${kept} kept, ${broken.count} broken, of ${total}`);
    for (const reason of report.reasons) io.err(`  ${printable(reason)}`);
  }
}

/** @returns the files, as they can be named from here */
export async function writeFiles(
  folder: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<string[]> {
  const written: string[] = [];
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    await writeWhole(file, text);
    written.push(file);
  }
  return written;
}

/** Beside its place first: a full disk or a Ctrl-C leaves what was there before. */
export async function writeWhole(file: string, text: string): Promise<void> {
  // Unique, so that two runs that write one file do not mix.
  const draftOf = (name: string): string => `${name}.${randomUUID()}.part`;
  let draft = draftOf(file);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const existing = await stat(file).catch(() => undefined);
    if (existing !== undefined && !existing.isFile()) {
      // A pipe or a device is written to, not replaced; a folder complains.
      await writeFile(file, text);
      return;
    }
    // What a link leads to is replaced, and not the link.
    const target = existing === undefined ? file : await realpath(file);
    draft = draftOf(target);
    await writeFile(draft, text);
    await rename(draft, target);
  } catch (error) {
    // If not even this can be done, what follows says why.
    await rm(draft, { force: true }).catch(() => {});
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
