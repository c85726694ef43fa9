// The documents a contract was written in, and the way around in them: parts, children, references, places.
import { type Clause, type Finding, showClause } from '../finding/finding.ts';
import type { Source } from '../finding/locate.ts';
import { escapePointer, follow } from '../finding/pointer.ts';
import type { Identifiers } from './identifiers.ts';

/** One part of one document. `value` is the document's own object, never a copy. */
export interface Part {
  readonly uri: string;
  readonly pointer: string;
  readonly value: unknown;
}

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Places that are remembered: a document is broken at few of its places, and those again and again. */
const CLAUSES = 1000;

/** The documents of one API by their file URL: its own, and every file that it refers to. */
export class Sources {
  readonly #byUri: ReadonlyMap<string, Source>;
  readonly identifiers: Identifiers;
  readonly #clauses = new Map<string, Clause>();

  constructor(byUri: ReadonlyMap<string, Source>, identifiers: Identifiers) {
    this.#byUri = byUri;
    this.identifiers = identifiers;
  }

  uris(): string[] {
    return [...this.#byUri.keys()];
  }

  has(uri: string): boolean {
    return this.#byUri.has(uri);
  }

  root(uri: string): Part {
    return { uri, pointer: '', value: this.#byUri.get(uri)?.value };
  }

  /** The file as the user would name it. */
  file(uri: string): string {
    return this.#byUri.get(uri)?.file ?? uri;
  }

  clause(part: { readonly uri: string; readonly pointer: string }): Clause {
    const key = `${part.uri}#${part.pointer}`;
    const known = this.#clauses.get(key);
    if (known !== undefined) return known;
    const source = this.#byUri.get(part.uri);
    if (source === undefined) throw new Error(`no document was loaded from ${part.uri}`);
    const clause = source.locate(part.pointer);
    if (this.#clauses.size < CLAUSES) this.#clauses.set(key, clause);
    return clause;
  }

  /** The part a `$ref` written in `from` points at, or undefined when there is none. */
  target(from: Part, ref: string): Part | undefined {
    const resolved = resolveReference(from.uri, ref);
    const source = this.#byUri.get(resolved.uri);
    if (source === undefined) return undefined;
    const value = resolved.pointer === '' ? source.value : follow(source.value, resolved.pointer);
    return value === undefined ? undefined : { ...resolved, value };
  }

  /** Follows `$ref`s until something else stands there. A circle or a dead end throws a BrokenReference. */
  settle(part: Part): Part {
    let at = part;
    for (let hops = 0; isObject(at.value) && typeof at.value.$ref === 'string'; hops++) {
      const next = this.target(at, at.value.$ref);
      if (next === undefined)
        throw new BrokenReference(this.clause(refOf(at)), `"${at.value.$ref}" leads nowhere`);
      if (hops > 1000)
        throw new BrokenReference(this.clause(refOf(part)), `"${at.value.$ref}" goes round in a circle`);
      at = next;
    }
    return at;
  }

  /** A settled member of an object or array, or undefined where there is none. */
  get(part: Part, ...steps: readonly (string | number)[]): Part | undefined {
    let at: Part | undefined = part;
    for (const step of steps) {
      at = child(at, step);
      if (at === undefined) return undefined;
      at = this.settle(at);
    }
    return at;
  }

  /** The settled members of an object or array, in the order written; extensions ("x-...") are left out. */
  entries(part: Part | undefined): [string, Part][] {
    if (part === undefined || typeof part.value !== 'object' || part.value === null) return [];
    return Object.keys(part.value)
      .filter(key => !key.startsWith('x-'))
      .map(key => [key, this.settle(child(part, key) as Part)]);
  }
}

function refOf({ uri, pointer }: Part): { uri: string; pointer: string } {
  return { uri, pointer: `${pointer}/$ref` };
}

export class BrokenReference extends Error {
  readonly finding: Finding;

  constructor(clause: Clause, problem: string) {
    super(`${showClause(clause)}: $ref ${problem}`);
    this.finding = { code: 'spec-reference', message: `$ref ${problem}`, at: '', clause };
  }
}

export function child(part: Part, step: string | number): Part | undefined {
  const { value } = part;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return {
    uri: part.uri,
    pointer: `${part.pointer}/${escapePointer(String(step))}`,
    value: (value as Record<string, unknown>)[step],
  };
}

export function resolveReference(base: string, ref: string): { uri: string; pointer: string } {
  const hash = ref.indexOf('#');
  const file = hash < 0 ? ref : ref.slice(0, hash);
  const fragment = hash < 0 ? '' : ref.slice(hash + 1);
  // What is no URL at all is kept as it is written: no document has been loaded from there.
  const uri = file === '' ? base : (URL.parse(file, base)?.href ?? file);
  try {
    return { uri, pointer: decodeURIComponent(fragment) };
  } catch {
    return { uri, pointer: fragment };
  }
}

/** The reference that names a part absolutely, escaped for use inside a URI. */
export function referenceTo(part: { readonly uri: string; readonly pointer: string }): string {
  return `${part.uri}#${part.pointer.split('/').map(encodeURIComponent).join('/')}`;
}

export function text(part: Part, step: string): string | undefined {
  const value = isObject(part.value) ? part.value[step] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function flag(part: Part, step: string): boolean | undefined {
  const value = isObject(part.value) ? part.value[step] : undefined;
  return typeof value === 'boolean' ? value : undefined;
}
