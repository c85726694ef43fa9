// Changes a parsed document: objects and arrays on the way are copied, once, and each new value knows where it was written.
import { derivedOrigin, deriveFile, type Origin, Origins } from '../document/derived-file.ts';
import type { ParsedFile } from '../document/parse.ts';
import { copyMembers, setMember } from '../exchange/change-json.ts';
import { copyDigits, digitsOf, forgetDigits, setDigits } from '../exchange/exact-json.ts';
import { jsonPointer, valueAt } from '../exchange/json-pointer.ts';

type Holder = Record<string, unknown>;
type Steps = readonly (string | number)[];

/** A value, the object or array that holds it, and where it was written. */
export interface NewValue {
  readonly value: unknown;
  readonly holder: object;
  readonly key: string;
  readonly origin: Origin;
}

/** Values that may be added to one document. */
const MAX_VALUES = 2_000_000;
/** As many levels as a parsed document may have. */
const MAX_LEVELS = 256;

/** The changes make a document that is too large. */
export class DocumentTooLargeError extends Error {}

export class DocumentEdit {
  readonly #source: ParsedFile;
  readonly #origins = new Origins();
  /** Objects and arrays that are part of this document only. */
  readonly #owned = new WeakSet<object>();
  #root: unknown;
  #valuesLeft = MAX_VALUES;

  constructor(source: ParsedFile) {
    this.#source = source;
    this.#root = source.value;
  }

  get value(): unknown {
    return this.#root;
  }

  /** @param others the files from which values were merged */
  file(others: readonly ParsedFile[]): ParsedFile {
    return deriveFile(this.#source, this.#root, this.#origins, others);
  }

  originOf(steps: Steps): Origin {
    const pointer = jsonPointer(...steps);
    return derivedOrigin(pointer, this.#root, this.#origins) ?? { source: this.#source, pointer };
  }

  /** The object or array that has the node. */
  holderOf(steps: Steps): object {
    const holder = valueAt(this.#root, jsonPointer(...steps.slice(0, -1)));
    return isHolder(holder) ? holder : {};
  }

  /**
   * Merges a value into a node: objects member by member, arrays by appending. Another value replaces a scalar.
   * @param reject called with what cannot be merged, and why; that part of the node stays
   * @throws DocumentTooLargeError
   */
  merge(steps: Steps, from: NewValue, reject: (origin: Origin, problem: string) => void): void {
    const last = steps.at(-1);
    const holder = this.#ownedAt(last === undefined ? [] : steps.slice(0, -1));
    if (holder === undefined) return;
    if (last !== undefined) this.#mergeMember(holder, String(last), from, true, reject);
    else this.#mergeInto(holder, from, true, reject);
  }

  #mergeMember(
    holder: Holder,
    key: string,
    from: NewValue,
    isTarget: boolean,
    reject: (origin: Origin, problem: string) => void,
  ): void {
    const before = Object.hasOwn(holder, key) ? holder[key] : undefined;
    if (isHolder(before)) {
      const own = this.#own(before);
      if (own !== before) holder[key] = own;
      this.#mergeInto(own, from, isTarget, reject);
    } else if (before !== undefined && isHolder(from.value))
      reject(from.origin, `${kindOf(from.value)} cannot be merged into ${kindOf(before)} of the document`);
    else this.#put(holder, key, from);
  }

  #mergeInto(
    into: Holder,
    from: NewValue,
    isTarget: boolean,
    reject: (origin: Origin, problem: string) => void,
  ): void {
    const { value } = from;
    if (Array.isArray(into)) {
      // The entry to append to a target is written without an array around it, or with one.
      const entries = Array.isArray(value) ? partsOf(from) : isTarget ? [from] : undefined;
      for (const entry of entries ?? []) this.#put(into, String(into.length), entry);
      if (entries !== undefined) return;
    } else if (isHolder(value) && !Array.isArray(value)) {
      for (const part of partsOf(from)) this.#mergeMember(into, part.key, part, false, reject);
      return;
    }
    reject(from.origin, `${kindOf(value)} cannot be merged into ${kindOf(into)} of the document`);
  }

  /** Removes nodes, all at once: an index is that before the first is removed. */
  remove(nodes: readonly Steps[]): void {
    const removed = new Map<Holder, { steps: Steps; keys: Set<string> }>();
    for (const steps of nodes) {
      const holder = this.#ownedAt(steps.slice(0, -1));
      if (holder === undefined) continue;
      const entry = removed.get(holder) ?? { steps: steps.slice(0, -1), keys: new Set() };
      entry.keys.add(String(steps.at(-1)));
      removed.set(holder, entry);
    }
    // Origins depend on the indexes of all arrays above.
    const work = [...removed].map(([holder, { steps, keys }]) => {
      if (!Array.isArray(holder)) return () => removeMembers(holder, keys);
      const kept = Object.keys(holder)
        .filter(key => !keys.has(key))
        .map(key => ({
          value: holder[Number(key)],
          key,
          origin: this.originOf([...steps, key]),
          digits: digitsOf(holder, key),
        }));
      return () => {
        holder.length = 0;
        for (const [index, { value, origin, digits }] of kept.entries())
          this.#set(holder as unknown as Holder, String(index), value, origin, digits);
      };
    });
    for (const apply of work) apply();
  }

  #put(holder: Holder, key: string, { value, holder: from, key: name, origin }: NewValue): void {
    this.#set(holder, key, this.#clone(value), origin, digitsOf(from, name));
  }

  #set(holder: Holder, key: string, value: unknown, origin: Origin, digits: string | undefined): void {
    setMember(holder, key, value, {});
    if (digits !== undefined) setDigits(holder, key, digits);
    this.#origins.setMember(holder, key, origin);
  }

  /** The object or array at the end of the steps, as a part of this document; undefined if it is gone. */
  #ownedAt(steps: Steps): Holder | undefined {
    if (!isHolder(this.#root)) return undefined;
    let at = this.#own(this.#root);
    this.#root = at;
    for (const step of steps) {
      const inner = Object.hasOwn(at, step) ? at[step] : undefined;
      if (!isHolder(inner)) return undefined;
      const own = this.#own(inner);
      if (own !== inner) at[step] = own;
      at = own;
    }
    return at;
  }

  #own(value: Holder): Holder {
    if (this.#owned.has(value)) return value;
    const copy = copyOf(value);
    this.#owned.add(copy);
    return copy;
  }

  #clone(value: unknown, levels = MAX_LEVELS): unknown {
    if (--this.#valuesLeft < 0 || levels === 0) throw new DocumentTooLargeError();
    if (!isHolder(value)) return value;
    const copy = copyOf(value);
    for (const key of Object.keys(value)) {
      if (isHolder(value[key])) copy[key] = this.#clone(value[key], levels - 1);
      else this.#valuesLeft--;
    }
    this.#origins.copyMembers(value, copy);
    this.#owned.add(copy);
    return copy;
  }
}

/** The members or items of a new value. */
function partsOf({ value, origin }: NewValue): NewValue[] {
  const holder = value as Holder;
  return Object.keys(holder).map(key => ({
    value: holder[key],
    holder,
    key,
    origin: { source: origin.source, pointer: origin.pointer + jsonPointer(key) },
  }));
}

function copyOf(value: Holder): Holder {
  if (!Array.isArray(value)) return copyMembers(value, 'all');
  const copy = [...value];
  copyDigits(value, copy);
  return copy as unknown as Holder;
}

function removeMembers(holder: Holder, keys: ReadonlySet<string>): void {
  for (const key of keys) {
    delete holder[key];
    forgetDigits(holder, key);
  }
}

/** Whether a value is an object or an array. */
function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
