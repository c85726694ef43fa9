// A parsed file whose value was derived from another one: its nodes are located in the file that the user wrote.
import { splitPointer } from '../exchange/json-pointer.ts';
import type { SourceLocation } from '../finding/finding.ts';
import type { ParsedFile } from './parse.ts';

/** Where a node was written. */
export interface Origin {
  readonly source: ParsedFile;
  /** JSON Pointer in the source. */
  readonly pointer: string;
}

/** The origins of derived objects and arrays. A part that has none lies below its parent as in the source. */
export class Origins {
  readonly #origins = new WeakMap<object, Origin>();
  readonly #members = new WeakMap<object, Map<string, Origin>>();

  /**
   * Records where a derived object or array was written.
   * @returns the value
   */
  set<Value extends object>(value: Value, source: ParsedFile, pointer: string): Value {
    this.#origins.set(value, { source, pointer });
    return value;
  }

  get(value: object): Origin | undefined {
    return this.#origins.get(value);
  }

  /** Records where a member of a derived object, or an item of a derived array, was written. It may be a scalar. */
  setMember(holder: object, key: string, origin: Origin): void {
    const members = this.#members.get(holder) ?? new Map<string, Origin>();
    members.set(key, origin);
    this.#members.set(holder, members);
  }

  member(holder: object, key: string): Origin | undefined {
    return this.#members.get(holder)?.get(key);
  }

  /** Gives the members of a copy the origins of those that were copied. */
  copyMembers(from: object, to: object): void {
    const members = this.#members.get(from);
    if (members !== undefined) this.#members.set(to, new Map(members));
  }
}

/**
 * A parsed file with another value. A pointer into the new value is located at the origin of its deepest object that has one,
 * and the steps below it are those of the source.
 * @param others the files besides the source in which origins are
 * @example
 * const origins = new Origins();
 * const body = origins.set({ content: {} }, source, '/paths/~1pets/post/parameters/0');
 * const file = deriveFile(source, { paths: { '/pets': { post: { requestBody: body } } } }, origins);
 * file.locate('/paths/~1pets/post/requestBody/content'); // the line of the parameter
 */
export function deriveFile(
  source: ParsedFile,
  value: unknown,
  origins: Origins,
  others: readonly ParsedFile[] = source.others ?? [],
): ParsedFile {
  const locate = (pointer: string): SourceLocation => {
    const { source: file, pointer: at } = derivedOrigin(pointer, value, origins) ?? { source, pointer };
    return { ...file.locate(at), pointer };
  };
  return { ...source, value, locate, others };
}

/** Where the node at a pointer was written; undefined: as in the source, at the same pointer. */
export function derivedOrigin(pointer: string, root: unknown, origins: Origins): Origin | undefined {
  let value = root;
  let found: Origin | undefined;
  let rest = pointer;
  const enter = (): void => {
    const origin = typeof value === 'object' && value !== null ? origins.get(value) : undefined;
    if (origin !== undefined) found = { source: origin.source, pointer: origin.pointer + rest };
  };
  enter();
  for (const step of splitPointer(pointer)) {
    rest = rest.slice(rest.indexOf('/', 1) < 0 ? rest.length : rest.indexOf('/', 1));
    const holder: object | undefined =
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? value : undefined;
    const member = holder && origins.member(holder, step);
    if (member !== undefined) found = { source: member.source, pointer: member.pointer + rest };
    value = (holder as Record<string, unknown> | undefined)?.[step];
    enter();
  }
  return found;
}
