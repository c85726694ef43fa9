// A file that ends in the same tail after every entry: each entry overwrites it, together with a new one, in one write.
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { InputError } from '../finding/input-error.ts';
import { sniff } from './sniff.ts';

/** How entries are put together to a file. */
export interface Shape {
  readonly head: string;
  /** Between two entries. */
  readonly separator: string;
  /** After each of them. */
  readonly end: string;
  /** What makes the file whole; empty where every entry does. */
  readonly tail: string;
  /** What a file of ours begins with; empty: lines of JSON. */
  readonly mark: string;
}

export interface TailedFile {
  readonly name: string;
  /** @throws Node's own error when it cannot be written; the file is then as it was before */
  add(entry: string): void;
  /**
   * Whether the file still has its name, and is as it was left: what has no name can be written to, and nobody will
   * ever read it; and behind the end of what somebody cut off, an entry would stand alone.
   */
  isThere(): boolean;
  /** No entry is in it, old or new. */
  isEmpty(): boolean;
  /** Entries that were added by this process. */
  own(): number;
  /** Bytes that it would have. */
  sizeWith(entry: string): number;
  close(): void;
}

/** Only its owner may read it: even without secrets it tells a lot. */
const MODE = 0o600;

/** @returns undefined when there is such a file already */
export function createFile(name: string, shape: Shape): TailedFile | undefined {
  let handle: number;
  try {
    handle = openSync(name, 'wx+', MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  return tailed(name, handle, shape, 0, true);
}

/** @throws InputError when it is no whole file of ours */
export function continueFile(name: string, shape: Shape): TailedFile {
  const handle = openSync(name, 'r+', MODE);
  try {
    const { size } = fstatSync(handle);
    if (size === 0) return tailed(name, handle, shape, 0, true);
    return shape.tail === ''
      ? continueLines(name, handle, shape, size)
      : continueWhole(name, handle, shape, size);
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

function continueWhole(name: string, handle: number, shape: Shape, size: number): TailedFile {
  const { mark, tail } = shape;
  if (read(handle, 0, mark.length) !== mark) {
    throw new InputError(
      `${name} was not recorded by deadringer, and cannot be gone on in: choose another file`,
    );
  }
  const last = read(handle, size - tail.length - 1, tail.length + 1);
  if (!last.endsWith(tail)) {
    throw new InputError(
      `${name} was cut off, and going on in it would hide that: keep it, it can be read, and choose another file`,
    );
  }
  return tailed(name, handle, shape, size, last.startsWith('['));
}

function continueLines(name: string, handle: number, shape: Shape, size: number): TailedFile {
  const head = Buffer.from(read(handle, 0, Math.min(size, 64 * 1024)));
  if (sniff(head) !== 'lines') {
    throw new InputError(`${name} holds no lines of JSON, and cannot be gone on in: choose another file`);
  }
  const file = tailed(name, handle, shape, size, false);
  // A line that was cut off stays one line, which nobody can read, and takes none with it.
  if (read(handle, size - 1, 1) !== '\n') file.add('');
  return file;
}

function read(handle: number, position: number, length: number): string {
  const buffer = Buffer.alloc(length);
  const count = readSync(handle, buffer, 0, length, Math.max(0, position));
  return buffer.toString('utf8', 0, count);
}

function tailed(name: string, handle: number, shape: Shape, size: number, empty: boolean): TailedFile {
  const { head, separator, end, tail } = shape;
  const { ino, dev } = fstatSync(handle);
  let whole = size;
  let isEmpty = empty;
  let own = 0;
  let dirty = false;

  /** Takes back what was written of an entry, or of the head. The tail lay where it is put again, so there is room for it. */
  const takeBack = (): void => {
    dirty = true;
    ftruncateSync(handle, whole);
    if (whole > 0) write(handle, tail, whole - tail.length);
    dirty = false;
  };
  const put = (text: string, position: number): void => {
    if (dirty) takeBack();
    try {
      whole = write(handle, text, position);
    } catch (error) {
      try {
        takeBack();
      } catch {
        // It is tried again before the next entry; what matters is what went wrong first.
      }
      throw error;
    }
  };
  if (size === 0 && head !== '') {
    try {
      put(head + tail, 0);
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  }

  const written = (entry: string): string =>
    `${isEmpty ? '' : separator}${tail === '' ? '' : '\n'}${entry}${end}${tail}`;
  return {
    name,
    add(entry) {
      put(written(entry), whole - tail.length);
      if (entry === '') return;
      isEmpty = false;
      own++;
    },
    isThere() {
      const about = statSync(name, { throwIfNoEntry: false });
      return about !== undefined && about.ino === ino && about.dev === dev && (dirty || about.size === whole);
    },
    isEmpty: () => isEmpty,
    own: () => own,
    sizeWith: entry => whole - tail.length + Buffer.byteLength(written(entry)),
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
