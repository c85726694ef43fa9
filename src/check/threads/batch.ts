// Packs recorded entries into one buffer that is transferred to a checker thread and reused.
import type { RawEntry } from '../../recording/model.ts';

/** What all entries of one batch share. */
type SharedFields = Pick<RawEntry, 'format' | 'creator' | 'attachments'> & { readonly file: string };

/** What travels: one buffer, and where in it each entry lies. */
export interface PackedBatch extends SharedFields {
  readonly buffer: ArrayBuffer;
  /** Three numbers an entry: where it ends, its position in the file, and its line, 0 where it has none. */
  readonly entries: readonly number[];
}

/** Bytes. Handing over costs little beside judging so many, and few wait at the end. */
const BATCH_BYTES = 512 * 1024;

export class Batch {
  #bytes: Uint8Array<ArrayBuffer>;
  #used = 0;
  #common: SharedFields | undefined;
  readonly #entries: number[] = [];

  /** @param buffer one that is done with, to be filled again */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(BATCH_BYTES)) {
    this.#bytes = new Uint8Array(buffer);
  }

  /** Copies the entry: readers go on with their buffers. @returns false when it has no place in this batch any more */
  add({ bytes, location: { file, entry, line = 0 }, format, creator, attachments }: RawEntry): boolean {
    const common = this.#common;
    const end = this.#used + bytes.length;
    if (common === undefined) {
      this.#common = { file, format, creator, ...(attachments !== undefined && { attachments }) };
      // One that is larger than a batch travels alone.
      if (end > this.#bytes.length) this.#bytes = new Uint8Array(bytes.length);
    } else if (
      end > this.#bytes.length ||
      common.file !== file ||
      common.creator !== creator ||
      common.attachments !== attachments
    ) {
      return false;
    }
    this.#bytes.set(bytes, this.#used);
    this.#entries.push(end, entry, line);
    this.#used = end;
    return true;
  }

  /** @returns undefined when nothing was added */
  pack(): PackedBatch | undefined {
    return this.#common && { ...this.#common, buffer: this.#bytes.buffer, entries: this.#entries };
  }
}

export function* unpackBatch({
  buffer,
  entries,
  file,
  format,
  creator,
  attachments,
}: PackedBatch): Generator<RawEntry> {
  let start = 0;
  for (let at = 0; at < entries.length; at += 3) {
    const [end = 0, entry = 0, line = 0] = [entries[at], entries[at + 1], entries[at + 2]];
    yield {
      location: line === 0 ? { file, entry } : { file, entry, line },
      format,
      bytes: new Uint8Array(buffer, start, end - start),
      creator,
      ...(attachments !== undefined && { attachments }),
    };
    start = end;
  }
}

/** Whether a buffer can be filled again: one that was made for a single large entry would only take up memory. */
export function isReusableBuffer(buffer: ArrayBuffer): boolean {
  return buffer.byteLength === BATCH_BYTES;
}
