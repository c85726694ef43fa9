// Finds where a JSON value ends, on bytes that come in chunks, without looking at what it means.
import type { Buffer } from 'node:buffer';

/** Where in a value the scan stands, kept from one chunk to the next. */
export interface ScanState {
  /** Objects and lists that are open. */
  depth: number;
  isInString: boolean;
  /** The chunk ended behind a backslash in a string. */
  isEscaped: boolean;
  /** A number or a literal: it ends where something else begins. */
  isScalar: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Brackets differ from braces in this bit alone. */
const BRACKET_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Begins a scan; it goes on at the first byte itself for a scalar, behind it for everything else. */
export function beginScan(scan: ScanState, first: number): void {
  scan.depth = (first | BRACKET_BIT) === OPEN ? 1 : 0;
  scan.isInString = first === QUOTE;
  scan.isEscaped = false;
  scan.isScalar = scan.depth === 0 && !scan.isInString;
}

/** @returns the index behind the value's last byte, or -1 when the value goes on in the next chunk */
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

/** Strings shorter than this end sooner than a native search would have begun. */
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
    // A quote counts unless an odd number of backslashes stands before it.
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
    // A number or a literal is made of letters, digits and "+-." only.
    const part = byte === 0x2b || byte === 0x2d || byte === 0x2e || isDigitOrLetter(byte);
    if (!part) return at;
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
