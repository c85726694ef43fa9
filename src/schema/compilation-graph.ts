// The graph of references between schemas. Compiles each schema once, after its targets, so that ajv does not recurse deeply.

import type { NodeAddress } from '../document/identifiers.ts';
import { resolveReference } from '../document/references.ts';
import { isObject } from '../exchange/json.ts';
import type { AjvCompiler, ReferenceTarget, ValidateFunction } from './ajv.ts';
import { subschemas } from './dialect.ts';

/** A schema where validation starts, or the target of a reference. */
interface Node {
  readonly id: number;
  /** The references in the schema, each as often as it occurs. */
  readonly references: readonly string[];
  /** The references that apply to the same value unconditionally. */
  readonly sameValue: readonly string[];
  /** True: ajv generates its code in the schemas that refer to it. */
  readonly isInlined: boolean;
  /** Whether all its targets have been compiled or have failed. */
  isDone: boolean;
  /** In how many ways references lead from the schema to others. */
  paths: number;
  validate?: ValidateFunction;
  /** The error of the compilation. */
  failure?: unknown;
}

/** A schema with references, or with more keywords than this, is compiled to a separate function. */
const MAX_INLINED_KEYWORDS = 10;

/**
 * References to a schema with more paths are deferred: it is compiled at its first evaluation, and evaluated once for each
 * value. Otherwise the costs would grow with the paths, which can be exponentially many, or without end.
 */
const MAX_PATHS = 1000;

/** References in a longer cycle are deferred as well: ajv compiles a cycle recursively, which would overflow the stack. */
const MAX_RECURSIVE_CYCLE = 20;

/** Keywords whose schemas apply to the same value unconditionally. A cycle through `then` or `dependentSchemas` may end. */
const SAME_VALUE = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if']);

/** A cycle of references that apply to the same value: validation would not end. */
export class EndlessReference extends Error {}

export class CompilationGraph {
  readonly #ajv: AjvCompiler;
  readonly #find: (uri: string, pointer: string) => unknown;
  readonly #nodes = new Map<string, Node>();
  /** The reference of each schema, by the id of the schema. */
  readonly #references: string[] = [];

  /** @param find the schema at a URI and a JSON Pointer, translated to 2020-12 */
  constructor(ajv: AjvCompiler, find: (uri: string, pointer: string) => unknown) {
    this.#ajv = ajv;
    this.#find = find;
  }

  /** The validator of a schema; undefined if it has not been compiled. */
  compiled(reference: string): ValidateFunction | undefined {
    return this.#nodes.get(reference)?.validate;
  }

  /** @throws EndlessReference, or Error of ajv if a schema is invalid */
  compile(reference: string): ValidateFunction {
    const node = this.#node(reference);
    if (!node.isDone) this.#compileReachable(node);
    if (node.failure !== undefined) throw node.failure;
    node.validate ??= this.#ajv.compile(node.id);
    return node.validate;
  }

  /** The target of a `$ref`, for ajv; undefined if it is not a schema of the documents. */
  target(reference: string): ReferenceTarget | undefined {
    if (!this.#isKnown(reference)) return undefined;
    const node = this.#node(reference);
    return { id: node.id, isDeferred: node.paths > MAX_PATHS };
  }

  /** The address that the schemaPath of an error names; undefined for errors in a meta-schema. */
  addressOf(schemaPath: string): NodeAddress | undefined {
    // Errors in a meta-schema have no id: "#/allOf/0".
    const [, id, fragment] = /^(\d+)#(.*)$/s.exec(schemaPath) ?? [];
    const reference = this.#references[Number(id)];
    if (reference === undefined) return undefined;
    const { uri, pointer } = resolveReference('', reference);
    return { uri, pointer: pointer + resolveReference('', `#${fragment}`).pointer };
  }

  /** Finds the strongly connected components (Tarjan's algorithm) and compiles each after the components that it refers to. */
  #compileReachable(start: Node): void {
    interface Visit {
      readonly node: Node;
      readonly order: number;
      next: number;
      /** The order of the first visited node of its component, as far as known. */
      lowest: number;
    }
    const visits = new Map<Node, Visit>();
    const unassigned: Visit[] = [];
    const path: Visit[] = [];
    const finished: Node[] = [];
    const enter = (node: Node): void => {
      const visit = { node, order: visits.size, next: 0, lowest: visits.size };
      visits.set(node, visit);
      unassigned.push(visit);
      path.push(visit);
    };
    enter(start);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const reference = visit.node.references[visit.next++];
      if (reference !== undefined) {
        const target = this.#node(reference);
        const earlier = visits.get(target);
        if (target.isDone) continue;
        if (earlier === undefined) enter(target);
        else visit.lowest = Math.min(visit.lowest, earlier.order);
        continue;
      }
      path.pop();
      finished.push(visit.node);
      const outer = path.at(-1);
      if (outer !== undefined) outer.lowest = Math.min(outer.lowest, visit.lowest);
      if (visit.lowest < visit.order) continue;
      // Every node that was entered later and is in no component yet belongs to the component of this node.
      const size = unassigned.splice(unassigned.lastIndexOf(visit)).length;
      this.#compileComponent(finished.splice(-size));
    }
  }

  /** @param members innermost first. Each member refers to all others, so they fail together. */
  #compileComponent(members: readonly Node[]): void {
    this.#countPaths(members);
    try {
      for (const { references } of members)
        for (const reference of references) {
          const { failure } = this.#node(reference);
          if (failure !== undefined) throw failure;
        }
      if (this.#isEndless(members)) throw new EndlessReference();
      // A deferred schema is compiled when it is needed.
      for (const node of members)
        if (!node.isInlined && node.paths <= MAX_PATHS) node.validate = this.#ajv.compile(node.id);
    } catch (error) {
      for (const node of members) {
        node.failure = error;
        delete node.validate;
      }
    }
    for (const node of members) node.isDone = true;
  }

  #countPaths(members: readonly Node[]): void {
    const inside = new Set(members);
    let paths = 0;
    let cyclic = 0;
    for (const { references } of members)
      for (const reference of references) {
        const target = this.#node(reference);
        if (inside.has(target)) cyclic++;
        else paths += 1 + target.paths;
      }
    // A single cycle leads to each member in one way only.
    const isEndless = cyclic > members.length || members.length > MAX_RECURSIVE_CYCLE;
    for (const node of members) node.paths = isEndless ? Number.POSITIVE_INFINITY : paths + cyclic;
  }

  /** Whether some members refer to each other for the same value. Removes members that do not until none changes. */
  #isEndless(members: readonly Node[]): boolean {
    const remaining = new Set(members);
    for (let before = -1; before !== remaining.size; ) {
      before = remaining.size;
      for (const node of remaining)
        if (!node.sameValue.some(reference => remaining.has(this.#node(reference)))) remaining.delete(node);
    }
    return remaining.size > 0;
  }

  #node(reference: string): Node {
    let node = this.#nodes.get(reference);
    if (node === undefined) {
      const final = this.#finalReference(reference);
      const schema = this.#at(final);
      // Keep the reference to a schema `false`: it has no object identity by which an error could name it.
      node = final === reference || !isObject(schema) ? this.#add(reference, schema) : this.#node(final);
      this.#nodes.set(reference, node);
    }
    return node;
  }

  #add(reference: string, schema: unknown): Node {
    this.#references.push(reference);
    const references = this.#referencesIn(schema);
    return { ...references, id: this.#ajv.add(schema, references.isInlined), isDone: false, paths: 0 };
  }

  #at(reference: string): unknown {
    const { uri, pointer } = resolveReference('', reference);
    return this.#find(uri, pointer);
  }

  #isKnown(reference: unknown): reference is string {
    return typeof reference === 'string' && (this.#nodes.has(reference) || this.#at(reference) !== undefined);
  }

  /** The last reference of a chain of schemas that contain only a `$ref`. */
  #finalReference(reference: string): string {
    const visited = new Set<string>();
    let last = reference;
    let schema = this.#at(last);
    while (isObject(schema) && this.#isKnown(schema.$ref) && this.#isOnlyReference(schema)) {
      visited.add(last);
      last = schema.$ref;
      if (visited.has(last)) throw new EndlessReference();
      schema = this.#at(last);
    }
    return last;
  }

  #isOnlyReference(schema: Readonly<Record<string, unknown>>): boolean {
    return !Object.keys(schema).some(key => key !== '$ref' && this.#ajv.isKeyword(key));
  }

  #referencesIn(start: unknown): Pick<Node, 'references' | 'sameValue' | 'isInlined'> {
    const references: string[] = [];
    const sameValue = new Set<string>();
    let keywords = 0;
    const pending = [{ schema: start, isSame: true }];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const { schema, isSame } = at;
      if (!isObject(schema)) continue;
      keywords += Object.keys(schema).length;
      if (this.#isKnown(schema.$ref)) {
        references.push(schema.$ref);
        if (isSame) sameValue.add(schema.$ref);
      }
      for (const inner of subschemas(schema))
        pending.push({ schema: inner.schema, isSame: isSame && SAME_VALUE.has(inner.keyword) });
    }
    const isInlined = references.length === 0 && keywords <= MAX_INLINED_KEYWORDS;
    return { references, sameValue: [...sameValue], isInlined };
  }
}
