// The data model of recordings: entries, their formats, what a reader yields, its limits and its errors.
import type { Exchange } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';

/** The position of an entry in the recordings. The report calls it `place`. */
export interface EntryLocation {
  /** The file as the user gave it; a member of an archive as "traffic.zip/har.har"; "-" for standard input. */
  readonly file: string;
  /** 1-based position among the entries of the file. */
  readonly entry: number;
  /** 1-based line, in formats with one entry per line. */
  readonly line?: number;
}

/** Why an entry is not an HTTP exchange with an API. */
export type NonExchangeReason =
  /** ws:, data:, blob:, file:, browser extensions. */
  | 'not-http'
  | 'web-socket'
  /** A CORS preflight: the middleware of the server responds to it, not the API. */
  | 'preflight'
  /** Aborted, blocked or refused: the status is 0 or less. */
  | 'no-response'
  | 'from-cache'
  /** The recorded service was a mock, and had no response for the request. */
  | 'mock-error'
  | 'connect';

export type RecordedEntry =
  | {
      readonly kind: 'exchange';
      readonly place: EntryLocation;
      /** Scheme, host and port of the URL: "https://api.example.com:8443". */
      readonly origin: string;
      readonly exchange: Exchange;
    }
  | {
      readonly kind: 'not-an-exchange';
      readonly place: EntryLocation;
      readonly reason: NonExchangeReason;
      /** For display: without user, password, query and fragment; only the scheme of "data:" and similar URLs. */
      readonly url: string;
    }
  | { readonly kind: 'unreadable'; readonly place: EntryLocation; readonly message: string };

/** One entry as bytes of the file, not parsed yet. It can be posted to another thread. */
export interface RawEntry {
  readonly place: EntryLocation;
  readonly format: RecordingFormat;
  /** UTF-8 JSON. Valid until the next entries are requested, because readers reuse their buffers. */
  readonly bytes: Uint8Array;
  /** The name of the recorder, from the creator or browser of a HAR: "WebInspector", "Playwright". */
  readonly creator: string | undefined;
  /** Bodies in separate files, by the name that the entry gives them. */
  readonly attachments?: ReadonlyMap<string, Uint8Array>;
}

export type RecordingFormat = 'har' | 'ndjson' | 'wiremock' | 'postman' | 'vcr';

/** What is known about a file after its last entry. */
export interface FileEnd {
  readonly file: string;
  readonly format: RecordingFormat;
  readonly entries: number;
  readonly creator: string | undefined;
  /** Set when the file is truncated or damaged: where and how. Entries before that point were yielded. */
  readonly truncated: string | undefined;
}

/** The input is not a recording. In a folder such a file is skipped. */
export class NotARecordingError extends InputError {}

/** The data is truncated or damaged; the bytes before are valid. Example of a message: "its gzip data is truncated". */
export class DamagedInputError extends Error {
  override readonly name = 'DamagedInput';
}

/** Each chunk is valid until the next is requested, because readers reuse their buffers. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Reads an attachment by the name that an entry gives it. Undefined when it is missing or larger than `ENTRY_LIMIT`. */
export type ReadAttachment = (name: string) => Promise<Uint8Array | undefined>;

/** What a reader yields, in the order of the input. */
export type TrafficItem =
  | { readonly kind: 'entry'; readonly entry: RawEntry }
  | { readonly kind: 'unreadable'; readonly place: EntryLocation; readonly message: string }
  /** A file of a folder or an archive that contains no traffic and whose name is not that of a recording, or a broken link. */
  | { readonly kind: 'skipped'; readonly file: string; readonly message: string }
  /** After the entries of each file. */
  | { readonly kind: 'end'; readonly end: FileEnd };

/** Maximum size of one entry or one attachment, in bytes. */
export const ENTRY_LIMIT = 64 * 2 ** 20;

/** Maximum size in bytes of a document that has to be read into memory. */
export const DOCUMENT_LIMIT = 256 * 2 ** 20;

/** The last sentence of errors about unusable inputs. */
export const ACCEPTED_FORMATS =
  'Accepted are HAR, NDJSON recordings, WireMock journals, Postman collections with saved responses and VCR ' +
  'cassettes, each also as .gz or .zip.';

export type RecordedExchange = RecordedEntry & { kind: 'exchange' };
