// Cuts bytes into lines, each an entry: JSON Lines, in flat memory.
import { Buffer } from 'node:buffer';
import { concatBytes, type SplitEntry } from './split-entry.ts';

export interface LineSplitter {
  /** @returns the lines that this chunk completes. They are views of it. */
  push(chunk: Uint8Array): SplitEntry[];
  /** Call when there is no more. @returns the last line, if it is whole without a line end; else where it broke off */
  end(): { readonly entries: readonly SplitEntry[]; readonly truncated: string | undefined };
}

const LINE_END = 0x0a;

/** @param limit most bytes of one line; a longer one is passed over without being held. Blank lines are no entries. */
export function createLineSplitter(limit: number): LineSplitter {
  let parts: Buffer[] = [];
  let size = 0;
  let blank = true;
  let line = 1;
  let number = 0;
  let offset = 0;

  function keep(part: Buffer): void {
    size += part.length;
    blank &&= isBlank(part);
    if (size <= limit) parts.push(part);
    else parts = [];
  }

  function take(): SplitEntry[] {
    const splitEntry = blank
      ? []
      : size > limit
        ? [{ number: ++number, line, message: `it has ${size} bytes; the limit is ${limit}` }]
        : [{ number: ++number, line, bytes: concatBytes(parts) }];
    parts = [];
    size = 0;
    blank = true;
    line++;
    return splitEntry;
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const splitEntries: SplitEntry[] = [];
      let at = 0;
      for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, at)) {
        keep(bytes.subarray(at, end));
        splitEntries.push(...take());
        at = end + 1;
      }
      // What goes on in the next chunk has to outlive this one.
      if (at < bytes.length) keep(Buffer.from(bytes.subarray(at)));
      offset += bytes.length;
      return splitEntries;
    },
    end() {
      if (blank) return { entries: [], truncated: undefined };
      if (size <= limit && isJson(Buffer.concat(parts))) return { entries: take(), truncated: undefined };
      const cutOff = `it ends at byte ${offset}, in the middle of line ${line} (entry ${number + 1})`;
      return { entries: [], truncated: cutOff };
    },
  };
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}
