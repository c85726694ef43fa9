// Entries on their way to whoever judges them, packed so that they can be handed to another thread in one piece.
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

const FULL = 512 * 1024;

export class Batch {
  #bytes = new Uint8Array(FULL);
  #used = 0;
  readonly #entries: Packed[] = [];

  /** Copies the entry: readers go on with their buffers. */
  add({ bytes, ...rest }: RawEntry): void {
    const end = this.#used + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#used);
    this.#entries.push({ ...rest, start: this.#used, end });
    this.#used = end;
  }

  get isFull(): boolean {
    return this.#used >= FULL - FULL / 8;
  }

  parcel(): Parcel {
    return { buffer: this.#bytes.buffer, entries: this.#entries };
  }
}

export function* unpack({ buffer, entries }: Parcel): Generator<RawEntry> {
  for (const { start, end, ...rest } of entries)
    yield { ...rest, bytes: new Uint8Array(buffer, start, end - start) };
}
