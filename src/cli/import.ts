// deadringer import: makes scenarios, and a document if there is none, from the files of another mock server.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Option } from 'commander';
import { replaceFile } from '../document/write-file.ts';
import { shellWord } from '../exchange/curl.ts';
import {
  IMPORT_FORMATS,
  type Imported,
  type ImportFile,
  type ImportFormat,
  type Loss,
} from '../importers/model.ts';
import type { WrittenImport } from '../importers/write-import.ts';
import { isApiName } from '../openapi/document-names.ts';
import type { Contract } from '../openapi/model.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions } from './options.ts';
import { type NextCommands, printImport } from './print-import.ts';

interface ImportOptions {
  from?: ImportFormat;
  specs?: string[];
  output: string;
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
    .option('-o, --output <folder>', 'folder for <api>/<name>.yaml, and for the document', 'scenarios')
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
  const { written, serve, document } = await bind(imported, given, origin, options, io);
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
  const files = [...(document === undefined ? [] : [document]), ...fileNames(written, options)];
  const next = nextCommands(written, serve, options);
  if (options.json === true)
    io.out(JSON.stringify({ from: imported.format, rules, files, ...next, losses }, null, 2));
  else printImport(written, losses, next, options.output, io);
  const isEmpty = rules === 0 && imported.resources.length === 0;
  if (isEmpty) io.err('deadringer: no rule was imported');
  return isEmpty ? 3 : 0;
}

interface Bound {
  readonly written: WrittenImport;
  /** The options that serve the scenarios, beside --scenarios. */
  readonly serve: readonly string[];
  /** The document that was written; undefined: --specs names those of the rules. */
  readonly document?: string;
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
    const written = writeImport(contract, imported, origin, false);
    return withState({ written, serve }, contract, imported, origin, apiName(given, options.name), options);
  }
  if (imported.resources.length === 0 && imported.scenarios.every(({ rules }) => rules.length === 0))
    return { written: { files: [], scenarios: [], losses: imported.losses, upstreams: [] }, serve: [] };
  const api = apiName(given, options.name);
  const { describeImport } = await import('../importers/describe-import.ts');
  const document = describeImport(imported, api, origin);
  const file = path.join(options.output, `${api}.openapi.yaml`);
  const before = await assertReplaceable(file, document, options);
  await replaceFile(file, document);
  try {
    const source = `${api}=${file}`;
    const { contract } = await loadContract([source], loadOptions({}, io));
    const written = writeImport(contract, imported, origin, true);
    const bound = { written, serve: ['--specs', source], document: file };
    const complete = await withState(bound, contract, imported, origin, api, options);
    await assertAllReplaceable(complete.written.files, options);
    if (options.json !== true) io.out(`${printable(file)}: the document`);
    return complete;
  } catch (error) {
    await (before === undefined ? rm(file) : writeFile(file, before));
    throw error;
  }
}

/** Adds the state file, if there are items. */
async function withState(
  bound: Bound,
  contract: Contract,
  { resources }: Imported,
  origin: string,
  name: string,
  { output: out }: ImportOptions,
): Promise<Bound> {
  if (resources.length === 0) return bound;
  const { importedState } = await import('./imported-state.ts');
  const { text, items, losses } = importedState(contract, resources, origin);
  const { files } = bound.written;
  const file = { name: `${name}.state.yaml`, content: text ?? '', items };
  return {
    ...bound,
    serve: [...bound.serve, ...(text === undefined ? [] : ['--state-file', path.join(out, file.name)])],
    written: {
      ...bound.written,
      files: text === undefined ? files : [...files, file],
      losses: [...bound.written.losses, ...losses],
    },
  };
}

function apiName(given: string, wanted: string | undefined): string {
  const name =
    wanted ??
    (path
      .basename(path.resolve(given))
      .replace(/\.json$/i, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) ||
      'imported');
  if (!isApiName(name))
    throw new UsageError(`--name "${name}" is no name of an API: use letters, digits, "-", "_" and "."`);
  return name;
}

async function assertAllReplaceable(files: readonly ImportFile[], options: ImportOptions): Promise<void> {
  for (const { name, content } of files)
    await assertReplaceable(path.join(options.output, name), content, options);
}

/** Checks all files before it writes the first. */
async function writeAll(files: readonly ImportFile[], options: ImportOptions): Promise<void> {
  await assertAllReplaceable(files, options);
  for (const { name, content } of files) {
    const file = path.join(options.output, name);
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
    throw new UsageError(
      `${file} was not made by this command and is not overwritten: choose another --output`,
    );
  if (force !== true)
    throw new UsageError(`${file} already exists: --force overwrites it, including your changes`);
  return before;
}

function nextCommands(
  { upstreams, scenarios }: WrittenImport,
  serve: readonly string[],
  { output: out }: ImportOptions,
): NextCommands {
  const words = [...serve, '--scenarios', out, ...upstreams.flatMap(each => ['--upstream', each])];
  const optional = scenarios.filter(({ onByDefault }) => !onByDefault).map(({ id }) => id);
  const text = (all: readonly string[]): string => all.map(word => shellWord(printable(word))).join(' ');
  return {
    serve: `deadringer serve ${text(words)}`,
    ...(optional.length > 0 && { use: `deadringer use ${text(optional.slice(0, 1))}` }),
  };
}

function fileNames({ files }: WrittenImport, { output: out }: ImportOptions): string[] {
  return files.map(({ name }) => path.join(out, name));
}
