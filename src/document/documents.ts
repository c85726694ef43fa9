// The parsed documents of one API: nodes, members, references and source locations.

import { LRUCache } from 'lru-cache';
import { isObject } from '../exchange/json.ts';
import { escapePointerStep, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import { type Finding, formatLocation, type SourceLocation } from '../finding/finding.ts';
import type { SchemaIdentifiers } from './identifiers.ts';
import { type ParsedFile, sourcesOf } from './parse.ts';
import { resolveReference } from './references.ts';

/** A node of a document. `value` is the object of the document itself, never a copy. */
export interface DocumentNode {
  /** The URL of the file. */
  readonly uri: string;
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly value: unknown;
}

/** Findings repeat few locations. */
const MAX_CACHED_LOCATIONS = 1000;

/** The documents of one API by file URL: its main document and every file that it refers to. */
export class DocumentSet {
  readonly #files: ReadonlyMap<string, ParsedFile>;
  readonly identifiers: SchemaIdentifiers;
  #sources: ReadonlyMap<string, { readonly uri: string; readonly source: ParsedFile }> | undefined;
  readonly #locations = new LRUCache<string, SourceLocation>({ max: MAX_CACHED_LOCATIONS });

  constructor(files: ReadonlyMap<string, ParsedFile>, identifiers: SchemaIdentifiers) {
    this.#files = files;
    this.identifiers = identifiers;
  }

  uris(): string[] {
    return [...this.#files.keys()];
  }

  has(uri: string): boolean {
    return this.#files.has(uri);
  }

  root(uri: string): DocumentNode {
    return { uri, pointer: '', value: this.#files.get(uri)?.value };
  }

  /** The node at a JSON Pointer; its value is undefined if there is none. */
  nodeAt(uri: string, pointer: string): DocumentNode {
    return { uri, pointer, value: valueAt(this.root(uri).value, pointer) };
  }

  /** The path of the file as the user gave it, for messages. */
  file(uri: string): string {
    return this.#files.get(uri)?.file ?? uri;
  }

  /** The text of the file when it was loaded. */
  text(uri: string): string {
    return this.#files.get(uri)?.text() ?? '';
  }

  /** What was read of all files, in an order that follows from the contents. */
  contents(): (string | Uint8Array)[] {
    return [...this.#files.values()].flatMap(sourcesOf).map(source => source.bytes ?? source.text());
  }

  /** Whether a word is in the text of a file, or of another one in which parts of it were written. */
  mentions(uri: string, word: string): boolean {
    const source = this.#files.get(uri);
    return source !== undefined && sourcesOf(source).some(each => each.text().includes(word));
  }

  /** The document of which parts were written in a file: the file itself, or that of an overlay. */
  uriOf(file: string): string | undefined {
    return this.#sourceOf(file)?.uri;
  }

  /** The text of a file when it was loaded. */
  textOf(file: string): string | undefined {
    return this.#sourceOf(file)?.source.text();
  }

  #sourceOf(file: string): { readonly uri: string; readonly source: ParsedFile } | undefined {
    this.#sources ??= new Map(
      // Of equal names, the first counts.
      [...this.#files]
        .flatMap(([uri, source]) => sourcesOf(source).map(each => ({ uri, source: each })))
        .reverse()
        .map(entry => [entry.source.file, entry]),
    );
    return this.#sources.get(file);
  }

  /** The bytes of the file of an example; undefined for other files. */
  bytes(uri: string): Uint8Array | undefined {
    return this.#files.get(uri)?.bytes;
  }

  /** @throws Error if no document was loaded from the URI */
  locate({ uri, pointer }: { readonly uri: string; readonly pointer: string }): SourceLocation {
    const key = `${uri}#${pointer}`;
    const known = this.#locations.get(key);
    if (known !== undefined) return known;
    const file = this.#files.get(uri);
    if (file === undefined) throw new Error(`no document was loaded from ${uri}`);
    const location = file.locate(pointer);
    this.#locations.set(key, location);
    return location;
  }

  /** The node that a `$ref` in `from` leads to; undefined if there is none. */
  resolve(from: DocumentNode, ref: string): DocumentNode | undefined {
    const resolved = resolveReference(from.uri, ref);
    const file = this.#files.get(resolved.uri);
    if (file === undefined) return undefined;
    const value = valueAt(file.value, resolved.pointer);
    return value === undefined ? undefined : { ...resolved, value };
  }

  /** Like `resolve`, but follows a `$ref` on the way: "#/components/schemas/Pet" where `schemas` is in another file. */
  resolveThrough(from: DocumentNode, ref: string): DocumentNode | undefined {
    const { uri, pointer } = resolveReference(from.uri, ref);
    let at: DocumentNode | undefined = this.root(uri);
    try {
      for (const step of splitPointer(pointer)) at = at && childNode(this.dereference(at), step);
    } catch (error) {
      if (error instanceof BrokenReferenceError) return undefined;
      throw error;
    }
    return at?.value === undefined ? undefined : at;
  }

  /** As resolve, and on through nodes that are only a `$ref`, so that long chains need no recursion. */
  resolveChain(from: DocumentNode, ref: string): DocumentNode | undefined {
    let target = this.resolve(from, ref);
    const visited = new Set<unknown>();
    while (target !== undefined && isObject(target.value) && !visited.has(target.value)) {
      visited.add(target.value);
      const { $ref, ...rest } = target.value;
      const next: DocumentNode | undefined =
        typeof $ref === 'string' && Object.keys(rest).length === 0 ? this.resolve(target, $ref) : undefined;
      if (next === undefined) return target;
      target = next;
    }
    return target;
  }

  /**
   * Follows `$ref`s to a node that is not a reference.
   * @throws BrokenReferenceError if a reference has no target or is circular
   */
  dereference(node: DocumentNode): DocumentNode {
    let at = node;
    for (let hops = 0; isObject(at.value) && typeof at.value.$ref === 'string'; hops++) {
      const next = this.resolve(at, at.value.$ref);
      if (next === undefined)
        throw new BrokenReferenceError(
          this.locate(refKeywordOf(at)),
          `"${at.value.$ref}" cannot be resolved`,
        );
      if (hops > 1000)
        throw new BrokenReferenceError(this.locate(refKeywordOf(node)), `"${at.value.$ref}" is circular`);
      at = next;
    }
    return at;
  }

  /**
   * A descendant of a node, dereferenced at each step; undefined if there is none.
   * @throws BrokenReferenceError
   */
  member(node: DocumentNode, ...steps: readonly (string | number)[]): DocumentNode | undefined {
    let at: DocumentNode | undefined = node;
    for (const step of steps) {
      at = childNode(at, step);
      if (at === undefined) return undefined;
      at = this.dereference(at);
    }
    return at;
  }

  /**
   * The dereferenced members of an array, or of a map from names to objects, in document order.
   * @param report gets the findings about members whose references cannot be resolved; they are left out
   */
  members(node: DocumentNode | undefined, report: (finding: Finding) => void): [string, DocumentNode][] {
    return childNodes(node).flatMap(([key, child]): [string, DocumentNode][] => {
      const member = this.tryDereference(child);
      if (!('code' in member)) return [[key, member]];
      report(member);
      return [];
    });
  }

  /** `dereference`, with the finding about a reference that cannot be resolved. */
  tryDereference(node: DocumentNode): DocumentNode | Finding {
    return findingOf(() => this.dereference(node));
  }

  /** `member`, with the finding about a reference that cannot be resolved. */
  tryMember(node: DocumentNode, ...steps: readonly (string | number)[]): DocumentNode | Finding | undefined {
    return findingOf(() => this.member(node, ...steps));
  }
}

function findingOf<Result>(read: () => Result): Result | Finding {
  try {
    return read();
  } catch (error) {
    if (error instanceof BrokenReferenceError) return error.finding;
    throw error;
  }
}

/** The members of an object or array with their keys, without following references. */
export function childNodes(node: DocumentNode | undefined): [string, DocumentNode][] {
  if (node === undefined || typeof node.value !== 'object' || node.value === null) return [];
  return Object.keys(node.value).map(key => [key, childNode(node, key) as DocumentNode]);
}

function refKeywordOf({ uri, pointer }: DocumentNode): { uri: string; pointer: string } {
  return { uri, pointer: `${pointer}/$ref` };
}

/** A `$ref` that has no target or is circular. */
export class BrokenReferenceError extends Error {
  readonly finding: Finding;

  constructor(location: SourceLocation, problem: string) {
    super(`${formatLocation(location)}: $ref ${problem}`);
    this.finding = { code: 'spec-reference', message: `$ref ${problem}`, at: '', location };
  }
}

/** The member of an object or array, without following references. */
export function childNode(node: DocumentNode, step: string | number): DocumentNode | undefined {
  const { value } = node;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return {
    uri: node.uri,
    pointer: `${node.pointer}/${escapePointerStep(String(step))}`,
    value: (value as Record<string, unknown>)[step],
  };
}

export function stringMember(node: DocumentNode, step: string): string | undefined {
  const value = isObject(node.value) ? node.value[step] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function booleanMember(node: DocumentNode, step: string): boolean | undefined {
  const value = isObject(node.value) ? node.value[step] : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

/** As DocumentSet.dereference; undefined instead of an error. */
export function followReferences(
  documents: DocumentSet,
  node: DocumentNode | undefined,
): DocumentNode | undefined {
  try {
    return node && documents.dereference(node);
  } catch (error) {
    if (!(error instanceof BrokenReferenceError)) throw error;
    return undefined;
  }
}
