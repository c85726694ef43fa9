// What the parts of one conversion of a Swagger 2.0 document share: its files, the origins of new nodes, and references.
import type { Origins } from '../../document/derived-file.ts';
import type { DocumentNode } from '../../document/documents.ts';
import type { ParsedFile } from '../../document/parse.ts';
import { resolveReference, toReference } from '../../document/references.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { escapePointerStep, splitPointer } from '../../exchange/json-pointer.ts';
import type { FindingCode } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';

/** A node that is an object. */
export interface ObjectNode extends DocumentNode {
  readonly value: JsonObject;
}

/** What other files have at a place that a reference leads to. */
export type PlaceKind = 'schema' | 'path item' | 'operation';

/** A place in another file that is converted where it is. */
export interface PendingPlace {
  readonly node: DocumentNode;
  readonly kind: PlaceKind;
}

export class Conversion {
  readonly rootUri: string;
  readonly files: ReadonlyMap<string, ParsedFile>;
  readonly origins: Origins;
  /** Places in other files that references lead to. */
  readonly pending: PendingPlace[] = [];
  /** Places of schemas in the root, other than definitions, that references lead to. */
  readonly movedSchemas = new Map<string, DocumentNode>();
  readonly schemas = new Map<object, unknown>();
  readonly responses = new Map<object, Map<string, unknown>>();
  readonly #findings: Finding[];
  readonly #placed = new Set<string>();

  constructor(
    rootUri: string,
    files: ReadonlyMap<string, ParsedFile>,
    origins: Origins,
    findings: Finding[],
  ) {
    this.rootUri = rootUri;
    this.files = files;
    this.origins = origins;
    this.#findings = findings;
  }

  report(code: FindingCode, node: DocumentNode, message: string, key?: string): void {
    const pointer = key === undefined ? node.pointer : `${node.pointer}/${escapePointerStep(key)}`;
    const location = this.files.get(node.uri)?.locate(pointer);
    this.#findings.push({ code, message, at: '', ...(location && { location }) });
  }

  /** Reports the keys that Swagger 2.0 does not have. */
  checkKeys(node: ObjectNode, known: ReadonlySet<string>, what: string, consequence = 'it is ignored'): void {
    for (const key of Object.keys(node.value))
      if (!known.has(key) && !key.startsWith('x-'))
        this.report('spec-unknown-key', node, `Swagger 2.0 has no "${key}" in ${what}; ${consequence}`, key);
  }

  /** Records that a new object or array was written at a node. */
  from<Value extends object>(node: DocumentNode, value: Value): Value {
    const file = this.files.get(node.uri);
    return file === undefined ? value : this.origins.set(value, file, node.pointer);
  }

  child(node: DocumentNode, step: string | number): DocumentNode | undefined {
    if (typeof node.value !== 'object' || node.value === null || !Object.hasOwn(node.value, step))
      return undefined;
    const value = (node.value as Record<string, unknown>)[step];
    return { uri: node.uri, pointer: `${node.pointer}/${escapePointerStep(String(step))}`, value };
  }

  /** The node without references; undefined: a reference has no target, or is circular. */
  follow(node: DocumentNode): DocumentNode | undefined {
    let at: DocumentNode | undefined = node;
    for (let hops = 0; at !== undefined && isObject(at.value) && typeof at.value.$ref === 'string'; hops++)
      at = hops > 100 ? undefined : this.find(resolveReference(at.uri, at.value.$ref));
    return at;
  }

  /** The node at an address; references on the way are followed. */
  find(
    { uri, pointer }: { readonly uri: string; readonly pointer: string },
    depth = 0,
  ): DocumentNode | undefined {
    const file = this.files.get(uri);
    if (file === undefined || depth > 100) return undefined;
    let at: DocumentNode | undefined = { uri, pointer: '', value: file.value };
    for (const step of splitPointer(pointer)) {
      if (isObject(at.value) && typeof at.value.$ref === 'string' && !Object.hasOwn(at.value, step))
        at = this.find(resolveReference(at.uri, at.value.$ref), depth + 1);
      at = at && this.child(at, step);
      if (at === undefined) return undefined;
    }
    return at;
  }

  /**
   * The reference to a schema as it is written in the converted documents.
   * @param holder the URL of the file that gets the reference
   */
  schemaReference(from: DocumentNode, ref: string, holder: string): string {
    const target = resolveReference(from.uri, ref);
    const isOwn = holder === from.uri;
    if (target.uri !== this.rootUri) {
      const node = this.find(target);
      if (node !== undefined) this.#convertInPlace(node, 'schema');
      return isOwn ? ref : toReference(target);
    }
    const moved = this.#movedPointer(target.pointer);
    if (moved === target.pointer && isOwn) return ref;
    const reference = toReference({ uri: this.rootUri, pointer: moved });
    return holder === this.rootUri ? reference.slice(reference.indexOf('#')) : reference;
  }

  /** A schema that another part of the documents has. */
  schemaElsewhere(schema: DocumentNode, holder: string): JsonObject {
    const value = isObject(schema.value) ? schema.value : {};
    const ref =
      typeof value.$ref === 'string' && Object.keys(value).length === 1 ? value.$ref : toReference(schema);
    return this.from(schema, { $ref: this.schemaReference(schema, ref, holder) });
  }

  /** Converts what a reference leads to, if it is in another file. */
  convertElsewhere(from: DocumentNode, ref: string, kind: PlaceKind): void {
    const node = this.find(resolveReference(from.uri, ref));
    if (node !== undefined) this.#convertInPlace(node, kind);
  }

  #convertInPlace(node: DocumentNode, kind: PlaceKind): void {
    const key = `${kind} ${node.uri}#${node.pointer}`;
    if (node.uri === this.rootUri || this.#placed.has(key)) return;
    this.#placed.add(key);
    this.pending.push({ node, kind });
  }

  #movedPointer(pointer: string): string {
    if (pointer === '/definitions' || pointer.startsWith('/definitions/'))
      return `/components/schemas${pointer.slice('/definitions'.length)}`;
    const node = this.find({ uri: this.rootUri, pointer });
    if (node === undefined || pointer === '') return pointer;
    this.movedSchemas.set(pointer, node);
    return `/${MOVED_SCHEMAS}/${escapePointerStep(pointer)}`;
  }
}

/** The member of a converted document that has the schemas of the root, other than definitions, that references lead to. */
export const MOVED_SCHEMAS = 'x-schemas-of-swagger';

export function isObjectNode(node: DocumentNode | undefined): node is ObjectNode {
  return isObject(node?.value);
}

/** The members of an object that are vendor extensions, or have one of the names. */
export function membersOf(value: JsonObject, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => names.has(key) || key.startsWith('x-')));
}
