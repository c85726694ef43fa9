// Clones the documents lazily: a value is cloned at its first use, once, and may then be edited in place.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { IDENTIFIER_KEYWORDS, roleBelow, type ValueRole } from '../document/identifiers.ts';
import { copyDigits } from '../exchange/exact-json.ts';
import { escapePointerStep, splitPointer } from '../exchange/json-pointer.ts';

/** The state of one value: cloned as a whole (`clone`), or only some of its descendants (`children`). */
interface CloneNode {
  clone?: { readonly value: unknown };
  readonly children: Map<string, CloneNode>;
}

const newNode = (): CloneNode => ({ children: new Map() });

/** The clones for one validation mode. Documents are large, and usually few of their schemas are needed. */
export class LazyClone {
  readonly #sources: DocumentSet;
  readonly #fileOf: (uri: string) => string;
  readonly #roots = new Map<string, CloneNode>();
  readonly #found = new Map<string, object>();
  readonly #nodes = new WeakMap<object, DocumentNode>();

  /** @param fileOf the file that a URI stands for: a file may be cloned under several URIs (see dynamic-scope.ts) */
  constructor(sources: DocumentSet, fileOf: (uri: string) => string) {
    this.#sources = sources;
    this.#fileOf = fileOf;
  }

  /** The clone of a value, always the same object; undefined if the document has no such value. */
  find(uri: string, pointer: string): unknown {
    const key = `${uri}#${pointer}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#find(uri, pointer);
    if (typeof found === 'object' && found !== null) this.#found.set(key, found);
    return found;
  }

  #find(uri: string, pointer: string): unknown {
    let node = this.#roots.get(uri);
    if (node === undefined) {
      if (!this.#sources.has(this.#fileOf(uri))) return undefined;
      node = newNode();
      this.#roots.set(uri, node);
    }
    let original = this.#sources.root(this.#fileOf(uri)).value;
    let role: ValueRole = 'keywords';
    let cloned = node.clone?.value;
    for (const step of splitPointer(pointer)) {
      if (node === undefined || node.clone !== undefined) {
        node = undefined;
        if (typeof cloned !== 'object' || cloned === null || !Object.hasOwn(cloned, step)) return undefined;
        cloned = (cloned as Record<string, unknown>)[step];
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
        node = newNode();
        parent.children.set(step, node);
      }
      cloned = node.clone?.value;
    }
    if (node === undefined || node.clone !== undefined) return cloned;
    node.clone = { value: this.#clone(original, uri, pointer, role, node) };
    node.children.clear();
    return node.clone.value;
  }

  /** The node of a cloned object; undefined for other values. */
  nodeOf(clone: unknown): DocumentNode | undefined {
    return typeof clone === 'object' && clone !== null ? this.#nodes.get(clone) : undefined;
  }

  /** @param node descendants that have been cloned before: they are in use, so the new clone contains them */
  #clone(
    value: unknown,
    uri: string,
    pointer: string,
    role: ValueRole,
    node: CloneNode | undefined,
  ): unknown {
    if (node?.clone !== undefined) return node.clone.value;
    if (typeof value !== 'object' || value === null) return value;
    const cloneMember = (key: string | number, member: unknown): unknown =>
      this.#clone(
        member,
        uri,
        `${pointer}/${escapePointerStep(String(key))}`,
        typeof key === 'number' ? role : roleBelow(role, key, member),
        node?.children.get(String(key)),
      );
    // Omit $id and the anchors: references to them have been resolved, and several clones would repeat them.
    // fromEntries defines a member "__proto__"; an assignment would change the prototype.
    const clone: object = Array.isArray(value)
      ? value.map((item, index) => cloneMember(index, item))
      : Object.fromEntries(
          Object.entries(value)
            .filter(([key, member]) => !isIdentifier(role, key, member))
            .map(([key, member]) => [key, cloneMember(key, member)]),
        );
    copyDigits(value, clone);
    if (!Array.isArray(clone)) this.#nodes.set(clone, { uri, pointer, value: clone });
    return clone;
  }
}

/** Whether a member is an identifier of the schema ($id, $anchor, $dynamicAnchor). */
function isIdentifier(role: ValueRole, key: string, value: unknown): boolean {
  return role === 'keywords' && typeof value === 'string' && IDENTIFIER_KEYWORDS.includes(key);
}
