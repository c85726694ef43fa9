// What a recording holds, one entry after the other: exchanges, what is no HTTP traffic of an API, and what cannot be read.
import type { Exchange } from '../exchange/exchange.ts';

/** Where an entry stands in what was read. */
export interface EntryLocation {
  /** The file as it was named; members of an archive as "traffic.zip/har.har"; "-" for standard input. */
  readonly file: string;
  /** 1-based position among the entries of the file. */
  readonly entry: number;
  /** 1-based line, for formats of one entry a line. */
  readonly line?: number;
}

/** Why an entry is no exchange that a contract could be about. */
export type NonExchangeReason =
  /** ws:, data:, blob:, file:, browser extensions. */
  | 'not-http'
  | 'web-socket'
  /** CORS preflights ask the server's middleware, not the API. */
  | 'preflight'
  /** Aborted, blocked or refused: status 0 or less. */
  | 'no-response'
  | 'from-cache'
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
      readonly kind: 'stray';
      readonly place: EntryLocation;
      readonly reason: NonExchangeReason;
      /** To know it again by: without user, password, query and fragment; of "data:" and the like the scheme alone. */
      readonly url: string;
    }
  | { readonly kind: 'unreadable'; readonly place: EntryLocation; readonly why: string };

/** One entry as it stands in the file, not looked into yet: what can be handed to another thread. */
export interface RawEntry {
  readonly location: EntryLocation;
  readonly format: RecordingFormat;
  /** UTF-8 JSON; good until the next entries are asked for, because readers use their buffers again. */
  readonly bytes: Uint8Array;
  /** The program that recorded it, as a HAR names its creator or browser: "WebInspector", "Playwright". */
  readonly creator: string | undefined;
  /** Bodies that the archive keeps beside the entry, by the name that the entry gives them. */
  readonly attachments?: ReadonlyMap<string, Uint8Array>;
}

export type RecordingFormat = 'har' | 'ndjson' | 'wiremock' | 'postman' | 'vcr';

/** What becomes of a file beside its entries, told once it has been read to its end. */
export interface FileEnd {
  readonly file: string;
  readonly format: RecordingFormat;
  readonly entries: number;
  readonly creator: string | undefined;
  /** Set when the file ended too early or broke off; what came before it was yielded. */
  readonly cutOff: string | undefined;
}

export type RecordedExchange = RecordedEntry & { kind: 'exchange' };
