// Loads OpenAPI documents into a contract and reports what is wrong with them.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DocumentSet } from '../document/documents.ts';
import { SchemaIdentifiers } from '../document/identifiers.ts';
import type { ParsedFile } from '../document/parse.ts';
import { resolveReference } from '../document/references.ts';
import { isObject } from '../exchange/json.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { unsupportedDialect } from '../schema/dialect.ts';
import { CompiledSchemas } from '../schema/schemas.ts';
import type { ApiSpec, Contract } from './model.ts';
import { readOperations } from './operations.ts';
import {
  type DocumentFile,
  displayName,
  findDocumentFiles,
  readWithReferences,
  referencesIn,
} from './read-files.ts';

export interface LoadOptions {
  /** True: `format` rejects values. Default false: it is an annotation (JSON Schema 2020-12 validation, section 7.2.1). */
  readonly assertFormats?: boolean;
  /**
   * Keeps only nodes whose `x-provenance` is in this list; nodes without `x-provenance` are always kept.
   * Default: keeps all nodes.
   */
  readonly provenance?: readonly string[];
  /** Findings name files relative to this folder. */
  readonly relativeTo: string;
  /** Called with the URL of each file before it is read, whether it exists or not. An error that it throws ends the loading. */
  readonly onRead?: (uri: string) => void;
}

/** Options for this program only; not part of the public API. */
export interface LoadDocumentsOptions extends LoadOptions {
  /** True: does not read the `x-deadringer` extension, which only a mock needs. Default false. */
  readonly skipRefusals?: boolean;
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
 * Loads OpenAPI 3.0 and 3.1 documents: files, and the *.yaml, *.yml and *.json of folders. Each document is one API, named
 * by its file name without extension. Files of a folder that are not OpenAPI documents are ignored: others may refer to them.
 * @throws ContractError when a file is missing or invalid, two APIs have the same name, or there is no document
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
  for (const file of await findDocumentFiles(paths, findings)) {
    const api = await loadApi(file, options, findings);
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

/** An unresolvable reference is reported again by everything that follows it. */
function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ code, message, location }: Finding): string =>
    `${code} ${message} ${location && formatLocation(location)}:${location?.column}`;
  return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()];
}

/** @returns undefined when the file is not an OpenAPI document, or is one that cannot be used: then there is a finding */
async function loadApi(
  { file, named }: DocumentFile,
  options: LoadDocumentsOptions,
  findings: Finding[],
): Promise<ApiSpec | undefined> {
  const uri = pathToFileURL(path.resolve(file)).href;
  const parsedFiles = new Map<string, ParsedFile>();
  const readFindings: Finding[] = [];
  const unresolved = await readWithReferences(uri, parsedFiles, options, readFindings);
  const root = parsedFiles.get(uri);
  if (root === undefined) {
    findings.push(...readFindings);
    return undefined;
  }
  const openapi = isObject(root.value) ? root.value.openapi : undefined;
  if (typeof openapi !== 'string' && !named) return undefined;
  const version = versionOf(openapi);
  // OpenAPI 3.0 does not have $id.
  const identifiers = new SchemaIdentifiers(version === '3.1' ? parsedFiles : new Map());
  // A reference to the $id of a schema that was read does not need a file.
  findings.push(
    ...readFindings,
    ...unresolved
      .filter(({ from, ref }) => identifiers.resolve(from, ref) === undefined)
      .map(({ finding }) => finding),
  );
  if (version === undefined) {
    const problem =
      typeof openapi === 'string' ? `OpenAPI ${openapi} is not supported` : '"openapi: 3.x.y" is missing';
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
  const info = isObject(root.value) && isObject(root.value.info) ? root.value.info : {};
  const api = {
    name: path.basename(file).replace(/(\.openapi)?\.(ya?ml|json)$/i, ''),
    file: displayName(file, options.relativeTo),
    title: String(info.title ?? ''),
    version,
    root: documents.root(uri),
    documents,
    schemas: new CompiledSchemas(documents, { version, assertFormats: options.assertFormats ?? false }),
    operations: [] as ApiSpec['operations'],
  } satisfies ApiSpec;
  reportUnresolvedReferences(documents, findings);
  // Import zod only for a mock: a check is faster and smaller without it.
  const readExtension = options.skipRefusals
    ? undefined
    : (await import('./refusal-extension.ts')).readRefusalExtension;
  api.operations = readOperations(api, readExtension, finding => findings.push(finding));
  return api;
}

function versionOf(openapi: unknown): ApiSpec['version'] | undefined {
  const minor = typeof openapi === 'string' ? /^3\.([01])(\.|$)/.exec(openapi)?.[1] : undefined;
  if (minor === undefined) return undefined;
  return minor === '0' ? '3.0' : '3.1';
}

/** Reports references to nodes that do not exist. Files that could not be read have been reported already. */
function reportUnresolvedReferences(documents: DocumentSet, findings: Finding[]): void {
  for (const uri of documents.uris()) {
    const root = documents.root(uri);
    for (const { ref, pointer } of referencesIn(root.value)) {
      if (!documents.has(resolveReference(uri, ref).uri) || documents.resolve(root, ref) !== undefined)
        continue;
      const location = documents.locate({ uri, pointer: `${pointer}/$ref` });
      findings.push({
        code: 'spec-reference',
        message: `$ref "${ref}" cannot be resolved`,
        at: '',
        location,
      });
    }
  }
}
