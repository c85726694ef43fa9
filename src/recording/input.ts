// What is read as a recording: a stream of bytes, what it yields, and how much of it may be in memory at once.
import { InputError } from '../finding/input-error.ts';
import type { EntryLocation, FileEnd, RawEntry } from './model.ts';

/** An input that is something else than a recording; in a folder it is passed over. */
export class NotARecordingError extends InputError {}

/** Bytes that break off: what came before them is good. The message says how, as "its gzip data ends too early". */
export class DamagedInputError extends Error {
  override readonly name = 'DamagedInput';
}

/** Each chunk is good until the next is asked for: readers use their buffers again. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Reads what a recording keeps beside its entries, by the name they give it. Undefined when there is none, or too much. */
export type ReadAttachment = (name: string) => Promise<Uint8Array | undefined>;

/** What reading yields, in the order it stands in the input. */
export type TrafficItem =
  | { readonly kind: 'entry'; readonly entry: RawEntry }
  | { readonly kind: 'unreadable'; readonly place: EntryLocation; readonly why: string }
  /** A file of a folder or an archive that holds no traffic, and does not claim to by its name. */
  | { readonly kind: 'passed-over'; readonly file: string; readonly why: string }
  /** After the entries of each file. */
  | { readonly kind: 'end'; readonly end: FileEnd };

/** Most bytes of one entry or one attached body. */
export const ENTRY_LIMIT = 64 * 2 ** 20;
/** Most bytes of what can only be read as a whole. */
export const DOCUMENT_LIMIT = 256 * 2 ** 20;

/** What to use instead, for those whose input is none. */
export const ACCEPTED_FORMATS =
  'Accepted are HAR, NDJSON recordings, WireMock journals, Postman collections with saved responses and VCR ' +
  'cassettes, each also as .gz or .zip.';
