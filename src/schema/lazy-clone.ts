// Clones the documents lazily: a part is cloned when it is first needed, once, and may then be edited in place.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { IDENTIFIER_KEYWORDS, roleBelow, type ValueRole } from '../document/identifiers.ts';
import { escapePointerStep, splitPointer } from '../exchange/json-pointer.ts';

/** How much of a document has been cloned at a place: all of it (`made`), or some of what is inside. */
interface CloneNode {
  made?: { readonly copy: unknown };
  readonly inside: Map<string, CloneNode>;
}

const newNode = (): CloneNode => ({ inside: new Map() });

/** The clones of one validation mode. Documents are large, and usually few of their schemas are needed. */
export class LazyClone {
  readonly #sources: DocumentSet;
  readonly #fileOf: (uri: string) => string;
  readonly #roots = new Map<string, CloneNode>();
  readonly #places = new WeakMap<object, DocumentNode>();

  /** @param fileOf the file that a URI stands for: a file may be cloned under several URIs (see scopes.ts) */
  constructor(sources: DocumentSet, fileOf: (uri: string) => string) {
    this.#sources = sources;
    this.#fileOf = fileOf;
  }

  /** The clone of the value at a place, always the same object; undefined where the document has no such place. */
  find(uri: string, pointer: string): unknown {
    let node = this.#roots.get(uri);
    if (node === undefined) {
      if (!this.#sources.has(this.#fileOf(uri))) return undefined;
      node = newNode();
      this.#roots.set(uri, node);
    }
    let original = this.#sources.root(this.#fileOf(uri)).value;
    let kind: ValueRole = 'keywords';
    let copied = node.made?.copy;
    for (const step of splitPointer(pointer)) {
      if (node === undefined || node.made !== undefined) {
        node = undefined;
        if (typeof copied !== 'object' || copied === null || !Object.hasOwn(copied, step)) return undefined;
        copied = (copied as Record<string, unknown>)[step];
        continue;
      }
      if (typeof original !== 'object' || original === null || !Object.hasOwn(original, step))
        return undefined;
      const inner: unknown = (original as Record<string, unknown>)[step];
      if (!Array.isArray(original)) {
        if (isName(kind, step, inner)) return undefined;
        kind = roleBelow(kind, step, inner);
      }
      original = inner;
      const above: CloneNode = node;
      node = above.inside.get(step);
      if (node === undefined) {
        node = newNode();
        above.inside.set(step, node);
      }
      copied = node.made?.copy;
    }
    if (node === undefined || node.made !== undefined) return copied;
    node.made = { copy: this.#duplicate(original, uri, pointer, kind, node) };
    node.inside.clear();
    return node.made.copy;
  }

  /** The place of a cloned object. */
  nodeOf(copy: unknown): DocumentNode | undefined {
    return typeof copy === 'object' && copy !== null ? this.#places.get(copy) : undefined;
  }

  /** @param node what has been cloned inside the value before: it becomes a part of the new clone, because it is in use */
  #duplicate(
    value: unknown,
    uri: string,
    pointer: string,
    kind: ValueRole,
    node: CloneNode | undefined,
  ): unknown {
    if (node?.made !== undefined) return node.made.copy;
    if (typeof value !== 'object' || value === null) return value;
    const inner = (key: string | number, part: unknown): unknown =>
      this.#duplicate(
        part,
        uri,
        `${pointer}/${escapePointerStep(String(key))}`,
        typeof key === 'number' ? kind : roleBelow(kind, key, part),
        node?.inside.get(String(key)),
      );
    // Leave $id and the anchors out: identifiers.ts has resolved references to them, and clones may repeat them.
    // fromEntries defines a member "__proto__"; an assignment would change the prototype.
    const copy: object = Array.isArray(value)
      ? value.map((part, index) => inner(index, part))
      : Object.fromEntries(
          Object.entries(value)
            .filter(([key, part]) => !isName(kind, key, part))
            .map(([key, part]) => [key, inner(key, part)]),
        );
    if (!Array.isArray(copy)) this.#places.set(copy, { uri, pointer, value: copy });
    return copy;
  }
}

/** Whether a member gives the schema a name ($id, $anchor, $dynamicAnchor). */
function isName(kind: ValueRole, key: string, value: unknown): boolean {
  return kind === 'keywords' && typeof value === 'string' && IDENTIFIER_KEYWORDS.includes(key);
}
