// Finds where a JSON value ends, on bytes that come in chunks, without looking at what it means.
import type { Buffer } from 'node:buffer';

/** Where in a value the scan stands, kept from one chunk to the next. */
export interface Scan {
  /** Objects and lists that are open. */
  depth: number;
  inString: boolean;
  /** The chunk ended behind a backslash in a string. */
  escaped: boolean;
  /** A number or a literal: it ends where something else begins. */
  scalar: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Brackets differ from braces in this bit alone. */
const EITHER = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Begins a scan; it goes on at the first byte itself for a scalar, behind it for everything else. */
export function beginScan(scan: Scan, first: number): void {
  scan.depth = (first | EITHER) === OPEN ? 1 : 0;
  scan.inString = first === QUOTE;
  scan.escaped = false;
  scan.scalar = scan.depth === 0 && !scan.inString;
}

/** @returns the index behind the value's last byte, or -1 when the value goes on in the next chunk */
export function scanValue(chunk: Buffer, from: number, scan: Scan): number {
  if (scan.scalar) return scanScalar(chunk, from);
  let at = from;
  let depth = scan.depth;
  if (scan.inString) {
    at = scanString(chunk, at, scan);
    if (at < 0 || depth === 0) return at;
  }
  const end = chunk.length;
  while (at < end) {
    const byte = chunk[at++] as number;
    if (byte === QUOTE) {
      at = scanString(chunk, at, scan);
      if (at < 0) break;
    } else if ((byte | EITHER) === OPEN) {
      depth++;
    } else if ((byte | EITHER) === CLOSE && --depth === 0) {
      return at;
    }
  }
  scan.depth = depth;
  return -1;
}

/** Strings shorter than this end sooner than a native search would have begun. */
const SHORT = 24;

function scanString(chunk: Buffer, from: number, scan: Scan): number {
  const end = chunk.length;
  let at = from;
  scan.inString = true;
  if (scan.escaped && at < end) {
    scan.escaped = false;
    at++;
  }
  while (at < end) {
    for (const stop = Math.min(at + SHORT, end); at < stop; ) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        scan.inString = false;
        return at + 1;
      }
      at += byte === BACKSLASH ? 2 : 1;
    }
    if (at >= end) {
      scan.escaped = at > end;
      return -1;
    }
    const quote = chunk.indexOf(QUOTE, at);
    const upTo = quote < 0 ? end : quote;
    // A quote counts unless an odd number of backslashes stands before it.
    let before = upTo;
    while (before > at && chunk[before - 1] === BACKSLASH) before--;
    const escaped = (upTo - before) % 2 === 1;
    if (quote < 0) {
      scan.escaped = escaped;
      return -1;
    }
    if (!escaped) {
      scan.inString = false;
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
  return byte === QUOTE || (byte | EITHER) === OPEN || byte === 0x2d || isDigitOrLetter(byte);
}
