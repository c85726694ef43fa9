// Reads OpenAPI documents and the files they refer to from disk. Files that cannot be read become findings.

import { Buffer } from 'node:buffer';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mappedReferences, selfUri, type VisitedObject, visitObjects } from '../document/identifiers.ts';
import { isParseFailure, type ParsedFile, type ParseFailure, parseFile } from '../document/parse.ts';
import { parseCacheFor } from '../document/parse-cache.ts';
import { resolveReference } from '../document/references.ts';
import { isObject, textOfValue } from '../exchange/json.ts';
import { valueAt } from '../exchange/json-pointer.ts';
import { describeFileError } from '../finding/file-error.ts';
import type { Finding } from '../finding/finding.ts';
import { convertDocument, type IsExample } from './convert.ts';
import { type DocumentKind, documentKind } from './document-kind.ts';

/** An object with a `$ref`, other than in an example or an extension to which nothing refers. */
export interface FoundReference {
  readonly uri: string;
  readonly pointer: string;
  readonly object: { $ref: string };
  /** Set if its file does not exist or is remote. */
  unread?: Finding;
}

export interface ReadOptions {
  /** As in LoadOptions. */
  readonly provenance?: readonly string[];
  /** As in LoadOptions. */
  readonly relativeTo: string;
  /** As in LoadOptions. */
  readonly onRead?: (uri: string) => void;
  /** The file of the given documents that has a URI as its `$self`; undefined for none. */
  readonly fileOfSelf?: (self: string) => Promise<string | undefined>;
  /** Changes a file before its references are followed. */
  readonly changeFile?: (uri: string, file: ParsedFile, isDocument: boolean) => ParsedFile;
}

type ReadFile = (uri: string) => Promise<ParsedFile | ParseFailure | string>;

/** The references of a document and of the files that they lead to. */
export interface ReadDocument {
  readonly references: readonly FoundReference[];
  /** What the document is, as the user wrote it; undefined: it cannot be read. */
  readonly kind: DocumentKind | undefined;
}

/**
 * Reads a document and every file that its `$ref`s name, directly or indirectly. A document of another format is converted.
 * @param parsedFiles filled with the files by their URI
 */
export async function readWithReferences(
  uri: string,
  parsedFiles: Map<string, ParsedFile>,
  options: ReadOptions,
  findings: Finding[],
): Promise<ReadDocument> {
  const files = new Map<string, ParsedFile | ParseFailure | string>();
  const read: ReadFile = async file => {
    const source = files.get(file) ?? (await readChanged(file, options, file === uri));
    files.set(file, source);
    return source;
  };
  const root = await read(uri);
  const kind = typeof root === 'string' || isParseFailure(root) ? undefined : documentKind(root.value);
  const readAll = async (isExample: IsExample): Promise<ReadonlyMap<string, ParsedFile>> => {
    const all = new Map<string, ParsedFile>();
    await followReferences(uri, all, read, [], { isExample });
    return all;
  };
  const converted =
    kind && (await convertDocument(uri, root as ParsedFile, readAll, options.provenance, findings));
  const readConverted: ReadFile = async file => converted?.get(file) ?? read(file);
  return { references: await followReferences(uri, parsedFiles, readConverted, findings, options), kind };
}

interface FollowOptions extends Pick<ReadOptions, 'fileOfSelf'> {
  readonly isExample?: IsExample;
}

async function followReferences(
  uri: string,
  parsedFiles: Map<string, ParsedFile>,
  read: ReadFile,
  findings: Finding[],
  { isExample = () => false, fileOfSelf = async () => undefined }: FollowOptions,
): Promise<FoundReference[]> {
  const found: FoundReference[] = [];
  const visited = new Set<string>();
  const pending: { uri: string; at: string; self?: string | undefined; from?: FoundReference }[] = [
    { uri, at: '' },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { from } = next;
    if (visited.has(`${next.uri}#${next.at}`)) continue;
    const source = await read(next.uri);
    if (typeof source === 'string') {
      if (from === undefined) findings.push({ code: 'spec-unreadable', message: source, at: '' });
      else {
        const location = parsedFiles.get(from.uri)?.locate(`${from.pointer}/$ref`);
        const message = `$ref to ${source}${next.self === undefined ? '' : `, and no other document given here has the "$self" ${next.self}`}`;
        from.unread = { code: 'spec-reference', message, at: '', ...(location && { location }) };
      }
      continue;
    }
    visited.add(`${next.uri}#${next.at}`);
    if (isParseFailure(source)) {
      const { message, location } = source;
      findings.push({ code: 'spec-unreadable', message, at: '', location });
      continue;
    }
    for (const { message, location } of parsedFiles.has(next.uri) ? [] : (source.errors ?? []))
      findings.push({ code: 'spec-unreadable', message, at: '', location });
    parsedFiles.set(next.uri, source);
    const base = selfUri(next.uri, source.value);
    for (const { object, pointer, mayBeName } of referencesBelow(source.value, next.at)) {
      if (isExample(pointer)) continue;
      const reference: FoundReference = { uri: next.uri, pointer, object };
      if (!mayBeName) found.push(reference);
      const { uri: byLocation, pointer: step } = resolveReference(next.uri, object.$ref);
      // OpenAPI 3.2.1, "Establishing the Base URI". A file beside the document is found as well, as before 3.2.
      const identified = resolveReference(base ?? next.uri, object.$ref).uri;
      const isLocal = base === undefined && identified.startsWith('file:');
      const bySelf = isLocal ? undefined : identified === base ? next.uri : await fileOfSelf(identified);
      const target = bySelf ?? byLocation;
      // An extension is read only if a reference leads into it.
      const at = step.includes('/x-') ? step : '';
      const self = base === undefined ? undefined : identified;
      if (!visited.has(`${target}#${at}`)) pending.push({ uri: target, at, self, from: reference });
    }
  }
  return found;
}

async function readChanged(
  uri: string,
  options: ReadOptions,
  isDocument: boolean,
): Promise<ParsedFile | ParseFailure | string> {
  const file = await readDocument(uri, options);
  const { changeFile } = options;
  if (changeFile === undefined || typeof file === 'string' || isParseFailure(file)) return file;
  return changeFile(uri, file, isDocument);
}

/** @returns a text if the file cannot be read: its name and the reason */
export async function readDocument(
  uri: string,
  options: ReadOptions,
): Promise<ParsedFile | ParseFailure | string> {
  if (!uri.startsWith('file:'))
    return `${uri} is not followed: remote documents are not fetched; keep a local copy and refer to it`;
  const read = await readLocalFile(uri, options);
  if (typeof read === 'string') return read;
  const { displayed, bytes } = read;
  const text = Buffer.from(bytes).toString('utf8');
  return parseFile(displayed, text, options.provenance, parseCacheFor(fileURLToPath(uri)), true);
}

/** Whether a file may have a `$self`, which costs less to find out than to parse it. */
export async function mentionsSelf(uri: string, options: ReadOptions): Promise<boolean> {
  const read = await readLocalFile(uri, options);
  return typeof read !== 'string' && Buffer.from(read.bytes).includes('$self');
}

type LocalFile = { readonly displayed: string; readonly bytes: Uint8Array };

/** @returns a text if the file cannot be read: its name and the reason */
async function readLocalFile(
  uri: string,
  { onRead, relativeTo }: Pick<ReadOptions, 'onRead' | 'relativeTo'>,
  problemOf: (file: string) => Promise<string | undefined> = async () => undefined,
): Promise<LocalFile | string> {
  onRead?.(uri);
  let displayed = uri;
  try {
    const file = fileURLToPath(uri);
    displayed = displayName(file, relativeTo);
    const problem = await problemOf(file);
    return problem === undefined ? { displayed, bytes: await readFile(file) } : `${displayed}: ${problem}`;
  } catch (error) {
    return `${displayed}: ${describeFileError(error)}`;
  }
}

/**
 * Reads the file of an example, which responses show as it is: only one that belongs to the document, or a document from
 * elsewhere could make the mock serve the private files of the user.
 * @param base the document that names the file
 * @returns a text if the file cannot be read: its name and the reason
 */
export function readExampleFile(
  uri: string,
  base: string,
  options: Pick<ReadOptions, 'onRead' | 'relativeTo'>,
  limit: number,
): Promise<LocalFile | string> {
  return readLocalFile(uri, options, async file => {
    const folders = [path.dirname(fileURLToPath(base)), options.relativeTo];
    const real = await realpath(file);
    const roots = await Promise.all(folders.map(folder => realpath(folder)));
    if (!roots.some(root => isVisibleBelow(root, real)))
      return 'it is not below the folder of the document, or below the one in which deadringer runs; copy it there';
    const found = await stat(file);
    // A device or a pipe has no size, and may have no end.
    if (!found.isFile() && !found.isDirectory()) return 'it is no regular file';
    return found.size > limit ? `the file has ${found.size} bytes; an example may have ${limit}` : undefined;
  });
}

/** False for hidden files and folders, such as ".ssh", too. */
function isVisibleBelow(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !path.isAbsolute(relative) && !relative.split(path.sep).some(step => step.startsWith('.'));
}

interface ReferenceBelow {
  readonly object: { $ref: string };
  /** JSON Pointer of the object that contains it. */
  readonly pointer: string;
  /** True: the URI of a security scheme, or of a schema in a discriminator. It may be the name of a component. */
  readonly mayBeName: boolean;
}

/** The references at or below a node. */
function referencesBelow(document: unknown, at: string): ReferenceBelow[] {
  const references: ReferenceBelow[] = [];
  const visit = ({ value, pointer }: VisitedObject): void => {
    if (typeof value.$ref === 'string')
      references.push({ object: value as { $ref: string }, pointer: at + pointer(), mayBeName: false });
    for (const { holder, key } of mappedReferences(value))
      references.push({
        object: { $ref: textOfValue(holder[key]) },
        pointer: at + pointer(),
        mayBeName: true,
      });
    for (const requirement of Array.isArray(value.security) ? value.security : [])
      for (const $ref of Object.keys(isObject(requirement) ? requirement : {}))
        if (/[/#]/.test($ref))
          references.push({ object: { $ref }, pointer: at + pointer(), mayBeName: true });
  };
  visitObjects(valueAt(document, at), visit, false);
  return references;
}

/** The URL of a file. */
export function toUri(file: string): string {
  return pathToFileURL(path.resolve(file)).href;
}

/** Relative to the folder for a file below it, else absolute. */
export function displayName(file: string, relativeTo: string): string {
  const relative = path.relative(relativeTo, file);
  return relative === '' || relative.startsWith('..') ? path.resolve(file) : relative;
}
