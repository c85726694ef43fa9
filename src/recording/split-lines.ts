// Splits JSON Lines into entries, in constant memory.
import { Buffer } from 'node:buffer';
import { concatBytes, parseJson, type SplitEntry } from './split-entry.ts';

export interface LineSplitter {
  /** @returns the lines that end in this chunk, as views of it where possible */
  push(chunk: Uint8Array): SplitEntry[];
  /** Call after the last chunk. @returns the last line if it is complete without a line end; else where it is truncated */
  end(): { readonly entries: readonly SplitEntry[]; readonly truncated: string | undefined };
}

const LINE_END = 0x0a;

/**
 * Blank lines are not entries.
 * @param limit maximum size of one line in bytes; the bytes of a longer one are skipped, not stored
 */
export function createLineSplitter(limit: number): LineSplitter {
  let chunks: Buffer[] = [];
  let size = 0;
  let isBlankLine = true;
  let line = 1;
  let number = 0;
  let offset = 0;

  function keep(chunk: Buffer): void {
    size += chunk.length;
    isBlankLine &&= isBlank(chunk);
    if (size <= limit) chunks.push(chunk);
    else chunks = [];
  }

  function finishLine(): SplitEntry[] {
    const entries = isBlankLine
      ? []
      : size > limit
        ? [{ number: ++number, line, message: `it has ${size} bytes; the limit is ${limit}` }]
        : [{ number: ++number, line, bytes: concatBytes(chunks) }];
    chunks = [];
    size = 0;
    isBlankLine = true;
    line++;
    return entries;
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const splitEntries: SplitEntry[] = [];
      let at = 0;
      for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, at)) {
        keep(bytes.subarray(at, end));
        splitEntries.push(...finishLine());
        at = end + 1;
      }
      // The caller reuses the chunk: copy the part of a line that continues in the next one.
      if (at < bytes.length) keep(Buffer.from(bytes.subarray(at)));
      offset += bytes.length;
      return splitEntries;
    },
    end() {
      if (isBlankLine) return { entries: [], truncated: undefined };
      if (size <= limit && parseJson(concatBytes(chunks)) !== undefined)
        return { entries: finishLine(), truncated: undefined };
      const truncated = `it ends at byte ${offset}, in the middle of line ${line} (entry ${number + 1})`;
      return { entries: [], truncated };
    },
  };
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
