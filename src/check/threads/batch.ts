// Packs recorded entries into one buffer that is transferred to a worker thread and returned for reuse.
import type { RawEntry } from '../../recording/model.ts';

/** The properties that all entries of a batch share. */
type SharedProperties = Pick<RawEntry, 'format' | 'creator' | 'attachments'> & { readonly file: string };

/** A batch as it is posted to a worker thread. */
export interface Batch extends SharedProperties {
  /** The index, then the bytes of the entries. The index is not an array: V8 would copy that into the heap of each thread. */
  readonly buffer: ArrayBuffer;
  readonly count: number;
}

export interface BatchBuilder {
  /** Copies the entry, because readers reuse their buffers. @returns false when the batch is full, or the entry has other shared properties */
  add(entry: RawEntry): boolean;
  build(): Batch;
}

/** Bytes of entries per batch. Checking this much takes much longer than posting a message. */
const ENTRY_BYTES = 512 * 1024;
const MAX_ENTRIES = 4096;
/** Numbers per entry in the index: the offset of its end, its position in the file, and its line (0: the format has none). */
const NUMBERS_PER_ENTRY = 3;
const INDEX_BYTES = MAX_ENTRIES * NUMBERS_PER_ENTRY * Uint32Array.BYTES_PER_ELEMENT;

const newBuffer = (size: number): ArrayBuffer => new ArrayBuffer(INDEX_BYTES + size);
const indexOf = (buffer: ArrayBuffer): Uint32Array =>
  new Uint32Array(buffer, 0, MAX_ENTRIES * NUMBERS_PER_ENTRY);

/**
 * Starts a batch with its first entry. An entry that is larger than a batch gets its own buffer.
 * @param returnedBuffer a buffer that a worker thread has returned
 */
export function createBatch(first: RawEntry, returnedBuffer?: ArrayBuffer): BatchBuilder {
  const { place, format, creator, attachments } = first;
  const common: SharedProperties = {
    file: place.file,
    format,
    creator,
    ...(attachments !== undefined && { attachments }),
  };
  const isOversized = first.bytes.length > ENTRY_BYTES;
  const buffer = isOversized ? newBuffer(first.bytes.length) : (returnedBuffer ?? newBuffer(ENTRY_BYTES));
  const bytes = new Uint8Array(buffer, INDEX_BYTES);
  const index = indexOf(buffer);
  let count = 0;
  let used = 0;
  const copy = ({ bytes: entry, place: { entry: position, line = 0 } }: RawEntry): void => {
    bytes.set(entry, used);
    used += entry.length;
    const at = NUMBERS_PER_ENTRY * count++;
    index[at] = used;
    index[at + 1] = position;
    index[at + 2] = line;
  };
  copy(first);
  return {
    add(entry) {
      const fits =
        count < MAX_ENTRIES &&
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
  for (let at = 0; at < NUMBERS_PER_ENTRY * count; at += NUMBERS_PER_ENTRY) {
    const [end = 0, entry = 0, line = 0] = [index[at], index[at + 1], index[at + 2]];
    yield {
      place: line === 0 ? { file, entry } : { file, entry, line },
      format,
      bytes: new Uint8Array(buffer, INDEX_BYTES + start, end - start),
      creator,
      ...(attachments !== undefined && { attachments }),
    };
    start = end;
  }
}

/** Whether a buffer can be filled again. The buffer of a single large entry is left to the garbage collector. */
export function isReusable(buffer: ArrayBuffer): boolean {
  return buffer.byteLength === INDEX_BYTES + ENTRY_BYTES;
}
