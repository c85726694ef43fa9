// Loads OpenAPI documents into a contract and reports what is wrong with them.

import { BrokenReferenceError, DocumentSet } from '../document/documents.ts';
import { SchemaIdentifiers } from '../document/identifiers.ts';
import type { ParsedFile } from '../document/parse.ts';
import { resolveReference, toReference } from '../document/references.ts';
import { isObject, textOfValue } from '../exchange/json.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { unsupportedDialect } from '../schema/openapi-version.ts';
import { CompiledSchemas } from '../schema/schemas.ts';
import { checkFakerKeywords } from './check-faker-keywords.ts';
import { POSTMAN_COLLECTION } from './document-kind.ts';
import { chooseName, type NamedFile } from './document-names.ts';
import { type DocumentFile, findDocumentFiles } from './find-documents.ts';
import type { ApiSpec, Contract } from './model.ts';
import { readOperations } from './operations.ts';
import { readOverlays } from './overlay.ts';
import { readExamples } from './read-examples.ts';
import {
  displayName,
  type FoundReference,
  type ReadOptions,
  readWithReferences,
  toUri,
} from './read-files.ts';
import { createSelfIndex } from './self-index.ts';

export interface LoadOptions {
  /** True: `format` rejects values. Default false: it is an annotation (JSON Schema 2020-12 validation, section 7.2.1). */
  readonly assertFormats?: boolean;
  /** False: `assertFormats` leaves out JSON in texts, which Prism does not read. Default true. */
  readonly assertContents?: boolean;
  /** True: personal data is redacted like secrets. Default false. */
  readonly redactPersonal?: boolean;
  /**
   * Keeps only nodes whose `x-provenance` is in this list; nodes without `x-provenance` are always kept.
   * Default: keeps all nodes.
   */
  readonly provenance?: readonly string[];
  /** Files of OpenAPI Overlays 1.0 and 1.1, which change the documents in this order. Default: none. */
  readonly overlays?: readonly string[];
  /** Findings name files relative to this folder. */
  readonly relativeTo: string;
  /** Called with the URL of each file before it is read, whether it exists or not. An error that it throws ends the loading. */
  readonly onRead?: (uri: string) => void;
}

/** Options for this program only; not part of the public API. */
export interface LoadDocumentsOptions extends LoadOptions {
  /** True: does not read the `x-deadringer` extension, which only a mock needs. Default false. */
  readonly skipExtension?: boolean;
}

/** The documents cannot be used. The message has one line per finding: location and message. */
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

/** A loaded contract, and the findings about its documents that do not make them unusable. */
export interface LoadedContract {
  readonly contract: Contract;
  readonly findings: readonly Finding[];
}

/**
 * Loads OpenAPI 3.0, 3.1 and 3.2 documents: files, and the *.yaml, *.yml and *.json of folders. Each document is one API. Its name
 * is that of the file without extension, or is given as "name=file"; see docs/documents.md for files with equal names. Files of a folder that are no API descriptions are ignored: others may refer to them.
 * What is wrong with a document is a finding, and everything else in it can be used.
 * @throws ContractError when a file is missing, two APIs have the same name, or no document can be loaded
 * @example
 * const { contract, findings } = await loadContract(['specs/petstore.yaml'], { relativeTo: process.cwd() });
 */
export function loadContract(paths: readonly string[], options: LoadOptions): Promise<LoadedContract> {
  return loadDocuments(paths, options);
}

/**
 * `loadContract` with the internal options.
 * @throws ContractError as `loadContract` does
 */
export async function loadDocuments(
  paths: readonly string[],
  options: LoadDocumentsOptions,
): Promise<LoadedContract> {
  const findings: Finding[] = [];
  const apis: ApiSpec[] = [];
  const found = await findDocumentFiles(paths, findings);
  if (findings.length > 0) throw new ContractError(findings);
  const overlays = await readOverlays(options.overlays ?? [], options, findings);
  if (findings.length > 0) throw new ContractError(findings);
  // An overlay may stand beside the documents.
  const files = found.filter(({ file, named }) => named || !overlays.uris.has(toUri(file)));
  const given = files.flatMap(({ name, file }) => (name === undefined ? [] : [{ name, file }]));
  const twice = given.find(({ name }, index) => given.findIndex(other => other.name === name) < index);
  if (twice !== undefined) {
    const message = `the API name "${twice.name}" is given twice; choose another for ${twice.file}`;
    throw new ContractError([{ code: 'spec-invalid', message, at: '' }]);
  }
  const loaded: NamedFile[] = [];
  const fileOfSelf = createSelfIndex(files, options);
  for (const file of files) {
    const api = await loadApi(file, { ...options, changeFile: overlays.apply, fileOfSelf }, findings, () =>
      nameFor(file, loaded, given, options),
    );
    if (api === undefined) continue;
    apis.push(api);
    loaded.push({ name: api.name, file: file.file });
  }
  findings.push(...overlays.findings());
  if (apis.length === 0) {
    const message = `no OpenAPI document was found in ${paths.join(', ')}`;
    throw new ContractError(findings.length > 0 ? findings : [{ code: 'spec-unreadable', message, at: '' }]);
  }
  return { contract: { apis }, findings: withoutDuplicates(findings) };
}

/** @throws ContractError if the name of the API is not its own */
function nameFor(
  { file, name }: DocumentFile,
  loaded: readonly NamedFile[],
  given: readonly NamedFile[],
  { relativeTo }: LoadOptions,
): string {
  const shown = (each: string): string => displayName(each, relativeTo);
  const chosen = name === undefined ? chooseName(file, loaded, given, shown) : { name };
  if ('name' in chosen) return chosen.name;
  const location = { file: shown(file), line: 1, column: 1, pointer: '' };
  throw new ContractError([{ code: 'spec-invalid', message: chosen.problem, at: '', location }]);
}

/** What several operations share is reported for each of them. */
function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const keyOf = (finding: Finding): string => `${finding.code} ${finding.message} ${placeOf(finding)}`;
  return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()];
}

/** @returns undefined when the file is not an OpenAPI document, or is one that cannot be used: then there is a finding */
async function loadApi(
  { file, named }: DocumentFile,
  options: LoadDocumentsOptions & Pick<ReadOptions, 'changeFile' | 'fileOfSelf'>,
  findings: Finding[],
  nameOf: () => string,
): Promise<ApiSpec | undefined> {
  const uri = toUri(file);
  const parsedFiles = new Map<string, ParsedFile>();
  const readFindings: Finding[] = [];
  const { references, kind } = await readWithReferences(uri, parsedFiles, options, readFindings);
  const root = parsedFiles.get(uri);
  if (root === undefined || kind === undefined) {
    findings.push(...readFindings);
    return undefined;
  }
  if (kind.version === undefined && !named && !kind.isDescription) return undefined;
  findings.push(...readFindings);
  if (kind.problem !== undefined)
    findings.push({
      code: 'spec-invalid',
      message: kind.problem,
      at: '',
      location: root.locate(kind.pointer),
    });
  const { version } = kind;
  if (version === undefined) return undefined;
  // OpenAPI 3.0 does not have $id.
  const identifiers = new SchemaIdentifiers(version === '3.0' ? new Map() : parsedFiles);
  identifiers.rewriteReferences();
  // What a collection has saved is data, whatever is in it.
  const isCollection = kind.format?.startsWith(POSTMAN_COLLECTION) === true;
  const inserted = isCollection ? [] : await readExamples(parsedFiles, options, findings);
  if (inserted.length > 0) parsedFiles.set(uri, { ...root, others: [...(root.others ?? []), ...inserted] });
  const documents = new DocumentSet(parsedFiles, identifiers);
  const dialect = unsupportedDialect(documents, uri);
  if (dialect !== undefined) {
    const message = `the schema dialect ${dialect} is not supported; schemas are read as JSON Schema 2020-12`;
    findings.push({ code: 'spec-invalid', message, at: '', location: root.locate('/jsonSchemaDialect') });
  }
  const info = isObject(root.value) && isObject(root.value.info) ? root.value.info : {};
  const api = {
    name: nameOf(),
    file: displayName(file, options.relativeTo),
    title: textOfValue(info.title ?? ''),
    version,
    format: kind.format ?? '',
    root: documents.root(uri),
    documents,
    schemas: new CompiledSchemas(documents, {
      version,
      assertFormats: options.assertFormats ?? false,
      assertContents: options.assertContents ?? true,
    }),
    redactPersonal: options.redactPersonal ?? false,
    operations: [] as ApiSpec['operations'],
    webhooks: [] as ApiSpec['webhooks'],
  } satisfies ApiSpec;
  const brokenReferences = resolveReferences(documents, references, findings);
  if (!options.skipExtension && !isCollection) findings.push(...(await checkFakerKeywords(documents)));
  // Import zod only for a mock: a check is faster and smaller without it.
  const readExtension = options.skipExtension
    ? undefined
    : (await import('./extension-schema.ts')).readExtension;
  const { operations, webhooks } = readOperations(api, readExtension, finding => {
    const isKnown = finding.code === 'spec-reference' && brokenReferences.has(placeOf(finding));
    if (!isKnown) findings.push(finding);
  });
  return Object.assign(api, { operations, webhooks });
}

/**
 * Reports references without a target. Shortens references that lead through another one, for the other modules.
 * @returns the places of all references without a target, as `placeOf` writes them
 */
function resolveReferences(
  documents: DocumentSet,
  references: readonly FoundReference[],
  findings: Finding[],
): Set<string> {
  const missing: Finding[] = [];
  const dead: Finding[] = [];
  const places = new Set<string>();
  for (const { uri, pointer, object, unread } of references) {
    const from = documents.root(uri);
    if (documents.resolve(from, object.$ref) !== undefined) continue;
    const target = documents.resolveThrough(from, object.$ref);
    if (target !== undefined) {
      object.$ref = toReference(target);
      continue;
    }
    const location = documents.locate({ uri, pointer: `${pointer}/$ref` });
    const { finding } = new BrokenReferenceError(location, `"${object.$ref}" cannot be resolved`);
    places.add(placeOf(finding));
    if (unread !== undefined) missing.push(unread);
    // A file that cannot be parsed has been reported.
    else if (documents.has(resolveReference(uri, object.$ref).uri)) dead.push(finding);
  }
  findings.push(...missing, ...dead);
  return places;
}

function placeOf({ location }: Finding): string {
  return location === undefined ? '' : `${formatLocation(location)}:${location.column}`;
}
