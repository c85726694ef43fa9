// Entries on their way to whoever judges them, packed into one piece that can be handed to another thread and back.
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
  #bytes: Uint8Array<ArrayBuffer>;
  #used = 0;
  #entries: Packed[] = [];

  /** @param buffer one that is done with, to be filled again */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(FULL)) {
    this.#bytes = new Uint8Array(buffer);
  }

  /** Copies the entry: readers go on with their buffers. @returns false when it does not fit any more */
  add({ bytes, ...rest }: RawEntry): boolean {
    const end = this.#used + bytes.length;
    if (end > this.#bytes.length) {
      if (this.#entries.length > 0) return false;
      // One that is larger than a batch travels alone.
      this.#bytes = new Uint8Array(bytes.length);
    }
    this.#bytes.set(bytes, this.#used);
    this.#entries.push({ ...rest, start: this.#used, end });
    this.#used = end;
    return true;
  }

  pack(): Parcel {
    return { buffer: this.#bytes.buffer, entries: this.#entries };
  }
}

export function* unpack({ buffer, entries }: Parcel): Generator<RawEntry> {
  for (const { start, end, ...rest } of entries)
    yield { ...rest, bytes: new Uint8Array(buffer, start, end - start) };
}

/** Whether a buffer can be filled again: one that was made for a single large entry would only take up memory. */
export function isReusable(buffer: ArrayBuffer): boolean {
  return buffer.byteLength === FULL;
}
