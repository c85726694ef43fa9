// Reads recorded traffic from files, folders, archives and standard input. With find.ts, all that touches the file system here.
import { Buffer } from 'node:buffer';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../finding/input-error.ts';
import { isZip, type OpenedStream, openStream, readWholeStream } from './byte-stream.ts';
import {
  findInputs,
  type InputFile,
  isAmbiguousName,
  isFileSystemError,
  toInputFileError,
} from './find-inputs.ts';
import {
  ACCEPTED_FORMATS,
  type ByteStream,
  DamagedInputError,
  ENTRY_LIMIT,
  NotARecordingError,
  type ReadAttachment,
  type TrafficItem,
} from './model.ts';
import { readEntries } from './read-entries.ts';

export interface ReadTrafficOptions {
  /** What the input "-" stands for. */
  readonly stdin?: ByteStream;
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
  options: ReadTrafficOptions = {},
): AsyncGenerator<readonly TrafficItem[], void, undefined> {
  for (const input of await findInputs(inputs)) {
    let hasEntries = false;
    try {
      for await (const group of readInput(input, options)) {
        hasEntries ||= group.length > 0;
        yield group;
      }
    } catch (error) {
      // What has begun to be a recording is not taken for something else.
      if (!(error instanceof NotARecordingError) || input.isExplicit || hasEntries) throw error;
      yield [{ kind: 'skipped', file: input.file, message: error.message }];
    }
  }
}

async function* readInput(
  input: InputFile,
  options: ReadTrafficOptions,
): AsyncGenerator<readonly TrafficItem[]> {
  const { file, size } = input;
  const { stdin, signal, onBytes } = options;
  let reportedBytes = 0;
  const reportBytes = (bytes: number): void => {
    // An archive is read by its members, whose sizes are not all of it.
    const newBytes = size === undefined ? bytes : Math.min(bytes, size - reportedBytes);
    reportedBytes += newBytes;
    if (newBytes > 0) onBytes?.(newBytes);
  };
  if (file === '-' && stdin === undefined) {
    throw new InputError('Standard input is not available. Give a file instead of "-".');
  }
  const source = file === '-' ? (stdin as ByteStream) : readChunks(file);
  let opened: OpenedStream | undefined;
  try {
    opened = await openInput(file, countedStream(file, source, reportBytes, signal));
    if (!isZip(opened.head)) {
      yield* readEntries(file, opened, file === '-' ? undefined : attachmentsBeside(file));
      return;
    }
    const plain = size !== undefined && !opened.wasCompressed;
    const archiveSource = plain ? file : await readWholeStream(opened.bytes, ARCHIVE_LIMIT);
    if (archiveSource === undefined) {
      throw new InputError(
        `${file} is an archive of more than ${ARCHIVE_LIMIT / MIB} MiB. Give it as an uncompressed file path, not through a pipe.`,
      );
    }
    yield* readArchive(file, archiveSource, plain ? reportBytes : () => {}, signal);
  } finally {
    await opened?.close();
    reportBytes(size ?? 0);
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

async function openInput(file: string, bytes: ByteStream): Promise<OpenedStream> {
  try {
    return await openStream(bytes);
  } catch (error) {
    if (!(error instanceof DamagedInputError)) throw error;
    throw new InputError(`${file} cannot be read: ${error.message}. Record it again.`);
  }
}

async function* readArchive(
  file: string,
  archiveSource: string | Buffer,
  reportBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TrafficItem[]> {
  const { openArchive } = await import('./zip.ts');
  const archive = await openArchive(file, archiveSource);
  let read = 0;
  try {
    for (const member of archive.recordings) {
      const name = `${file}/${member.name}`;
      try {
        const opened = await openInput(
          name,
          countedStream(name, member.read(), () => {}, signal),
        );
        for await (const traffic of readEntries(name, opened, archive.readAttachment)) {
          read += traffic.length;
          yield traffic;
        }
      } catch (error) {
        if (!(error instanceof NotARecordingError) || !isAmbiguousName(member.name)) throw error;
        yield [{ kind: 'skipped', file: name, message: error.message }];
      }
      reportBytes(member.size);
    }
  } finally {
    archive.close();
  }
  if (read === 0)
    throw new InputError(`${file} is an archive that contains no recording. ${ACCEPTED_FORMATS}`);
}

/** Gives the bytes on, counted, until the signal aborts. */
async function* countedStream(
  file: string,
  source: ByteStream,
  reportBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await nextChunk(chunks, signal);
      if (done) return;
      reportBytes(value.length);
      yield value;
    }
  } catch (error) {
    throw toInputFileError(file, error);
  } finally {
    const closed = chunks.return?.(undefined);
    // After an abort the last read may never end, and nobody waits for it.
    if (signal?.aborted) closed?.catch(() => {});
    else await closed;
  }
}

/** Whoever waits for a pipe that says nothing is free at once when the signal aborts. */
function nextChunk(
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
function attachmentsBeside(file: string): ReadAttachment {
  return async name => {
    if (name !== path.basename(name) || /[\\/]|^\./.test(name)) return undefined;
    const attachment = path.join(path.dirname(file), name);
    try {
      const stats = await stat(attachment);
      return stats.isFile() && stats.size <= ENTRY_LIMIT ? await readFile(attachment) : undefined;
    } catch (error) {
      if (isFileSystemError(error)) return undefined;
      throw error;
    }
  };
}
