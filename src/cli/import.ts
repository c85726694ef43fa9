// deadringer import: makes scenarios, and a document if there is none, from the files of another mock server.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Option } from 'commander';
import { replaceFile } from '../document/write-file.ts';
import { shellWord } from '../exchange/curl.ts';
import { pluralize } from '../finding/plural.ts';
import {
  IMPORT_FORMATS,
  type Imported,
  type ImportFile,
  type ImportFormat,
  type Loss,
} from '../importers/model.ts';
import type { WrittenImport } from '../importers/write-import.ts';
import { isApiName } from '../openapi/document-names.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions } from './options.ts';
import { printRows } from './rows.ts';

interface ImportOptions {
  from?: ImportFormat;
  specs?: string[];
  out: string;
  name?: string;
  force?: boolean;
  json?: boolean;
}

const specsOfRulesOption = new Option(
  '--specs <path>',
  'OpenAPI document, or folder of documents, whose operations the rules are for; name=file names the API; repeatable (default: a document is written)',
).argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('<file>', 'file or folder of the other tool')
    .addOption(
      new Option('--from <tool>', 'the tool (default: it is recognised by the content)').choices(
        IMPORT_FORMATS,
      ),
    )
    .addOption(specsOfRulesOption)
    .option('-o, --out <folder>', 'folder for <api>/<name>.yaml, and for the document', 'scenarios')
    .option('--name <api>', 'name of the API without --specs (default: that of the file)')
    .option('--force', 'overwrite files that this command made')
    .option('--json', 'print what was written and what is lost as JSON')
    .action(async (file: string, options: ImportOptions) => finish(await run(file, options, io)));
};

async function run(given: string, options: ImportOptions, io: Io): Promise<ExitCode> {
  const [{ readInputs }, { importFiles }] = await Promise.all([
    import('../importers/read-inputs.ts'),
    import('../importers/import-files.ts'),
  ]);
  const input = readInputs(given, given);
  const imported = await importFiles(input, options.from);
  const origin = printable(path.basename(path.resolve(given)));
  const { written, serve } = await bind(imported, given, origin, options, io);
  const skipped = input.skipped.map(
    ({ file, reason }): Loss => ({
      file,
      line: 1,
      construct: 'file',
      reason,
      remedy: 'write its rules as JSON, and import them',
    }),
  );
  const losses = [...written.losses, ...skipped];
  await writeAll(written.files, options);
  const rules = written.files.reduce((sum, file) => sum + (file.rules ?? 0), 0);
  const next = nextCommands(written, serve, options);
  if (options.json === true)
    io.out(
      JSON.stringify(
        { from: imported.format, rules, files: fileNames(written, options), ...next, losses },
        null,
        2,
      ),
    );
  else printResult(written, losses, next, options, io);
  const isEmpty = rules === 0 && imported.resources.length === 0;
  if (isEmpty) io.err('deadringer: no rule was imported');
  return isEmpty ? 3 : 0;
}

interface Bound {
  readonly written: WrittenImport;
  /** The options that serve the scenarios, beside --scenarios. */
  readonly serve: readonly string[];
}

async function bind(
  imported: Imported,
  given: string,
  origin: string,
  options: ImportOptions,
  io: Io,
): Promise<Bound> {
  const [{ writeImport }, { loadContract }] = await Promise.all([
    import('../importers/write-import.ts'),
    import('../openapi/load.ts'),
  ]);
  if (options.specs !== undefined) {
    const { contract } = await loadContract(options.specs, loadOptions({}, io));
    const serve = options.specs.flatMap(each => ['--specs', each]);
    return { written: writeImport(contract, imported, origin, false), serve };
  }
  if (imported.resources.length === 0 && imported.scenarios.every(({ rules }) => rules.length === 0))
    return { written: { files: [], scenarios: [], losses: imported.losses, upstreams: [] }, serve: [] };
  const api = apiName(given, options.name);
  const { describeImport } = await import('../importers/describe-import.ts');
  const document = describeImport(imported, api, origin);
  const file = path.join(options.out, `${api}.openapi.yaml`);
  const before = await assertReplaceable(file, document, options);
  await replaceFile(file, document);
  try {
    const source = `${api}=${file}`;
    const { contract } = await loadContract([source], loadOptions({}, io));
    const written = writeImport(contract, imported, origin, true);
    await assertAllReplaceable(written.files, options);
    if (options.json !== true) io.out(`${printable(file)}: the document`);
    const serve = ['--specs', source, ...(imported.resources.length > 0 ? ['--stateful'] : [])];
    return { written, serve };
  } catch (error) {
    await (before === undefined ? rm(file) : writeFile(file, before));
    throw error;
  }
}

function apiName(given: string, wanted: string | undefined): string {
  const name =
    wanted ??
    (path
      .basename(path.resolve(given))
      .replace(/\.json$/i, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) ||
      'imported');
  if (!isApiName(name))
    throw new UsageError(`--name "${name}" is no name of an API: use letters, digits, "-", "_" and "."`);
  return name;
}

async function assertAllReplaceable(files: readonly ImportFile[], options: ImportOptions): Promise<void> {
  for (const { name, content } of files)
    await assertReplaceable(path.join(options.out, name), content, options);
}

/** Checks all files before it writes the first. */
async function writeAll(files: readonly ImportFile[], options: ImportOptions): Promise<void> {
  await assertAllReplaceable(files, options);
  for (const { name, content } of files) {
    const file = path.join(options.out, name);
    if (typeof content === 'string') await replaceFile(file, content);
    else await writeBytes(file, content);
  }
}

async function writeBytes(file: string, content: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/**
 * Files of the user, and changes in imported ones, are kept.
 * @returns the content of the file; undefined: there is none
 */
async function assertReplaceable(
  file: string,
  content: string | Uint8Array,
  { force }: ImportOptions,
): Promise<Buffer | undefined> {
  const { IMPORTED_MARK } = await import('../importers/write-import.ts');
  const before = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError(`${file} cannot be written: ${error.message}`);
  });
  if (before === undefined || before.equals(Buffer.from(content))) return before;
  if (typeof content === 'string' && !before.toString().startsWith(IMPORTED_MARK))
    throw new UsageError(`${file} was not made by this command and is not overwritten: choose another --out`);
  if (force !== true)
    throw new UsageError(`${file} already exists: --force overwrites it, including your changes`);
  return before;
}

interface Next {
  readonly serve: string;
  /** Undefined: all scenarios are on by default. */
  readonly use?: string;
}

function nextCommands(
  { upstreams, scenarios }: WrittenImport,
  serve: readonly string[],
  { out }: ImportOptions,
): Next {
  const words = [...serve, '--scenarios', out, ...upstreams.flatMap(each => ['--upstream', each])];
  const optional = scenarios.filter(({ onByDefault }) => !onByDefault).map(({ id }) => id);
  const text = (all: readonly string[]): string => all.map(word => shellWord(printable(word))).join(' ');
  return {
    serve: `deadringer serve ${text(words)}`,
    ...(optional.length > 0 && { use: `deadringer use ${text(optional.slice(0, 1))}` }),
  };
}

function fileNames({ files }: WrittenImport, { out }: ImportOptions): string[] {
  return files.map(({ name }) => path.join(out, name));
}

function printResult(
  written: WrittenImport,
  losses: readonly Loss[],
  { serve, use }: Next,
  options: ImportOptions,
  io: Io,
): void {
  for (const { name, rules } of written.files)
    io.out(
      `${printable(path.join(options.out, name))}${rules === undefined ? '' : `: ${pluralize(rules, 'rule')}`}`,
    );
  if (losses.length > 0) {
    io.out(`Not carried over, or changed: ${pluralize(losses.length, 'construct')}`);
    printRows([['PLACE', 'CONSTRUCT', 'REASON', 'REMEDY'], ...lossRows(losses)], io);
  }
  if (written.files.length > 0) io.out(`Next: ${serve}`);
  if (use !== undefined) io.out(`Then: ${use}`);
}

/** Losses of one kind are one row, with the first places. */
function lossRows(losses: readonly Loss[]): string[][] {
  const kinds = Map.groupBy(losses, ({ construct, reason, remedy }) =>
    JSON.stringify([construct, reason, remedy]),
  );
  return [...kinds.values()].map(own => {
    const [first] = own;
    if (first === undefined) return [];
    const more = own.length > 1 ? ` and ${own.length - 1} more` : '';
    return [`${first.file}:${first.line}${more}`, first.construct, first.reason, first.remedy];
  });
}
