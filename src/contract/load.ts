// Reads OpenAPI documents from disk into a contract. The only file of the contract that touches the file system.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Finding, showClause } from '../finding/finding.ts';
import { isFault, readSource, type Source } from '../finding/locate.ts';
import type { ApiSpec, Contract } from './contract.ts';
import { unsupportedDialect } from './dialect.ts';
import { eachSpot, Identifiers } from './identifiers.ts';
import { readOperations } from './operations.ts';
import { rememberedOf } from './parsed.ts';
import { Schemas } from './schemas.ts';
import { isObject, resolveReference, Sources } from './sources.ts';

export interface LoadOptions {
  /** True: `format` rejects values. Default false: it is an annotation. */
  readonly assertFormats?: boolean;
  /** Keep only parts whose `x-provenance` is among these; parts that carry none are always kept. Default: keep all. */
  readonly provenance?: readonly string[];
  /** True: what only a mock asks for, our extension, is not read. */
  readonly judgingOnly?: boolean;
  /** File names in findings are given relative to this folder. */
  readonly relativeTo: string;
  /** Told what each file says. */
  readonly onText?: (file: string, text: string) => void;
  /** What files say, by their paths: nothing is read, and every path is that of a document. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** Documents that cannot be served or judged by, with every reason found. */
export class ContractError extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const lines = findings.map(({ clause, message }) =>
      clause ? `${showClause(clause)}: ${message}` : message,
    );
    super(lines.join('\n'));
    this.findings = findings;
  }
}

/** A loaded contract, and what is wrong with its documents without making them unusable as a whole. */
export interface Loaded {
  readonly contract: Contract;
  readonly findings: readonly Finding[];
}

/**
 * Loads files, and the *.yaml, *.yml and *.json of folders, each document one API named by its file stem.
 * Files of a folder that are no OpenAPI documents are passed over: they may be what the others refer to.
 * @throws ContractError when a file is missing or broken, two have the same name, or there is none
 */
export async function loadContract(paths: readonly string[], options: LoadOptions): Promise<Loaded> {
  const findings: Finding[] = [];
  const apis: ApiSpec[] = [];
  const told = options.texts && paths.map(file => ({ file, named: true }));
  for (const { file, named } of told ?? (await expand(paths, findings))) {
    const api = await loadApi(file, named, options, findings);
    if (api === undefined) continue;
    const twin = apis.find(other => other.name === api.name);
    if (twin !== undefined) {
      const clause = { file: api.file, line: 1, column: 1, pointer: '' };
      findings.push({
        code: 'spec-invalid',
        message: `the name "${api.name}" is already taken by ${twin.file}`,
        at: '',
        clause,
      });
    } else {
      apis.push(api);
    }
  }
  const fatal = findings.filter(({ code }) => code === 'spec-unreadable' || code === 'spec-invalid');
  if (fatal.length > 0) throw new ContractError(fatal);
  if (apis.length === 0) {
    const message = `no OpenAPI document was found in ${paths.join(', ')}`;
    throw new ContractError([{ code: 'spec-unreadable', message, at: '' }]);
  }
  return { contract: { apis }, findings: withoutRepeats(findings) };
}

/** A reference that leads nowhere is met again by everything that follows it. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ code, message, clause }: Finding): string =>
    `${code} ${message} ${clause && showClause(clause)}:${clause?.column}`;
  return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()];
}

async function expand(
  paths: readonly string[],
  findings: Finding[],
): Promise<{ file: string; named: boolean }[]> {
  const files: { file: string; named: boolean }[] = [];
  for (const given of paths) {
    try {
      if ((await stat(given)).isDirectory()) {
        const names = (await readdir(given)).filter(name => /\.(ya?ml|json)$/i.test(name)).sort();
        files.push(...names.map(name => ({ file: path.join(given, name), named: false })));
      } else {
        files.push({ file: given, named: true });
      }
    } catch (error) {
      findings.push(unreadable(given, error));
    }
  }
  return files;
}

async function loadApi(
  file: string,
  named: boolean,
  options: LoadOptions,
  findings: Finding[],
): Promise<ApiSpec | undefined> {
  const uri = pathToFileURL(path.resolve(file)).href;
  const shown = shownName(file, options.relativeTo);
  const read = new Map<string, Source>();
  const own: Finding[] = [];
  const unread = await readWithReferences(uri, read, options, own);
  const root = read.get(uri);
  if (root === undefined) {
    findings.push(...own);
    return undefined;
  }
  const version = isObject(root.value) ? root.value.openapi : undefined;
  if (typeof version !== 'string' && !named) return undefined;
  // OpenAPI 3.0 knows no $id, and what is no OpenAPI document at all is not looked at further.
  const identifiers = new Identifiers(
    typeof version === 'string' && version.startsWith('3.1') ? read : new Map(),
  );
  // What a schema that was read calls itself needs no file.
  findings.push(
    ...own,
    ...unread
      .filter(({ from, ref }) => identifiers.resolve(from, ref) === undefined)
      .map(each => each.finding),
  );
  const minor = typeof version === 'string' ? /^3\.([01])(\.|$)/.exec(version)?.[1] : undefined;
  if (minor === undefined) {
    const said =
      typeof version === 'string'
        ? `OpenAPI ${version} is not supported`
        : 'there is no "openapi: 3.x.y" in it';
    const message = `${said}; documents are OpenAPI 3.0 or 3.1`;
    findings.push({ code: 'spec-invalid', message, at: '', clause: root.locate('/openapi') });
    return undefined;
  }
  identifiers.rewrite();
  const sources = new Sources(read, identifiers);
  const dialect = unsupportedDialect(sources, uri);
  if (dialect !== undefined) {
    const message = `schemas in the dialect ${dialect} cannot be judged; use JSON Schema 2020-12`;
    findings.push({ code: 'spec-invalid', message, at: '', clause: root.locate('/jsonSchemaDialect') });
    return undefined;
  }
  const assertFormats = options.assertFormats ?? false;
  const info = isObject(root.value) && isObject(root.value.info) ? root.value.info : {};
  const api = {
    name: path.basename(file).replace(/(\.openapi)?\.(ya?ml|json)$/i, ''),
    file: shown,
    title: String(info.title ?? ''),
    version: minor === '0' ? '3.0' : '3.1',
    document: sources.root(uri),
    sources,
    schemas: new Schemas(sources, { version: minor === '0' ? '3.0' : '3.1', assertFormats }),
    operations: [] as ApiSpec['operations'],
  } satisfies ApiSpec;
  reportDeadEnds(sources, findings);
  // Loaded only where it is asked for: checking recordings is quicker and smaller without.
  const readExtension = options.judgingOnly ? undefined : (await import('./extension.ts')).readExtension;
  api.operations = readOperations(api, readExtension, finding => findings.push(finding));
  return api;
}

/** A reference to a file that is not there, or that is not fetched. */
interface Unread {
  readonly from: { readonly uri: string; readonly pointer: string };
  readonly ref: string;
  readonly finding: Finding;
}

/** Reads a document and, one after the other, every file that its `$ref`s name. */
async function readWithReferences(
  uri: string,
  read: Map<string, Source>,
  options: LoadOptions,
  findings: Finding[],
): Promise<Unread[]> {
  const unread: Unread[] = [];
  const pending: { uri: string; from?: Unread['from'] & { source: Source; ref: string } }[] = [{ uri }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (read.has(next.uri)) continue;
    const { from } = next;
    const miss = (message: string): void => {
      if (from === undefined) return;
      const { source, ref, ...place } = from;
      const clause = source.locate(`${place.pointer}/$ref`);
      unread.push({ from: place, ref, finding: { code: 'spec-reference', message, at: '', clause } });
    };
    if (!next.uri.startsWith('file:')) {
      miss(`$ref to ${next.uri} is not followed: nothing is fetched; keep a copy beside the document`);
      continue;
    }
    let shown = next.uri;
    try {
      const file = fileURLToPath(next.uri);
      shown = shownName(file, options.relativeTo);
      const text = options.texts?.get(file) ?? (await readFile(file, 'utf8'));
      options.onText?.(file, text);
      const source = readSource(shown, text, options.provenance, rememberedOf(file));
      if (isFault(source)) {
        findings.push({ code: 'spec-unreadable', message: source.message, at: '', clause: source.clause });
        continue;
      }
      read.set(next.uri, source);
      for (const { to, pointer: at } of references(source.value)) {
        const target = resolveReference(next.uri, to).uri;
        if (!read.has(target))
          pending.push({ uri: target, from: { source, uri: next.uri, pointer: at, ref: to } });
      }
    } catch (error) {
      if (from === undefined) findings.push(unreadable(shown, error));
      else miss(`$ref to ${shown}: ${reason(error)}`);
    }
  }
  return unread;
}

function reportDeadEnds(sources: Sources, findings: Finding[]): void {
  for (const uri of sources.uris()) {
    const root = sources.root(uri);
    for (const { to, pointer: at } of references(root.value)) {
      // Files that could not be read have been reported where they were asked for.
      if (!sources.has(resolveReference(uri, to).uri) || sources.target(root, to) !== undefined) continue;
      const clause = sources.clause({ uri, pointer: `${at}/$ref` });
      findings.push({ code: 'spec-reference', message: `$ref "${to}" leads nowhere`, at: '', clause });
    }
  }
}

/** Every `$ref` of a document, with the object that it stands in. */
function references(value: unknown): { to: string; pointer: string }[] {
  const found: { to: string; pointer: string }[] = [];
  eachSpot(value, ({ holder, pointer: where }) => {
    if (typeof holder.$ref === 'string') found.push({ to: holder.$ref, pointer: where() });
  });
  return found;
}

/** Relative below the folder, absolute elsewhere: whichever can be pasted and read. */
function shownName(file: string, relativeTo: string): string {
  const relative = path.relative(relativeTo, file);
  return relative === '' || relative.startsWith('..') ? path.resolve(file) : relative;
}

function unreadable(file: string, error: unknown): Finding {
  return { code: 'spec-unreadable', message: `${file} cannot be read: ${reason(error)}`, at: '' };
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  };
  return (code && known[code]) ?? message;
}
