// Reads recorded traffic from files, folders, archives and standard input.
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
  /** The stream for the input "-". */
  readonly stdin?: ByteStream;
  /** What places and messages call it. Default "-". */
  readonly stdinName?: string;
  /** Called with the number of bytes read since the last call, compressed as on disk; compare `inputSize`. */
  readonly onBytes?: (count: number) => void;
  /** On abort the generator throws the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** Maximum size in bytes of an archive that is not an uncompressed file, because it is read into memory. */
const ARCHIVE_LIMIT = 512 * 2 ** 20;
const MIB = 2 ** 20;
/** Size of a read buffer in bytes. Larger chunks keep more entries alive at a time, which makes garbage collection slower. */
const CHUNK = 256 * 1024;

/**
 * Yields the entries of all inputs in order, and the end of each file. Yields lists, one for each chunk, because awaiting
 * each entry would take longer than reading it. Memory use is constant. A file that is given twice is read once.
 * @param inputs files, folders (with all recordings below them, sorted by name) or "-"
 * @throws InputError when an input is missing or is not a recording
 */
export async function* readTraffic(
  inputs: readonly string[],
  options: ReadTrafficOptions = {},
): AsyncGenerator<readonly TrafficItem[], void, undefined> {
  for (const input of await findInputs(inputs)) {
    if (input.problem !== undefined) {
      yield [{ kind: 'skipped', file: input.file, message: input.problem }];
      continue;
    }
    let hasEntries = false;
    try {
      for await (const items of readInput(input, options)) {
        hasEntries ||= items.length > 0;
        yield items;
      }
    } catch (error) {
      // A file that yielded entries is a recording, so the error is not skipped.
      if (!(error instanceof NotARecordingError) || input.isExplicit || hasEntries) throw error;
      yield [{ kind: 'skipped', file: input.file, message: error.message }];
    }
  }
}

async function* readInput(
  input: InputFile,
  options: ReadTrafficOptions,
): AsyncGenerator<readonly TrafficItem[]> {
  const { size } = input;
  const { stdin, stdinName, signal, onBytes } = options;
  const isStdin = input.file === '-';
  const file = isStdin ? (stdinName ?? input.file) : input.file;
  let reportedBytes = 0;
  const reportBytes = (bytes: number): void => {
    // The sizes of the members of an archive do not add up to the size of the archive.
    const newBytes = size === undefined ? bytes : Math.min(bytes, size - reportedBytes);
    reportedBytes += newBytes;
    if (newBytes > 0) onBytes?.(newBytes);
  };
  if (isStdin && stdin === undefined) {
    throw new InputError('Standard input is not available. Give a file instead of "-".');
  }
  const source = isStdin ? (stdin as ByteStream) : readChunks(file);
  let opened: OpenedStream | undefined;
  try {
    opened = await openInput(file, countedStream(file, source, reportBytes, signal));
    if (!isZip(opened.head)) {
      yield* readEntries(file, opened, isStdin ? undefined : attachmentsBeside(file));
      return;
    }
    const isPlainFile = size !== undefined && !opened.wasCompressed;
    const archiveSource = isPlainFile ? file : await readWholeStream(opened.bytes, ARCHIVE_LIMIT);
    if (archiveSource === undefined) {
      throw new InputError(
        `${file} is an archive of more than ${ARCHIVE_LIMIT / MIB} MiB. Give it as an uncompressed file path, not through a pipe.`,
      );
    }
    yield* readArchive(file, archiveSource, isPlainFile ? reportBytes : () => {}, signal);
  } finally {
    await opened?.close();
    reportBytes(size ?? 0);
  }
}

/** Alternates two buffers: reads into one while the other is processed. New buffers would pile up before they are collected. */
async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  let current = Buffer.allocUnsafeSlow(CHUNK);
  let next = Buffer.allocUnsafeSlow(CHUNK);
  const read = (buffer: Buffer) => {
    const reading = handle.read(buffer, 0, CHUNK, null);
    // A consumer that stops early does not await this read.
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
  let itemCount = 0;
  try {
    for (const member of archive.recordings) {
      const name = `${file}/${member.name}`;
      try {
        const opened = await openInput(
          name,
          countedStream(name, member.read(), () => {}, signal),
        );
        for await (const items of readEntries(name, opened, archive.readAttachment)) {
          itemCount += items.length;
          yield items;
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
  if (itemCount === 0)
    throw new InputError(`${file} is an archive that contains no recording. ${ACCEPTED_FORMATS}`);
}

/** Passes the bytes on and reports their number, until the signal aborts. */
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
    // After an abort, do not await the last read: it may never end.
    if (signal?.aborted) closed?.catch(() => {});
    else await closed;
  }
}

/** The next chunk. Rejects at once when the signal aborts, even when a pipe sends nothing. */
function nextChunk(
  chunks: AsyncIterator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array>> {
  if (signal === undefined) return chunks.next();
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    const removeListener = (): void => signal.removeEventListener('abort', abort);
    chunks.next().then(resolve, reject).finally(removeListener);
  });
}

/** Reads attachments from the folder of the HAR. Rejects names with a path: recordings are untrusted input. */
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
