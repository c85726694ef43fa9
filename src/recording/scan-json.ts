// Finds the end of a JSON value in bytes that arrive in chunks, without decoding it.
import type { Buffer } from 'node:buffer';

/** The state of a scan between two chunks. */
export interface ScanState {
  /** Number of open objects and lists. */
  depth: number;
  isInString: boolean;
  /** Whether the chunk ended behind a backslash in a string. */
  isEscaped: boolean;
  /** Whether the value is a number or a literal, which ends where another token begins. */
  isScalar: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Brackets and braces differ only in this bit. */
const BRACKET_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Starts a scan. Call `scanValue` at the first byte of a scalar, and behind the first byte of any other value. */
export function beginScan(scan: ScanState, first: number): void {
  scan.depth = (first | BRACKET_BIT) === OPEN ? 1 : 0;
  scan.isInString = first === QUOTE;
  scan.isEscaped = false;
  scan.isScalar = scan.depth === 0 && !scan.isInString;
}

/** @returns the index behind the last byte of the value; -1 when the value continues in the next chunk */
export function scanValue(chunk: Buffer, from: number, scan: ScanState): number {
  if (scan.isScalar) return scanScalar(chunk, from);
  let at = from;
  let depth = scan.depth;
  if (scan.isInString) {
    at = scanString(chunk, at, scan);
    if (at < 0 || depth === 0) return at;
  }
  const end = chunk.length;
  while (at < end) {
    const byte = chunk[at++] as number;
    if (byte === QUOTE) {
      at = scanString(chunk, at, scan);
      if (at < 0) break;
    } else if ((byte | BRACKET_BIT) === OPEN) {
      depth++;
    } else if ((byte | BRACKET_BIT) === CLOSE && --depth === 0) {
      return at;
    }
  }
  scan.depth = depth;
  return -1;
}

/** Bytes that a loop scans before Buffer.indexOf is called: for short strings the call costs more than the loop. */
const SHORT_STRING = 24;

function scanString(chunk: Buffer, from: number, scan: ScanState): number {
  const end = chunk.length;
  let at = from;
  scan.isInString = true;
  if (scan.isEscaped && at < end) {
    scan.isEscaped = false;
    at++;
  }
  while (at < end) {
    for (const stop = Math.min(at + SHORT_STRING, end); at < stop; ) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        scan.isInString = false;
        return at + 1;
      }
      at += byte === BACKSLASH ? 2 : 1;
    }
    if (at >= end) {
      scan.isEscaped = at > end;
      return -1;
    }
    const quote = chunk.indexOf(QUOTE, at);
    const upTo = quote < 0 ? end : quote;
    // A quote ends the string unless an odd number of backslashes is before it.
    let before = upTo;
    while (before > at && chunk[before - 1] === BACKSLASH) before--;
    const escaped = (upTo - before) % 2 === 1;
    if (quote < 0) {
      scan.isEscaped = escaped;
      return -1;
    }
    if (!escaped) {
      scan.isInString = false;
      return quote + 1;
    }
    at = quote + 1;
  }
  return -1;
}

function scanScalar(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] as number;
    // Numbers and literals consist of letters, digits and "+-.".
    const isScalarByte = byte === 0x2b || byte === 0x2d || byte === 0x2e || isDigitOrLetter(byte);
    if (!isScalarByte) return at;
  }
  return -1;
}

function isDigitOrLetter(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}

/** Whether a JSON value can begin with this byte. */
export function startsValue(byte: number): boolean {
  return byte === QUOTE || (byte | BRACKET_BIT) === OPEN || byte === 0x2d || isDigitOrLetter(byte);
}
