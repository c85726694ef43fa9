// Compiles each schema once, referenced schemas first, so that long chains of $refs need no deep stack.
import type { Ajv2020, AnySchema, ValidateFunction } from 'ajv/dist/2020.js';
import { compileSchema, SchemaEnv } from 'ajv/dist/compile/index.js';
import { schemaHasRulesButRef } from 'ajv/dist/compile/util.js';
import { isObject, resolveReference, toReference } from '../document/documents.ts';
import { subschemas } from './dialect.ts';

interface UnitAddress {
  readonly uri: string;
  readonly pointer: string;
}

/** Marks the references that copies lead to each other by. What is written otherwise leads nowhere, and ajv says so. */
const CLONE_PREFIX = 'x-deadringer-document';

export function toCloneReference({ uri, pointer }: UnitAddress): string {
  return toReference({ uri, pointer: `/${CLONE_PREFIX}${pointer}` });
}

/** The pointer that a reference means, wherever the reference was made. */
export function fromClonePointer(pointer: string): string {
  return pointer.startsWith(`/${CLONE_PREFIX}`) ? pointer.slice(CLONE_PREFIX.length + 1) : pointer;
}

/** Whether a reference leads to a copy: others lead nowhere, or to the meta-schemas. */
function isCloneReference(reference: unknown): reference is string {
  return typeof reference === 'string' && reference.includes(`#/${CLONE_PREFIX}`);
}

/** A schema that others refer to, or that judging begins at. */
interface CompilationUnit {
  readonly env: SchemaEnv;
  /** The references in it. */
  readonly references: readonly string[];
  /** Those of them that are followed for the very value that it judges, whatever that is. */
  readonly sameInstanceRefs: readonly string[];
  /** False: ajv writes it into the schemas that refer to it. */
  readonly isShared: boolean;
  /** Whether it goes round in a circle, or refers to what does. */
  circular: boolean;
}

/** What has more keywords than this is shared. */
const MAX_INLINE_KEYWORDS = 10;

/** Whose schemas judge the same value whatever it is; a circle through `then`, `else` or `dependentSchemas` may end. */
const SAME_INSTANCE_KEYWORDS = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if']);

/** The schemas that one ajv compiles. */
export class CompilationGraph {
  readonly #ajv: Ajv2020;
  readonly #find: (uri: string, pointer: string) => unknown;
  readonly #units = new Map<string, CompilationUnit>();
  readonly #references: string[] = [];
  readonly #root = new SchemaEnv({ schema: {} });
  /** Of those that lead to no circle of schemas that judge the same value. */
  readonly #acyclic = new Set<CompilationUnit>();

  /** @param find a schema by its place, translated */
  constructor(ajv: Ajv2020, find: (uri: string, pointer: string) => unknown) {
    this.#ajv = ajv;
    this.#find = find;
    const { uriResolver } = ajv.opts;
    // References to copies are absolute already.
    const resolve = (base: string, ref: string): string =>
      isCloneReference(ref) ? ref : uriResolver.resolve(base, ref);
    ajv.opts.uriResolver = { ...uriResolver, resolve };
  }

  /** What has been compiled at a reference. */
  compiled(reference: string): ValidateFunction | undefined {
    const unit = this.#units.get(reference);
    return unit?.circular ? undefined : (unit?.env.validate as ValidateFunction | undefined);
  }

  /** @throws ajv's complaint about a schema, or a RangeError when references go round in a circle */
  compile(reference: string): ValidateFunction {
    const unit = this.#unit(reference);
    this.#compileBelow(unit);
    if (unit.circular) throw new RangeError(`${reference} goes round in a circle`);
    // What did not compile by itself is compiled again, for the complaint.
    return (unit.env.validate ?? compileSchema.call(this.#ajv, unit.env).validate) as ValidateFunction;
  }

  /** The place that ajv's path to a keyword names. */
  addressOf(schemaPath: string): UnitAddress | undefined {
    const [from = '', fragment] = schemaPath.split('#');
    if (fragment === undefined || from === '') return undefined;
    const { uri, pointer } = resolveReference('', this.#references[Number(from)] ?? from);
    return { uri, pointer: fromClonePointer(pointer + resolveReference('', `#${fragment}`).pointer) };
  }

  /**
   * Compiles what a schema refers to before the schema itself. ajv would do so in the middle of it, and its stack ends
   * after a hundred references or so. Where references go in a circle, one is looked up when it is followed.
   */
  #compileBelow(start: CompilationUnit): void {
    const met = new Set([start]);
    const open = new Set([start]);
    const path = [{ unit: start, next: 0 }];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const ref = at.unit.references[at.next++];
      if (ref === undefined) {
        this.#share(at.unit, open);
        at.unit.circular =
          this.#isCircular(at.unit) || at.unit.references.some(each => this.#unit(each).circular);
        this.#attempt(at.unit.env);
        open.delete(at.unit);
        path.pop();
        continue;
      }
      const inner = this.#unit(ref);
      if (met.has(inner) || inner.env.validate !== undefined) continue;
      met.add(inner);
      open.add(inner);
      path.push({ unit: inner, next: 0 });
    }
  }

  /** Tells ajv what to call instead of compiling it once more. What did not compile is left to it, to complain. */
  #share(unit: CompilationUnit, open: ReadonlySet<CompilationUnit>): void {
    for (const ref of unit.references) {
      const inner = this.#unit(ref);
      if (open.has(inner) || (inner.isShared && inner.env.validate !== undefined))
        this.#root.refs[ref] = inner.env;
    }
  }

  #attempt(env: SchemaEnv): void {
    try {
      if (env.validate === undefined) compileSchema.call(this.#ajv, env);
    } catch {
      // Whoever refers to it fails by the same, and that is told.
    }
  }

  #isCircular(start: CompilationUnit): boolean {
    const open = new Set<CompilationUnit>();
    const path: { readonly unit: CompilationUnit; next: number }[] = [];
    const enter = (unit: CompilationUnit): void => {
      open.add(unit);
      path.push({ unit, next: 0 });
    };
    if (!this.#acyclic.has(start)) enter(start);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const ref = at.unit.sameInstanceRefs[at.next++];
      if (ref === undefined) {
        this.#acyclic.add(at.unit);
        open.delete(at.unit);
        path.pop();
        continue;
      }
      const inner = this.#unit(ref);
      if (open.has(inner)) return true;
      if (!this.#acyclic.has(inner)) enter(inner);
    }
    return false;
  }

  #unit(reference: string): CompilationUnit {
    let unit = this.#units.get(reference);
    if (unit === undefined) {
      const meant = this.#targetOf(reference);
      // `false` is told of where it is referred to.
      unit =
        meant === reference || !isObject(this.#at(meant))
          ? this.#newUnit(reference, this.#at(meant))
          : this.#unit(meant);
      this.#units.set(reference, unit);
      this.#ajv.refs[reference] = unit.env;
    }
    return unit;
  }

  #newUnit(reference: string, schema: unknown): CompilationUnit {
    const { uri } = resolveReference('', reference);
    const schemaPath = `${this.#references.push(reference) - 1}#`;
    const env = new SchemaEnv({ schema: schema as AnySchema, root: this.#root, baseId: uri, schemaPath });
    return { env, ...collectReferences(schema), circular: false };
  }

  #at(reference: string): unknown {
    const { uri, pointer } = resolveReference('', reference);
    return this.#find(uri, fromClonePointer(pointer));
  }

  /** What is nothing but a reference is what it leads to. */
  #targetOf(reference: string): string {
    const passed = new Set<string>();
    let last = reference;
    let schema = this.#at(last);
    while (
      isObject(schema) &&
      isCloneReference(schema.$ref) &&
      !schemaHasRulesButRef(schema, this.#ajv.RULES)
    ) {
      passed.add(last);
      last = schema.$ref;
      if (passed.has(last)) throw new RangeError(`${last} goes round in a circle`);
      schema = this.#at(last);
    }
    return last;
  }
}

function collectReferences(
  start: unknown,
): Pick<CompilationUnit, 'references' | 'sameInstanceRefs' | 'isShared'> {
  const refs = new Set<string>();
  const atOnce = new Set<string>();
  let size = 0;
  const todo = [{ schema: start, isSame: true }];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const { schema, isSame } = at;
    if (!isObject(schema)) continue;
    size += Object.keys(schema).length;
    if (isCloneReference(schema.$ref)) {
      refs.add(schema.$ref);
      if (isSame) atOnce.add(schema.$ref);
    }
    for (const inner of subschemas(schema))
      todo.push({ schema: inner.schema, isSame: isSame && SAME_INSTANCE_KEYWORDS.has(inner.keyword) });
  }
  return { references: [...refs], sameInstanceRefs: [...atOnce], isShared: size > MAX_INLINE_KEYWORDS };
}
