// Clones document nodes on demand, each once, so that translation can edit the clones in place.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { IDENTIFIER_KEYWORDS, roleBelow, type ValueRole } from '../document/identifiers.ts';
import { escapePointerStep, splitPointer } from '../exchange/json-pointer.ts';

/** What has been copied of a document: a part with all that is in it, or some of what is in it. */
interface CloneNode {
  clone?: { readonly copy: unknown };
  readonly children: Map<string, CloneNode>;
}

const createCloneNode = (): CloneNode => ({ children: new Map() });

/** The copies that one reading edits. Documents are large, and what is asked of them usually is little. */
export class LazyClone {
  readonly #sources: DocumentSet;
  readonly #fileOf: (uri: string) => string;
  readonly #roots = new Map<string, CloneNode>();
  readonly #nodes = new WeakMap<object, DocumentNode>();

  /** @param fileOf the file that a URI is a copy of: one file may be copied under several */
  constructor(sources: DocumentSet, fileOf: (uri: string) => string) {
    this.#sources = sources;
    this.#fileOf = fileOf;
  }

  /** The copy of a part; undefined where the document has no such part. The same object however often, and however it is come by. */
  find(uri: string, pointer: string): unknown {
    let node = this.#roots.get(uri);
    if (node === undefined) {
      if (!this.#sources.has(this.#fileOf(uri))) return undefined;
      node = createCloneNode();
      this.#roots.set(uri, node);
    }
    let original = this.#sources.root(this.#fileOf(uri)).value;
    let role: ValueRole = 'keywords';
    let copied = node.clone?.copy;
    for (const step of splitPointer(pointer)) {
      if (node === undefined || node.clone !== undefined) {
        node = undefined;
        if (typeof copied !== 'object' || copied === null || !Object.hasOwn(copied, step)) return undefined;
        copied = (copied as Record<string, unknown>)[step];
        continue;
      }
      if (typeof original !== 'object' || original === null || !Object.hasOwn(original, step))
        return undefined;
      const inner: unknown = (original as Record<string, unknown>)[step];
      if (!Array.isArray(original)) {
        if (isIdentifier(role, step, inner)) return undefined;
        role = roleBelow(role, step, inner);
      }
      original = inner;
      const parent: CloneNode = node;
      node = parent.children.get(step);
      if (node === undefined) {
        node = createCloneNode();
        parent.children.set(step, node);
      }
      copied = node.clone?.copy;
    }
    if (node === undefined || node.clone !== undefined) return copied;
    node.clone = { copy: this.#clone(original, uri, pointer, role, node) };
    node.children.clear();
    return node.clone.copy;
  }

  /** The part that an object among the copies is the value of. */
  nodeOf(copy: unknown): DocumentNode | undefined {
    return typeof copy === 'object' && copy !== null ? this.#nodes.get(copy) : undefined;
  }

  /** @param shelf what has been copied of it before: others hold on to that, so it becomes a part of the copy */
  #clone(
    value: unknown,
    uri: string,
    pointer: string,
    kind: ValueRole,
    shelf: CloneNode | undefined,
  ): unknown {
    if (shelf?.clone !== undefined) return shelf.clone.copy;
    if (typeof value !== 'object' || value === null) return value;
    const inner = (key: string | number, node: unknown): unknown =>
      this.#clone(
        node,
        uri,
        `${pointer}/${escapePointerStep(String(key))}`,
        typeof key === 'number' ? kind : roleBelow(kind, key, node),
        shelf?.children.get(String(key)),
      );
    // References lead by place here, and ajv would take names for more than they are: there may be twins of them.
    // fromEntries defines a member "__proto__" where an assignment would change the prototype.
    const copy: object = Array.isArray(value)
      ? value.map((node, index) => inner(index, node))
      : Object.fromEntries(
          Object.entries(value)
            .filter(([key, node]) => !isIdentifier(kind, key, node))
            .map(([key, node]) => [key, inner(key, node)]),
        );
    if (!Array.isArray(copy)) this.#nodes.set(copy, { uri, pointer, value: copy });
    return copy;
  }
}

function isIdentifier(role: ValueRole, key: string, value: unknown): boolean {
  return role === 'keywords' && typeof value === 'string' && IDENTIFIER_KEYWORDS.includes(key);
}
