// Which schemas refer to which: each is compiled once, after those that it refers to, so that ajv's recursion stays flat.

import { resolveReference } from '../document/references.ts';
import { isObject } from '../exchange/json.ts';
import type { AjvCompiler, ReferenceTarget, ValidateFunction } from './ajv.ts';
import { subschemas } from './dialect.ts';

interface Place {
  readonly uri: string;
  readonly pointer: string;
}

/** A schema that validation starts at, or that a reference leads to. */
interface Node {
  readonly id: number;
  /** The references in it. */
  readonly references: readonly string[];
  /** Those of them that apply to the same value unconditionally. */
  readonly sameValue: readonly string[];
  /** True: ajv writes it into the schemas that refer to it. */
  readonly isInlined: boolean;
  /** Whether all that it refers to has been compiled, or has failed. */
  isDone: boolean;
  validate?: ValidateFunction;
  /** Why it cannot be compiled. */
  failure?: unknown;
}

/** A schema with references, or with more keywords than this, is compiled to a function of its own. */
const INLINED_KEYWORDS = 10;

/**
 * Schemas that refer to each other in a circle, up to this many, are left to ajv, which compiles them recursively. Of
 * longer circles it would overflow the stack: there, references to what is not yet compiled are deferred.
 */
const RECURSION = 20;

/** Keywords whose schemas apply to the same value unconditionally: a circle through `then` or `dependentSchemas` may end. */
const SAME_VALUE = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if']);

/** References that apply to the same value lead back to where they started. */
export class EndlessReference extends Error {}

export class CompilationGraph {
  readonly #ajv: AjvCompiler;
  readonly #find: (uri: string, pointer: string) => unknown;
  readonly #nodes = new Map<string, Node>();
  /** By the id of the schema. */
  readonly #references: string[] = [];
  /** Schemas whose references are deferred. */
  #deferred: ReadonlySet<Node> = new Set();

  /** @param find the schema at a place, translated to 2020-12 */
  constructor(ajv: AjvCompiler, find: (uri: string, pointer: string) => unknown) {
    this.#ajv = ajv;
    this.#find = find;
  }

  /** The validator of a schema that has been compiled before. */
  compiled(reference: string): ValidateFunction | undefined {
    return this.#nodes.get(reference)?.validate;
  }

  /** @throws ajv's error about a schema, or EndlessReference */
  compile(reference: string): ValidateFunction {
    const node = this.#node(reference);
    if (!node.isDone) this.#compileReachable(node);
    if (node.failure !== undefined) throw node.failure;
    node.validate ??= this.#ajv.compile(node.id);
    return node.validate;
  }

  /** For ajv: what a `$ref` leads to; undefined where that is not a schema of the documents. */
  target(reference: string): ReferenceTarget | undefined {
    if (!this.#isKnown(reference)) return undefined;
    const node = this.#node(reference);
    return { id: node.id, isDeferred: node.validate === undefined && this.#deferred.has(node) };
  }

  /** The place that an error's schemaPath names. */
  addressOf(schemaPath: string): Place | undefined {
    // Errors in a meta-schema have no id: "#/allOf/0".
    const [, id, fragment] = /^(\d+)#(.*)$/s.exec(schemaPath) ?? [];
    const reference = this.#references[Number(id)];
    if (reference === undefined) return undefined;
    const { uri, pointer } = resolveReference('', reference);
    return { uri, pointer: pointer + resolveReference('', `#${fragment}`).pointer };
  }

  /** Finds the strongly connected components (Tarjan's algorithm) and compiles each after those that it refers to. */
  #compileReachable(start: Node): void {
    interface Visit {
      readonly node: Node;
      readonly order: number;
      next: number;
      /** The earliest node of its component that was found. */
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
        const met = visits.get(target);
        if (target.isDone) continue;
        if (met === undefined) enter(target);
        else visit.lowest = Math.min(visit.lowest, met.order);
        continue;
      }
      path.pop();
      finished.push(visit.node);
      const outer = path.at(-1);
      if (outer !== undefined) outer.lowest = Math.min(outer.lowest, visit.lowest);
      if (visit.lowest < visit.order) continue;
      // Every node that was entered after this one and is in no component yet belongs to its component.
      const size = unassigned.splice(unassigned.lastIndexOf(visit)).length;
      this.#compileComponent(finished.splice(-size));
    }
  }

  /** @param members innermost first; whoever reaches one of them reaches all, so that they fail together */
  #compileComponent(members: readonly Node[]): void {
    this.#deferred = new Set(members.length > RECURSION ? members : []);
    try {
      for (const { references } of members)
        for (const reference of references) {
          const { failure } = this.#node(reference);
          if (failure !== undefined) throw failure;
        }
      if (this.#isEndless(members)) throw new EndlessReference();
      for (const node of members) if (!node.isInlined) node.validate = this.#ajv.compile(node.id);
    } catch (error) {
      for (const node of members) {
        node.failure = error;
        delete node.validate;
      }
    }
    for (const node of members) node.isDone = true;
  }

  /** Whether some members refer to each other for the same value: what is left when all others have been taken away. */
  #isEndless(members: readonly Node[]): boolean {
    const left = new Set(members);
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      for (const node of left)
        if (!node.sameValue.some(reference => left.has(this.#node(reference)))) left.delete(node);
    }
    return left.size > 0;
  }

  #node(reference: string): Node {
    let node = this.#nodes.get(reference);
    if (node === undefined) {
      const final = this.#finalReference(reference);
      const schema = this.#at(final);
      // An error of a schema `false` names the reference to it, because ajv knows no object to name.
      node = final === reference || !isObject(schema) ? this.#add(reference, schema) : this.#node(final);
      this.#nodes.set(reference, node);
    }
    return node;
  }

  #add(reference: string, schema: unknown): Node {
    this.#references.push(reference);
    const found = this.#referencesIn(schema);
    return { ...found, id: this.#ajv.add(schema, found.isInlined), isDone: false };
  }

  #at(reference: string): unknown {
    const { uri, pointer } = resolveReference('', reference);
    return this.#find(uri, pointer);
  }

  #isKnown(reference: unknown): reference is string {
    return typeof reference === 'string' && (this.#nodes.has(reference) || this.#at(reference) !== undefined);
  }

  /** The end of a chain of schemas that are nothing but a reference. */
  #finalReference(reference: string): string {
    const passed = new Set<string>();
    let last = reference;
    let schema = this.#at(last);
    while (isObject(schema) && this.#isKnown(schema.$ref) && this.#isOnlyReference(schema)) {
      passed.add(last);
      last = schema.$ref;
      if (passed.has(last)) throw new EndlessReference();
      schema = this.#at(last);
    }
    return last;
  }

  #isOnlyReference(schema: Readonly<Record<string, unknown>>): boolean {
    return !Object.keys(schema).some(key => key !== '$ref' && this.#ajv.isKeyword(key));
  }

  #referencesIn(start: unknown): Pick<Node, 'references' | 'sameValue' | 'isInlined'> {
    const references = new Set<string>();
    const sameValue = new Set<string>();
    let keywords = 0;
    const todo = [{ schema: start, isSame: true }];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      const { schema, isSame } = at;
      if (!isObject(schema)) continue;
      keywords += Object.keys(schema).length;
      if (this.#isKnown(schema.$ref)) {
        references.add(schema.$ref);
        if (isSame) sameValue.add(schema.$ref);
      }
      for (const inner of subschemas(schema))
        todo.push({ schema: inner.schema, isSame: isSame && SAME_VALUE.has(inner.keyword) });
    }
    const isInlined = references.size === 0 && keywords <= INLINED_KEYWORDS;
    return { references: [...references], sameValue: [...sameValue], isInlined };
  }
}
