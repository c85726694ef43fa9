// Copies of documents that may be edited in place: made part by part, when a part is asked for, and one of each place.
import { escapePointer, splitPointer } from '../finding/pointer.ts';
import { type Kind, kindBelow, NAMES } from './identifiers.ts';
import type { Part, Sources } from './sources.ts';

/** What has been copied of a document: a part with all that is in it, or some of what is in it. */
interface Shelf {
  made?: { readonly copy: unknown };
  readonly inside: Map<string, Shelf>;
}

const newShelf = (): Shelf => ({ inside: new Map() });

/** The copies that one reading edits. Documents are large, and what is asked of them usually is little. */
export class PartCopies {
  readonly #sources: Sources;
  readonly #fileOf: (uri: string) => string;
  readonly #shelves = new Map<string, Shelf>();
  readonly #places = new WeakMap<object, Part>();

  /** @param fileOf the file that a URI is a copy of: one file may be copied under several */
  constructor(sources: Sources, fileOf: (uri: string) => string) {
    this.#sources = sources;
    this.#fileOf = fileOf;
  }

  /** The copy of a part; undefined where the document has no such part. The same object however often, and however it is come by. */
  find(uri: string, pointer: string): unknown {
    let shelf = this.#shelves.get(uri);
    if (shelf === undefined) {
      if (!this.#sources.has(this.#fileOf(uri))) return undefined;
      shelf = newShelf();
      this.#shelves.set(uri, shelf);
    }
    let original = this.#sources.root(this.#fileOf(uri)).value;
    let kind: Kind = 'keywords';
    let copied = shelf.made?.copy;
    for (const step of splitPointer(pointer)) {
      if (shelf === undefined || shelf.made !== undefined) {
        shelf = undefined;
        if (typeof copied !== 'object' || copied === null || !Object.hasOwn(copied, step)) return undefined;
        copied = (copied as Record<string, unknown>)[step];
        continue;
      }
      if (typeof original !== 'object' || original === null || !Object.hasOwn(original, step))
        return undefined;
      const inner: unknown = (original as Record<string, unknown>)[step];
      if (!Array.isArray(original)) {
        if (isName(kind, step, inner)) return undefined;
        kind = kindBelow(kind, step, inner);
      }
      original = inner;
      const above: Shelf = shelf;
      shelf = above.inside.get(step);
      if (shelf === undefined) {
        shelf = newShelf();
        above.inside.set(step, shelf);
      }
      copied = shelf.made?.copy;
    }
    if (shelf === undefined || shelf.made !== undefined) return copied;
    shelf.made = { copy: this.#duplicate(original, uri, pointer, kind, shelf) };
    shelf.inside.clear();
    return shelf.made.copy;
  }

  /** The part that an object among the copies is the value of. */
  partOf(copy: unknown): Part | undefined {
    return typeof copy === 'object' && copy !== null ? this.#places.get(copy) : undefined;
  }

  /** @param shelf what has been copied of it before: others hold on to that, so it becomes a part of the copy */
  #duplicate(value: unknown, uri: string, pointer: string, kind: Kind, shelf: Shelf | undefined): unknown {
    if (shelf?.made !== undefined) return shelf.made.copy;
    if (typeof value !== 'object' || value === null) return value;
    const inner = (key: string | number, part: unknown): unknown =>
      this.#duplicate(
        part,
        uri,
        `${pointer}/${escapePointer(String(key))}`,
        typeof key === 'number' ? kind : kindBelow(kind, key, part),
        shelf?.inside.get(String(key)),
      );
    // References lead by place here, and ajv would take names for more than they are: there may be twins of them.
    // fromEntries defines a member "__proto__" where an assignment would change the prototype.
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

function isName(kind: Kind, key: string, value: unknown): boolean {
  return kind === 'keywords' && typeof value === 'string' && NAMES.includes(key);
}
