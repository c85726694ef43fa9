// The parsed documents of one API: nodes, members, references and source locations.

import { isObject } from '../exchange/json.ts';
import { escapePointerStep, valueAt } from '../exchange/json-pointer.ts';
import { type Finding, formatLocation, type SourceLocation } from '../finding/finding.ts';
import type { SchemaIdentifiers } from './identifiers.ts';
import type { ParsedFile } from './parse.ts';
import { resolveReference } from './references.ts';

/** One part of one document. `value` is the document's own object, never a copy. */
export interface DocumentNode {
  readonly uri: string;
  readonly pointer: string;
  readonly value: unknown;
}

/** Places that are remembered: a document is broken at few of its places, and those again and again. */
const MAX_LOCATIONS = 1000;

/** The documents of one API by their file URL: its own, and every file that it refers to. */
export class DocumentSet {
  readonly #files: ReadonlyMap<string, ParsedFile>;
  readonly identifiers: SchemaIdentifiers;
  readonly #locations = new Map<string, SourceLocation>();

  constructor(byUri: ReadonlyMap<string, ParsedFile>, identifiers: SchemaIdentifiers) {
    this.#files = byUri;
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

  /** The file as the user would name it. */
  file(uri: string): string {
    return this.#files.get(uri)?.file ?? uri;
  }

  locate(part: { readonly uri: string; readonly pointer: string }): SourceLocation {
    const key = `${part.uri}#${part.pointer}`;
    const known = this.#locations.get(key);
    if (known !== undefined) return known;
    const source = this.#files.get(part.uri);
    if (source === undefined) throw new Error(`no document was loaded from ${part.uri}`);
    const location = source.locate(part.pointer);
    if (this.#locations.size < MAX_LOCATIONS) this.#locations.set(key, location);
    return location;
  }

  /** The part a `$ref` written in `from` points at, or undefined when there is none. */
  resolve(from: DocumentNode, ref: string): DocumentNode | undefined {
    const resolved = resolveReference(from.uri, ref);
    const source = this.#files.get(resolved.uri);
    if (source === undefined) return undefined;
    const value = resolved.pointer === '' ? source.value : valueAt(source.value, resolved.pointer);
    return value === undefined ? undefined : { ...resolved, value };
  }

  /** Follows `$ref`s until something else stands there. A circle or a dead end throws a BrokenReference. */
  dereference(part: DocumentNode): DocumentNode {
    let at = part;
    for (let hops = 0; isObject(at.value) && typeof at.value.$ref === 'string'; hops++) {
      const next = this.resolve(at, at.value.$ref);
      if (next === undefined)
        throw new BrokenReferenceError(
          this.locate(refKeywordOf(at)),
          `"${at.value.$ref}" cannot be resolved`,
        );
      if (hops > 1000)
        throw new BrokenReferenceError(this.locate(refKeywordOf(part)), `"${at.value.$ref}" is circular`);
      at = next;
    }
    return at;
  }

  /** A settled member of an object or array, or undefined where there is none. */
  member(part: DocumentNode, ...steps: readonly (string | number)[]): DocumentNode | undefined {
    let at: DocumentNode | undefined = part;
    for (const step of steps) {
      at = childNode(at, step);
      if (at === undefined) return undefined;
      at = this.dereference(at);
    }
    return at;
  }

  /** The settled members of an object or array, in the order written; extensions ("x-...") are left out. */
  members(part: DocumentNode | undefined): [string, DocumentNode][] {
    if (part === undefined || typeof part.value !== 'object' || part.value === null) return [];
    return Object.keys(part.value)
      .filter(key => !key.startsWith('x-'))
      .map(key => [key, this.dereference(childNode(part, key) as DocumentNode)]);
  }
}

function refKeywordOf({ uri, pointer }: DocumentNode): { uri: string; pointer: string } {
  return { uri, pointer: `${pointer}/$ref` };
}

export class BrokenReferenceError extends Error {
  readonly finding: Finding;

  constructor(clause: SourceLocation, problem: string) {
    super(`${formatLocation(clause)}: $ref ${problem}`);
    this.finding = { code: 'spec-reference', message: `$ref ${problem}`, at: '', location: clause };
  }
}

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
