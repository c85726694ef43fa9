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
}

/**
 * A parsed file with another value. A pointer into the new value is located at the origin of its deepest object that has one,
 * and the steps below it are those of the source.
 * @example
 * const origins = new Origins();
 * const body = origins.set({ content: {} }, source, '/paths/~1pets/post/parameters/0');
 * const file = deriveFile(source, { paths: { '/pets': { post: { requestBody: body } } } }, origins);
 * file.locate('/paths/~1pets/post/requestBody/content'); // the line of the parameter
 */
export function deriveFile(source: ParsedFile, value: unknown, origins: Origins): ParsedFile {
  const locate = (pointer: string): SourceLocation => {
    const { source: file, pointer: at } = originOf(pointer, value, origins) ?? { source, pointer };
    return { ...file.locate(at), pointer };
  };
  return { ...source, value, locate };
}

function originOf(pointer: string, root: unknown, origins: Origins): Origin | undefined {
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
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string, unknown>)[step]
        : undefined;
    enter();
  }
  return found;
}
