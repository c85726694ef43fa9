// Recorded entries in one transferable buffer, on their way to a worker thread. The buffer comes back to be filled again.
import type { RawEntry } from '../../recording/model.ts';

/** What all entries of one batch share. */
type Common = Pick<RawEntry, 'format' | 'creator' | 'attachments'> & { readonly file: string };

/** The message that a worker thread gets. */
export interface Batch extends Common {
  /** The index, then the bytes of the entries. The index is not a list: V8 would copy it into the heap of each thread. */
  readonly buffer: ArrayBuffer;
  readonly count: number;
}

export interface BatchBuilder {
  /** Copies the entry, because readers reuse their buffers. @returns false when this batch has no room for it */
  add(entry: RawEntry): boolean;
  build(): Batch;
}

/** Bytes of the entries of one batch. Posting a message costs little beside checking this much. */
const SIZE = 512 * 1024;
const MOST_ENTRIES = 4096;
/** Numbers for each entry: the offset of its end, its position in the file, and its line (0: the format has none). */
const FIELDS = 3;
const INDEX = MOST_ENTRIES * FIELDS * Uint32Array.BYTES_PER_ELEMENT;

const newBuffer = (size: number): ArrayBuffer => new ArrayBuffer(INDEX + size);
const indexOf = (buffer: ArrayBuffer): Uint32Array => new Uint32Array(buffer, 0, MOST_ENTRIES * FIELDS);

/**
 * Starts a batch with its first entry. An entry that is larger than a batch travels alone, in a buffer of its own.
 * @param returned a buffer that a worker thread is done with
 */
export function createBatch(first: RawEntry, returned?: ArrayBuffer): BatchBuilder {
  const { place, format, creator, attachments } = first;
  const common: Common = {
    file: place.file,
    format,
    creator,
    ...(attachments !== undefined && { attachments }),
  };
  const isOversized = first.bytes.length > SIZE;
  const buffer = isOversized ? newBuffer(first.bytes.length) : (returned ?? newBuffer(SIZE));
  const bytes = new Uint8Array(buffer, INDEX);
  const index = indexOf(buffer);
  let count = 0;
  let used = 0;
  const copy = ({ bytes: entry, place: { entry: position, line = 0 } }: RawEntry): void => {
    bytes.set(entry, used);
    used += entry.length;
    const at = FIELDS * count++;
    index[at] = used;
    index[at + 1] = position;
    index[at + 2] = line;
  };
  copy(first);
  return {
    add(entry) {
      const fits =
        count < MOST_ENTRIES &&
        used + entry.bytes.length <= bytes.length &&
        entry.place.file === common.file &&
        entry.creator === creator &&
        entry.attachments === attachments;
      if (fits) copy(entry);
      return fits;
    },
    build: () => ({ ...common, buffer, count }),
  };
}

/** The entries of a batch, as views of its buffer. */
export function* entriesOf(batch: Batch): Generator<RawEntry> {
  const { buffer, count, file, format, creator, attachments } = batch;
  const index = indexOf(buffer);
  let start = 0;
  for (let at = 0; at < FIELDS * count; at += FIELDS) {
    const [end = 0, entry = 0, line = 0] = [index[at], index[at + 1], index[at + 2]];
    yield {
      place: line === 0 ? { file, entry } : { file, entry, line },
      format,
      bytes: new Uint8Array(buffer, INDEX + start, end - start),
      creator,
      ...(attachments !== undefined && { attachments }),
    };
    start = end;
  }
}

/** Whether a buffer can be filled again. The buffer of a single large entry is left to the garbage collector. */
export function isReusable(buffer: ArrayBuffer): boolean {
  return buffer.byteLength === INDEX + SIZE;
}
