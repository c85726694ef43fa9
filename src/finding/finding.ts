// A finding about an exchange or a document: what is wrong, where, and which line of the document declares it.
import type { FindingCode } from './catalogue.ts';

/** A place in a document: the file as it was named, 1-based line and column, and the JSON Pointer of the part. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
}

export interface Finding {
  readonly code: FindingCode;
  /** One sentence. Never quotes a string that was sent: it may be a secret. */
  readonly message: string;
  /** JSON Pointer into the exchange ("/request/body/userId", "/response/status"); empty for findings about documents. */
  readonly at: string;
  /** The line of the contract that was broken. */
  readonly location?: SourceLocation;
}

export function formatLocation(location: SourceLocation): string {
  return `${location.file}:${location.line}`;
}
