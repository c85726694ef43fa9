// Reads recorded traffic from files, folders, archives and standard input. With find.ts, all that touches the file system here.
import { Buffer } from 'node:buffer';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../finding/input-error.ts';
import { findInputs, type Input, isOfFileSystem, isPerhaps, unreadable } from './find.ts';
import {
  ACCEPTED,
  type Attached,
  type Bytes,
  DamagedInput,
  ENTRY_LIMIT,
  NoTraffic,
  type Traffic,
} from './input.ts';
import { readEntries } from './read.ts';
import { collect, isZip, type Opened, openStream } from './stream.ts';
import { openArchive } from './zip.ts';

export interface ReadOptions {
  /** What the input "-" stands for. */
  readonly stdin?: Bytes;
  /** Told the number of bytes read since it was last called, as they lie on disk; see `inputSize`. */
  readonly onBytes?: (count: number) => void;
  /** Aborting makes the reading throw the signal's reason. */
  readonly signal?: AbortSignal;
}

/** An archive that does not come from a plain file must fit into memory. */
const ARCHIVE_LIMIT = 512 * 2 ** 20;
const MIB = 2 ** 20;
/** Bytes. What is cut out of one chunk is alive together, and what lives longer costs the garbage collector more. */
const CHUNK = 256 * 1024;

/**
 * Yields raw entries, unreadable places and the end of each file, in the order of the inputs and within them, a chunk's
 * worth at a time: awaiting each alone would cost more than reading it. Files are read as they are asked for, in flat
 * memory. A file that is named twice is read once.
 * @param inputs files, folders (all the recordings below them, by name) or "-"
 * @throws InputError when an input is missing or no recording
 */
export async function* readTraffic(
  inputs: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<readonly Traffic[], void, undefined> {
  for (const input of await findInputs(inputs)) {
    let begun = false;
    try {
      for await (const group of readInput(input, options)) {
        begun ||= group.length > 0;
        yield group;
      }
    } catch (error) {
      // What has begun to be a recording is not taken for something else.
      if (!(error instanceof NoTraffic) || input.named || begun) throw error;
      yield [{ kind: 'passed-over', file: input.file, why: error.message }];
    }
  }
}

async function* readInput(input: Input, options: ReadOptions): AsyncGenerator<readonly Traffic[]> {
  const { file, size } = input;
  const { stdin, signal, onBytes } = options;
  let told = 0;
  const tell = (bytes: number): void => {
    // An archive is read by its members, whose sizes are not all of it.
    const news = size === undefined ? bytes : Math.min(bytes, size - told);
    told += news;
    if (news > 0) onBytes?.(news);
  };
  if (file === '-' && stdin === undefined) {
    throw new InputError('There is no standard input to read. Name a file instead of "-".');
  }
  const source = file === '-' ? (stdin as Bytes) : readChunks(file);
  let opened: Opened | undefined;
  try {
    opened = await begin(file, watched(file, source, tell, signal));
    if (!isZip(opened.head)) {
      yield* readEntries(file, opened, file === '-' ? undefined : beside(file));
      return;
    }
    const plain = size !== undefined && !opened.unpacked;
    const from = plain ? file : await collect(opened.bytes, ARCHIVE_LIMIT);
    if (from === undefined) {
      throw new InputError(
        `${file} is an archive of more than ${ARCHIVE_LIMIT / MIB} MiB. Name it as a plain file.`,
      );
    }
    yield* readArchive(file, from, plain ? tell : () => {}, signal);
  } finally {
    await opened?.close();
    tell(size ?? 0);
  }
}

/** Two buffers in turn: one is read into while the other is looked at. New ones would pile up faster than they are collected. */
async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  let current = Buffer.allocUnsafeSlow(CHUNK);
  let next = Buffer.allocUnsafeSlow(CHUNK);
  const read = (buffer: Buffer) => {
    const reading = handle.read(buffer, 0, CHUNK, null);
    // Whoever leaves in the middle does not wait for it.
    reading.catch(() => {});
    return reading;
  };
  let reading = read(current);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = read(next);
      yield current.subarray(0, bytesRead);
      [current, next] = [next, current];
    }
  } finally {
    await Promise.allSettled([reading]);
    await handle.close();
  }
}

async function begin(file: string, bytes: Bytes): Promise<Opened> {
  try {
    return await openStream(bytes);
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    throw new InputError(`${file} cannot be read: ${error.message}. Record it again.`);
  }
}

async function* readArchive(
  file: string,
  from: string | Buffer,
  tell: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Traffic[]> {
  const archive = await openArchive(file, from);
  let read = 0;
  try {
    for (const member of archive.recordings) {
      const name = `${file}/${member.name}`;
      try {
        const opened = await begin(
          name,
          watched(name, member.read(), () => {}, signal),
        );
        for await (const traffic of readEntries(name, opened, archive.attached)) {
          read += traffic.length;
          yield traffic;
        }
      } catch (error) {
        if (!(error instanceof NoTraffic) || !isPerhaps(member.name)) throw error;
        yield [{ kind: 'passed-over', file: name, why: error.message }];
      }
      tell(member.size);
    }
  } finally {
    archive.close();
  }
  if (read === 0) throw new InputError(`${file} is an archive without a recording in it. ${ACCEPTED}`);
}

/** Gives the bytes on, counted, until the signal aborts. */
async function* watched(
  file: string,
  source: Bytes,
  tell: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await nextOf(chunks, signal);
      if (done) return;
      tell(value.length);
      yield value;
    }
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    const closed = chunks.return?.(undefined);
    // After an abort the last read may never end, and nobody waits for it.
    if (signal?.aborted) closed?.catch(() => {});
    else await closed;
  }
}

/** Whoever waits for a pipe that says nothing is free at once when the signal aborts. */
function nextOf(
  chunks: AsyncIterator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array>> {
  if (signal === undefined) return chunks.next();
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    const settled = (): void => signal.removeEventListener('abort', stop);
    chunks.next().then(resolve, reject).finally(settled);
  });
}

/** Bodies that lie in files beside a HAR. A name that leads elsewhere is none: recordings come from strangers. */
function beside(file: string): Attached {
  return async name => {
    if (name !== path.basename(name) || /[\\/]|^\./.test(name)) return undefined;
    const attachment = path.join(path.dirname(file), name);
    try {
      const about = await stat(attachment);
      return about.isFile() && about.size <= ENTRY_LIMIT ? await readFile(attachment) : undefined;
    } catch (error) {
      if (isOfFileSystem(error)) return undefined;
      throw error;
    }
  };
}
