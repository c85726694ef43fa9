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
  /** One sentence. Quotes a value that was sent only if it cannot be a secret (schema/quoted-value.ts). */
  readonly message: string;
  /** JSON Pointer into the exchange ("/request/body/userId", "/response/status"); empty for findings about documents. */
  readonly at: string;
  /** The line of the contract that was broken. */
  readonly location?: SourceLocation;
}

export function formatLocation(location: SourceLocation): string {
  return `${location.file}:${location.line}`;
}
