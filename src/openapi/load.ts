// Reads OpenAPI documents from disk into a contract. The only file of the contract that touches the file system.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DocumentSet } from '../document/documents.ts';
import { SchemaIdentifiers, visitObjects } from '../document/identifiers.ts';
import { isParseFailure, type ParsedFile, parseFile } from '../document/parse.ts';
import { parseCacheFor } from '../document/parse-cache.ts';
import { resolveReference } from '../document/references.ts';
import { isObject } from '../exchange/json.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { unsupportedDialect } from '../schema/dialect.ts';
import { CompiledSchemas } from '../schema/schemas.ts';
import type { ApiSpec, Contract } from './model.ts';
import { readOperations } from './operations.ts';

export interface LoadOptions {
  /** True: `format` rejects values. Default false: it is an annotation. */
  readonly assertFormats?: boolean;
  /** Keep only parts whose `x-provenance` is among these; parts that carry none are always kept. Default: keep all. */
  readonly provenance?: readonly string[];
  /** True: what only a mock asks for, our extension, is not read. */
  readonly skipRefusals?: boolean;
  /** File names in findings are given relative to this folder. */
  readonly relativeTo: string;
  /** Told what each file says. */
  readonly onFileRead?: (file: string, text: string) => void;
  /** What files say, by their paths: nothing is read, and every path is that of a document. */
  readonly fileTexts?: ReadonlyMap<string, string>;
}

/** Documents that cannot be served or judged by, with every reason found. */
export class ContractError extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const lines = findings.map(({ location, message }) =>
      location ? `${formatLocation(location)}: ${message}` : message,
    );
    super(lines.join('\n'));
    this.findings = findings;
  }
}

/** A loaded contract, and what is wrong with its documents without making them unusable as a whole. */
export interface LoadedContract {
  readonly contract: Contract;
  readonly findings: readonly Finding[];
}

/**
 * Loads files, and the *.yaml, *.yml and *.json of folders, each document one API named by its file stem.
 * Files of a folder that are no OpenAPI documents are passed over: they may be what the others refer to.
 * @throws ContractError when a file is missing or broken, two have the same name, or there is none
 */
export async function loadContract(paths: readonly string[], options: LoadOptions): Promise<LoadedContract> {
  const findings: Finding[] = [];
  const apis: ApiSpec[] = [];
  const givenFiles = options.fileTexts && paths.map(file => ({ file, named: true }));
  for (const { file, named } of givenFiles ?? (await findDocumentFiles(paths, findings))) {
    const api = await loadApi(file, named, options, findings);
    if (api === undefined) continue;
    const duplicate = apis.find(other => other.name === api.name);
    if (duplicate !== undefined) {
      const location = { file: api.file, line: 1, column: 1, pointer: '' };
      findings.push({
        code: 'spec-invalid',
        message: `the API name "${api.name}" is already used by ${duplicate.file}; rename one of the files`,
        at: '',
        location,
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
  return { contract: { apis }, findings: withoutDuplicates(findings) };
}

/** A reference that leads nowhere is met again by everything that follows it. */
function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ code, message, location }: Finding): string =>
    `${code} ${message} ${location && formatLocation(location)}:${location?.column}`;
  return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()];
}

async function findDocumentFiles(
  paths: readonly string[],
  findings: Finding[],
): Promise<{ file: string; named: boolean }[]> {
  const files: { file: string; named: boolean }[] = [];
  for (const inputPath of paths) {
    try {
      if ((await stat(inputPath)).isDirectory()) {
        const names = (await readdir(inputPath)).filter(name => /\.(ya?ml|json)$/i.test(name)).sort();
        files.push(...names.map(name => ({ file: path.join(inputPath, name), named: false })));
      } else {
        files.push({ file: inputPath, named: true });
      }
    } catch (error) {
      findings.push(unreadableFinding(inputPath, error));
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
  const displayed = displayName(file, options.relativeTo);
  const parsedFiles = new Map<string, ParsedFile>();
  const rootFindings: Finding[] = [];
  const unresolved = await readWithReferences(uri, parsedFiles, options, rootFindings);
  const root = parsedFiles.get(uri);
  if (root === undefined) {
    findings.push(...rootFindings);
    return undefined;
  }
  const version = isObject(root.value) ? root.value.openapi : undefined;
  if (typeof version !== 'string' && !named) return undefined;
  // OpenAPI 3.0 knows no $id, and what is no OpenAPI document at all is not looked at further.
  const identifiers = new SchemaIdentifiers(
    typeof version === 'string' && version.startsWith('3.1') ? parsedFiles : new Map(),
  );
  // What a schema that was read calls itself needs no file.
  findings.push(
    ...rootFindings,
    ...unresolved
      .filter(({ from, ref }) => identifiers.resolve(from, ref) === undefined)
      .map(each => each.finding),
  );
  const minor = typeof version === 'string' ? /^3\.([01])(\.|$)/.exec(version)?.[1] : undefined;
  if (minor === undefined) {
    const problem =
      typeof version === 'string' ? `OpenAPI ${version} is not supported` : '"openapi: 3.x.y" is missing';
    const message = `${problem}; documents are OpenAPI 3.0 or 3.1`;
    findings.push({ code: 'spec-invalid', message, at: '', location: root.locate('/openapi') });
    return undefined;
  }
  identifiers.rewriteReferences();
  const documents = new DocumentSet(parsedFiles, identifiers);
  const dialect = unsupportedDialect(documents, uri);
  if (dialect !== undefined) {
    const message = `the schema dialect ${dialect} is not supported; use JSON Schema 2020-12`;
    findings.push({ code: 'spec-invalid', message, at: '', location: root.locate('/jsonSchemaDialect') });
    return undefined;
  }
  const assertFormats = options.assertFormats ?? false;
  const info = isObject(root.value) && isObject(root.value.info) ? root.value.info : {};
  const api = {
    name: path.basename(file).replace(/(\.openapi)?\.(ya?ml|json)$/i, ''),
    file: displayed,
    title: String(info.title ?? ''),
    version: minor === '0' ? '3.0' : '3.1',
    root: documents.root(uri),
    documents,
    schemas: new CompiledSchemas(documents, { version: minor === '0' ? '3.0' : '3.1', assertFormats }),
    operations: [] as ApiSpec['operations'],
  } satisfies ApiSpec;
  reportUnresolvedReferences(documents, findings);
  // Loaded only where it is asked for: checking recordings is quicker and smaller without.
  const readExtension = options.skipRefusals
    ? undefined
    : (await import('./refusal-extension.ts')).readRefusalExtension;
  api.operations = readOperations(api, readExtension, finding => findings.push(finding));
  return api;
}

/** A reference to a file that is not there, or that is not fetched. */
interface UnresolvedReference {
  readonly from: { readonly uri: string; readonly pointer: string };
  readonly ref: string;
  readonly finding: Finding;
}

/** Reads a document and, one after the other, every file that its `$ref`s name. */
async function readWithReferences(
  uri: string,
  parsedFiles: Map<string, ParsedFile>,
  options: LoadOptions,
  findings: Finding[],
): Promise<UnresolvedReference[]> {
  const unresolved: UnresolvedReference[] = [];
  const pending: { uri: string; from?: UnresolvedReference['from'] & { source: ParsedFile; ref: string } }[] =
    [{ uri }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (parsedFiles.has(next.uri)) continue;
    const { from } = next;
    const miss = (message: string): void => {
      if (from === undefined) return;
      const { source, ref, ...place } = from;
      const location = source.locate(`${place.pointer}/$ref`);
      unresolved.push({ from: place, ref, finding: { code: 'spec-reference', message, at: '', location } });
    };
    if (!next.uri.startsWith('file:')) {
      miss(
        `$ref to ${next.uri} is not followed: remote documents are not fetched; keep a local copy and refer to it`,
      );
      continue;
    }
    let displayed = next.uri;
    try {
      const file = fileURLToPath(next.uri);
      displayed = displayName(file, options.relativeTo);
      const text = options.fileTexts?.get(file) ?? (await readFile(file, 'utf8'));
      options.onFileRead?.(file, text);
      const source = parseFile(displayed, text, options.provenance, parseCacheFor(file));
      if (isParseFailure(source)) {
        findings.push({
          code: 'spec-unreadable',
          message: source.message,
          at: '',
          location: source.location,
        });
        continue;
      }
      parsedFiles.set(next.uri, source);
      for (const { to, pointer: at } of referencesIn(source.value)) {
        const target = resolveReference(next.uri, to).uri;
        if (!parsedFiles.has(target))
          pending.push({ uri: target, from: { source, uri: next.uri, pointer: at, ref: to } });
      }
    } catch (error) {
      if (from === undefined) findings.push(unreadableFinding(displayed, error));
      else miss(`$ref to ${displayed}: ${describeFileError(error)}`);
    }
  }
  return unresolved;
}

function reportUnresolvedReferences(documents: DocumentSet, findings: Finding[]): void {
  for (const uri of documents.uris()) {
    const root = documents.root(uri);
    for (const { to, pointer: at } of referencesIn(root.value)) {
      // Files that could not be read have been reported where they were asked for.
      if (!documents.has(resolveReference(uri, to).uri) || documents.resolve(root, to) !== undefined)
        continue;
      const location = documents.locate({ uri, pointer: `${at}/$ref` });
      findings.push({ code: 'spec-reference', message: `$ref "${to}" cannot be resolved`, at: '', location });
    }
  }
}

/** Every `$ref` of a document, with the object that it stands in. */
function referencesIn(value: unknown): { to: string; pointer: string }[] {
  const found: { to: string; pointer: string }[] = [];
  visitObjects(value, ({ value: holder, pointer: where }) => {
    if (typeof holder.$ref === 'string') found.push({ to: holder.$ref, pointer: where() });
  });
  return found;
}

/** Relative below the folder, absolute elsewhere: whichever can be pasted and read. */
function displayName(file: string, relativeTo: string): string {
  const relative = path.relative(relativeTo, file);
  return relative === '' || relative.startsWith('..') ? path.resolve(file) : relative;
}

function unreadableFinding(file: string, error: unknown): Finding {
  return { code: 'spec-unreadable', message: `${file} cannot be read: ${describeFileError(error)}`, at: '' };
}

function describeFileError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const messages: Readonly<Record<string, string>> = {
    ENOENT: 'the file does not exist',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
  };
  return (code && messages[code]) ?? message;
}
