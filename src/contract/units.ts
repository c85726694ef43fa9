// Schemas compiled each once, however many refer to it, and in an order that needs no deep stack.
import type { Ajv2020, AnySchema, ValidateFunction } from 'ajv/dist/2020.js';
import { compileSchema, SchemaEnv } from 'ajv/dist/compile/index.js';
import { schemaHasRulesButRef } from 'ajv/dist/compile/util.js';
import { subschemas } from './dialect.ts';
import { isObject, referenceTo, resolveReference } from './sources.ts';

interface Place {
  readonly uri: string;
  readonly pointer: string;
}

/** Marks the references that copies lead to each other by. What is written otherwise leads nowhere, and ajv says so. */
const ENVELOPE = 'x-deadringer-document';

export function intoEnvelope({ uri, pointer }: Place): string {
  return referenceTo({ uri, pointer: `/${ENVELOPE}${pointer}` });
}

/** The pointer that a reference means, wherever the reference was made. */
export function outOfEnvelope(pointer: string): string {
  return pointer.startsWith(`/${ENVELOPE}`) ? pointer.slice(ENVELOPE.length + 1) : pointer;
}

/** Whether a reference leads to a copy: others lead nowhere, or to the meta-schemas. */
function isOurs(reference: unknown): reference is string {
  return typeof reference === 'string' && reference.includes(`#/${ENVELOPE}`);
}

/** A schema that others refer to, or that judging begins at. */
interface Unit {
  readonly env: SchemaEnv;
  /** The references in it. */
  readonly refs: readonly string[];
  /** Those of them that are followed for the very value that it judges, whatever that is. */
  readonly atOnce: readonly string[];
  /** False: ajv writes it into the schemas that refer to it. */
  readonly isShared: boolean;
  /** Whether it goes round in a circle, or refers to what does. */
  circular: boolean;
}

/** What has more keywords than this is shared. */
const SMALL = 10;

/** Whose schemas judge the same value whatever it is; a circle through `then`, `else` or `dependentSchemas` may end. */
const AT_ONCE = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if']);

/** The schemas that one ajv compiles. */
export class Units {
  readonly #ajv: Ajv2020;
  readonly #find: (uri: string, pointer: string) => unknown;
  readonly #units = new Map<string, Unit>();
  readonly #references: string[] = [];
  readonly #root = new SchemaEnv({ schema: {} });
  /** Of those that lead to no circle of schemas that judge the same value. */
  readonly #sound = new Set<Unit>();

  /** @param find a schema by its place, translated */
  constructor(ajv: Ajv2020, find: (uri: string, pointer: string) => unknown) {
    this.#ajv = ajv;
    this.#find = find;
    const { uriResolver } = ajv.opts;
    // References to copies are absolute already.
    const resolve = (base: string, ref: string): string =>
      isOurs(ref) ? ref : uriResolver.resolve(base, ref);
    ajv.opts.uriResolver = { ...uriResolver, resolve };
  }

  /** What has been compiled at a reference. */
  known(reference: string): ValidateFunction | undefined {
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
  placeIn(schemaPath: string): Place | undefined {
    const [from = '', fragment] = schemaPath.split('#');
    if (fragment === undefined || from === '') return undefined;
    const { uri, pointer } = resolveReference('', this.#references[Number(from)] ?? from);
    return { uri, pointer: outOfEnvelope(pointer + resolveReference('', `#${fragment}`).pointer) };
  }

  /**
   * Compiles what a schema refers to before the schema itself. ajv would do so in the middle of it, and its stack ends
   * after a hundred references or so. Where references go in a circle, one is looked up when it is followed.
   */
  #compileBelow(start: Unit): void {
    const met = new Set([start]);
    const open = new Set([start]);
    const path = [{ unit: start, next: 0 }];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const ref = at.unit.refs[at.next++];
      if (ref === undefined) {
        this.#share(at.unit, open);
        at.unit.circular = this.#isCircular(at.unit) || at.unit.refs.some(each => this.#unit(each).circular);
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
  #share(unit: Unit, open: ReadonlySet<Unit>): void {
    for (const ref of unit.refs) {
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

  #isCircular(start: Unit): boolean {
    const open = new Set<Unit>();
    const path: { readonly unit: Unit; next: number }[] = [];
    const enter = (unit: Unit): void => {
      open.add(unit);
      path.push({ unit, next: 0 });
    };
    if (!this.#sound.has(start)) enter(start);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const ref = at.unit.atOnce[at.next++];
      if (ref === undefined) {
        this.#sound.add(at.unit);
        open.delete(at.unit);
        path.pop();
        continue;
      }
      const inner = this.#unit(ref);
      if (open.has(inner)) return true;
      if (!this.#sound.has(inner)) enter(inner);
    }
    return false;
  }

  #unit(reference: string): Unit {
    let unit = this.#units.get(reference);
    if (unit === undefined) {
      const meant = this.#meantBy(reference);
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

  #newUnit(reference: string, schema: unknown): Unit {
    const { uri } = resolveReference('', reference);
    const schemaPath = `${this.#references.push(reference) - 1}#`;
    const env = new SchemaEnv({ schema: schema as AnySchema, root: this.#root, baseId: uri, schemaPath });
    return { env, ...refsIn(schema), circular: false };
  }

  #at(reference: string): unknown {
    const { uri, pointer } = resolveReference('', reference);
    return this.#find(uri, outOfEnvelope(pointer));
  }

  /** What is nothing but a reference is what it leads to. */
  #meantBy(reference: string): string {
    const passed = new Set<string>();
    let last = reference;
    let schema = this.#at(last);
    while (isObject(schema) && isOurs(schema.$ref) && !schemaHasRulesButRef(schema, this.#ajv.RULES)) {
      passed.add(last);
      last = schema.$ref;
      if (passed.has(last)) throw new RangeError(`${last} goes round in a circle`);
      schema = this.#at(last);
    }
    return last;
  }
}

function refsIn(start: unknown): Pick<Unit, 'refs' | 'atOnce' | 'isShared'> {
  const refs = new Set<string>();
  const atOnce = new Set<string>();
  let size = 0;
  const todo = [{ schema: start, isSame: true }];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const { schema, isSame } = at;
    if (!isObject(schema)) continue;
    size += Object.keys(schema).length;
    if (isOurs(schema.$ref)) {
      refs.add(schema.$ref);
      if (isSame) atOnce.add(schema.$ref);
    }
    for (const inner of subschemas(schema))
      todo.push({ schema: inner.schema, isSame: isSame && AT_ONCE.has(inner.keyword) });
  }
  return { refs: [...refs], atOnce: [...atOnce], isShared: size > SMALL };
}
