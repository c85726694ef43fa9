// A finding about an exchange, a document or a scenario: what is wrong, where, and which line of the document declares it.
import type { FindingCode } from './catalogue.ts';

/** A location in a document or scenario file. */
export interface SourceLocation {
  /** The file as the user named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** JSON Pointer (RFC 6901) of the node in its file. */
  readonly pointer: string;
}

export interface Finding {
  readonly code: FindingCode;
  /** One sentence. Quotes a value that was sent only if it cannot be a secret (schema/quoted-value.ts). */
  readonly message: string;
  /** JSON Pointer into the exchange ("/request/body/userId", "/response/status"); empty for a document or a scenario. */
  readonly at: string;
  /** The line of the document that declares what was violated, or the invalid line of a document or scenario. */
  readonly location?: SourceLocation;
}

/** @returns "specs/api.yaml:12" */
export function formatLocation(location: SourceLocation): string {
  return `${location.file}:${location.line}`;
}

/** @returns "specs/api.yaml:12:3" */
export function formatPosition(location: SourceLocation): string {
  return `${formatLocation(location)}:${location.column}`;
}
