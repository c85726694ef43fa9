// A file with a fixed tail. Each append overwrites the tail with the entry and a new tail in one write.
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { InputError } from '../finding/input-error.ts';
import { detectInputFormat } from './detect-format.ts';

/** How entries are put together to a file. */
export interface FileLayout {
  readonly head: string;
  /** Between two entries. */
  readonly separator: string;
  /** After each of them. */
  readonly terminator: string;
  /** What makes the file whole; empty where every entry does. */
  readonly tail: string;
  /** What a file of ours begins with; empty: lines of JSON. */
  readonly signature: string;
}

export interface AppendableFile {
  readonly name: string;
  /** @throws Node's own error when it cannot be written; the file is then as it was before */
  append(entry: string): void;
  /**
   * Whether the file still has its name, and is as it was left: what has no name can be written to, and nobody will
   * ever read it; and behind the end of what somebody cut off, an entry would stand alone.
   */
  isUnchanged(): boolean;
  /** No entry is in it, old or new. */
  isEmpty(): boolean;
  /** Entries that were added by this process. */
  addedEntries(): number;
  /** Bytes that it would have. */
  sizeAfter(entry: string): number;
  close(): void;
}

/** Only its owner may read it: even without secrets it tells a lot. */
const OWNER_ONLY = 0o600;

/** @returns undefined when there is such a file already */
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

/** @throws InputError when it is no whole file of ours */
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
  const { signature: mark, tail } = layout;
  if (read(handle, 0, mark.length) !== mark) {
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
  // A line that was cut off stays one line, which nobody can read, and takes none with it.
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
  const { head, separator, terminator: end, tail } = layout;
  const { ino, dev } = fstatSync(handle);
  let fileLength = size;
  let isEmpty = empty;
  let added = 0;
  let needsRestore = false;

  /** Takes back what was written of an entry, or of the head. The tail lay where it is put again, so there is room for it. */
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
        // It is tried again before the next entry; what matters is what went wrong first.
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
    `${isEmpty ? '' : separator}${tail === '' ? '' : '\n'}${entry}${end}${tail}`;
  return {
    name,
    append(entry) {
      writeAt(formatEntry(entry), fileLength - tail.length);
      if (entry === '') return;
      isEmpty = false;
      added++;
    },
    isUnchanged() {
      const about = statSync(name, { throwIfNoEntry: false });
      return (
        about !== undefined &&
        about.ino === ino &&
        about.dev === dev &&
        (needsRestore || about.size === fileLength)
      );
    },
    isEmpty: () => isEmpty,
    addedEntries: () => added,
    sizeAfter: entry => fileLength - tail.length + Buffer.byteLength(formatEntry(entry)),
    close: () => closeSync(handle),
  };
}

/** A disk that is nearly full takes a part. @returns where it ends */
function write(handle: number, text: string, position: number): number {
  const bytes = Buffer.from(text);
  let done = 0;
  while (done < bytes.length) done += writeSync(handle, bytes, done, bytes.length - done, position + done);
  return position + bytes.length;
}
