// Entries on their way to whoever judges them; for another thread they are packed into one piece.
import type { RawEntry } from '../recording/recorded.ts';

interface Packed extends Omit<RawEntry, 'bytes'> {
  readonly start: number;
  readonly end: number;
}

/** What travels: one buffer, and where in it each entry lies. */
export interface Parcel {
  readonly buffer: ArrayBuffer;
  readonly entries: readonly Packed[];
}

/** Bytes. Handing over costs little beside judging so many, and few wait at the end. */
const FULL = 512 * 1024;

export class Batch {
  readonly entries: RawEntry[] = [];
  #size = 0;

  add(entry: RawEntry): void {
    this.entries.push(entry);
    this.#size += entry.bytes.length;
  }

  get isFull(): boolean {
    return this.#size >= FULL;
  }

  pack(): Parcel {
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    const entries = this.entries.map(({ bytes: own, ...rest }) => {
      const start = at;
      bytes.set(own, start);
      at += own.length;
      return { ...rest, start, end: at };
    });
    return { buffer: bytes.buffer, entries };
  }
}

export function* unpack({ buffer, entries }: Parcel): Generator<RawEntry> {
  for (const { start, end, ...rest } of entries)
    yield { ...rest, bytes: new Uint8Array(buffer, start, end - start) };
}
