// Reads OpenAPI documents and the files they refer to from disk. Files that cannot be read become findings.

import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { visitObjects } from '../document/identifiers.ts';
import { isParseFailure, type ParsedFile, parseFile } from '../document/parse.ts';
import { parseCacheFor } from '../document/parse-cache.ts';
import { resolveReference } from '../document/references.ts';
import { describeFileError } from '../finding/file-error.ts';
import type { Finding } from '../finding/finding.ts';

/** Hidden files are those of editors and systems: locks, copies, attributes. */
function mayBeDocument(entry: Dirent): boolean {
  return /^[^.].*\.(ya?ml|json)$/i.test(entry.name) && !entry.isDirectory();
}

/** A file to load as a document. */
export interface DocumentFile {
  readonly file: string;
  /** True: the user named the file. False: it is in a folder that the user named, and need not be a document. */
  readonly named: boolean;
}

/** Lists the given files, and the *.yaml, *.yml and *.json of the given folders, sorted by name. */
export async function findDocumentFiles(
  paths: readonly string[],
  findings: Finding[],
): Promise<DocumentFile[]> {
  const files: DocumentFile[] = [];
  for (const inputPath of paths) {
    try {
      if ((await stat(inputPath)).isDirectory()) {
        const names = (await readdir(inputPath, { withFileTypes: true }))
          .filter(mayBeDocument)
          .map(entry => entry.name);
        files.push(...names.sort().map(name => ({ file: path.join(inputPath, name), named: false })));
      } else {
        files.push({ file: inputPath, named: true });
      }
    } catch (error) {
      findings.push(unreadableFinding(inputPath, error));
    }
  }
  return files;
}

/** A reference to a file that does not exist or is remote. */
export interface UnresolvedReference {
  readonly from: { readonly uri: string; readonly pointer: string };
  readonly ref: string;
  readonly finding: Finding;
}

export interface ReadOptions {
  /** As in LoadOptions. */
  readonly provenance?: readonly string[];
  /** As in LoadOptions. */
  readonly relativeTo: string;
  /** As in LoadOptions. */
  readonly onRead?: (uri: string) => void;
}

/**
 * Reads a document and every file that its `$ref`s name, directly or indirectly.
 * @param parsedFiles filled with the files by their URI
 */
export async function readWithReferences(
  uri: string,
  parsedFiles: Map<string, ParsedFile>,
  options: ReadOptions,
  findings: Finding[],
): Promise<UnresolvedReference[]> {
  const unresolved: UnresolvedReference[] = [];
  const pending: { uri: string; from?: UnresolvedReference['from'] & { source: ParsedFile; ref: string } }[] =
    [{ uri }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (parsedFiles.has(next.uri)) continue;
    const { from } = next;
    const reportUnresolved = (message: string): void => {
      if (from === undefined) return;
      const { source, ref, ...address } = from;
      const location = source.locate(`${address.pointer}/$ref`);
      unresolved.push({ from: address, ref, finding: { code: 'spec-reference', message, at: '', location } });
    };
    if (!next.uri.startsWith('file:')) {
      reportUnresolved(
        `$ref to ${next.uri} is not followed: remote documents are not fetched; keep a local copy and refer to it`,
      );
      continue;
    }
    options.onRead?.(next.uri);
    let displayed = next.uri;
    try {
      const file = fileURLToPath(next.uri);
      displayed = displayName(file, options.relativeTo);
      const source = parseFile(
        displayed,
        await readFile(file, 'utf8'),
        options.provenance,
        parseCacheFor(file),
      );
      if (isParseFailure(source)) {
        const { message, location } = source;
        findings.push({ code: 'spec-unreadable', message, at: '', location });
        continue;
      }
      parsedFiles.set(next.uri, source);
      for (const { ref, pointer } of referencesIn(source.value)) {
        const target = resolveReference(next.uri, ref).uri;
        if (!parsedFiles.has(target))
          pending.push({ uri: target, from: { source, uri: next.uri, pointer, ref } });
      }
    } catch (error) {
      if (from === undefined) findings.push(unreadableFinding(displayed, error));
      else reportUnresolved(`$ref to ${displayed}: ${describeFileError(error)}`);
    }
  }
  return unresolved;
}

/** Every `$ref` of a document, with the JSON Pointer of the object that contains it. */
export function referencesIn(value: unknown): { ref: string; pointer: string }[] {
  const references: { ref: string; pointer: string }[] = [];
  visitObjects(value, ({ value: object, pointer }) => {
    if (typeof object.$ref === 'string') references.push({ ref: object.$ref, pointer: pointer() });
  });
  return references;
}

/** Relative to the folder for a file below it, else absolute. */
export function displayName(file: string, relativeTo: string): string {
  const relative = path.relative(relativeTo, file);
  return relative === '' || relative.startsWith('..') ? path.resolve(file) : relative;
}

function unreadableFinding(file: string, error: unknown): Finding {
  return { code: 'spec-unreadable', message: `${file} cannot be read: ${describeFileError(error)}`, at: '' };
}
