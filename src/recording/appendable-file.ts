// A file with a fixed tail. Each append overwrites the tail with the entry and a new tail in one write.
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { InputError } from '../finding/input-error.ts';
import { detectInputFormat } from './detect-format.ts';

/** How entries form a file. */
export interface FileLayout {
  readonly head: string;
  /** Text between two entries. */
  readonly separator: string;
  /** Text after each entry. */
  readonly terminator: string;
  /** Text that completes the file after the last entry; empty for line formats. */
  readonly tail: string;
  /** The text that a file written by this program begins with; empty for JSON lines. */
  readonly signature: string;
}

export interface AppendableFile {
  readonly name: string;
  /** @throws the file system error of Node when the write fails; the file is then unchanged */
  append(entry: string): void;
  /**
   * Whether the name still refers to this file and its size is the one after the last write. A deleted file can still be
   * written to, but never be read; in a file that another program truncated, an entry would follow a gap.
   */
  isUnchanged(): boolean;
  /** Whether it has no entries, old or new. */
  isEmpty(): boolean;
  /** Number of entries that this process added. */
  addedEntries(): number;
  /** Size in bytes after appending the entry. */
  sizeAfter(entry: string): number;
  close(): void;
}

/** Only the owner may read a recording: it is private data, even without secrets. */
const OWNER_ONLY = 0o600;

/** @returns undefined when the file exists */
export function createFile(name: string, layout: FileLayout): AppendableFile | undefined {
  let handle: number;
  try {
    handle = openSync(name, 'wx+', OWNER_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  return createAppender(name, handle, layout, 0, true);
}

/** @throws InputError when the file was not written by this program, or is truncated */
export function reopenFile(name: string, layout: FileLayout): AppendableFile {
  const handle = openSync(name, 'r+', OWNER_ONLY);
  try {
    const { size } = fstatSync(handle);
    if (size === 0) return createAppender(name, handle, layout, 0, true);
    return layout.tail === ''
      ? reopenLines(name, handle, layout, size)
      : reopenDocument(name, handle, layout, size);
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function reopenDocument(name: string, handle: number, layout: FileLayout, size: number): AppendableFile {
  const { signature, tail } = layout;
  if (read(handle, 0, signature.length) !== signature) {
    throw new InputError(
      `${name} was not written by deadringer and cannot be appended to: choose another file`,
    );
  }
  const last = read(handle, size - tail.length - 1, tail.length + 1);
  if (!last.endsWith(tail)) {
    throw new InputError(
      `${name} is truncated, and appending would hide that: keep it (it can still be read) and choose another file`,
    );
  }
  return createAppender(name, handle, layout, size, last.startsWith('['));
}

function reopenLines(name: string, handle: number, layout: FileLayout, size: number): AppendableFile {
  const head = Buffer.from(read(handle, 0, Math.min(size, 64 * 1024)));
  if (detectInputFormat(head) !== 'lines') {
    throw new InputError(
      `${name} does not contain JSON lines and cannot be appended to: choose another file`,
    );
  }
  const file = createAppender(name, handle, layout, size, false);
  // End a truncated line, so that it stays one unreadable line and does not damage the next entry.
  if (read(handle, size - 1, 1) !== '\n') file.append('');
  return file;
}

function read(handle: number, position: number, length: number): string {
  const buffer = Buffer.alloc(length);
  const count = readSync(handle, buffer, 0, length, Math.max(0, position));
  return buffer.toString('utf8', 0, count);
}

function createAppender(
  name: string,
  handle: number,
  layout: FileLayout,
  size: number,
  empty: boolean,
): AppendableFile {
  const { head, separator, terminator, tail } = layout;
  const { ino, dev } = fstatSync(handle);
  let fileLength = size;
  let isEmpty = empty;
  let added = 0;
  let needsRestore = false;

  /** Removes a partly written entry or head. The tail was at this position before, so the disk has room for it. */
  const restore = (): void => {
    needsRestore = true;
    ftruncateSync(handle, fileLength);
    if (fileLength > 0) write(handle, tail, fileLength - tail.length);
    needsRestore = false;
  };
  const writeAt = (text: string, position: number): void => {
    if (needsRestore) restore();
    try {
      fileLength = write(handle, text, position);
    } catch (error) {
      try {
        restore();
      } catch {
        // The next append tries again. Report the first error.
      }
      throw error;
    }
  };
  if (size === 0 && head !== '') {
    try {
      writeAt(head + tail, 0);
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  }

  const formatEntry = (entry: string): string =>
    `${isEmpty ? '' : separator}${tail === '' ? '' : '\n'}${entry}${terminator}${tail}`;
  return {
    name,
    append(entry) {
      writeAt(formatEntry(entry), fileLength - tail.length);
      if (entry === '') return;
      isEmpty = false;
      added++;
    },
    isUnchanged() {
      const stats = statSync(name, { throwIfNoEntry: false });
      return (
        stats !== undefined &&
        stats.ino === ino &&
        stats.dev === dev &&
        (needsRestore || stats.size === fileLength)
      );
    },
    isEmpty: () => isEmpty,
    addedEntries: () => added,
    sizeAfter: entry => fileLength - tail.length + Buffer.byteLength(formatEntry(entry)),
    close: () => closeSync(handle),
  };
}

/** Writes until all bytes are written: a disk that is nearly full accepts a part. @returns the position behind the text */
function write(handle: number, text: string, position: number): number {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length)
    written += writeSync(handle, bytes, written, bytes.length - written, position + written);
  return position + bytes.length;
}
