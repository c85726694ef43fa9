// Byte streams: peeks at the beginning, decompresses gzip, converts UTF-16 to UTF-8, reads a stream into memory.
import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';
import { type ByteStream, DamagedInputError } from './model.ts';

export interface OpenedStream {
  /** At least the first 64 KiB, or all bytes of a shorter stream. */
  readonly head: Buffer;
  /** All bytes, including the head. Can be read once. */
  readonly bytes: ByteStream;
  /** Whether the source was gzip. */
  readonly wasCompressed: boolean;
  /** Stops reading before the end. */
  readonly close: () => Promise<void>;
}

const HEAD_SIZE = 64 * 1024;
/** More white space than this at the beginning is not a recording. */
const MAX_BLANK = 16 * 2 ** 20;

/**
 * Opens a stream: removes up to two layers of gzip and converts UTF-16 to UTF-8.
 * @throws DamagedInputError when the beginning cannot be read
 */
export async function openStream(source: ByteStream): Promise<OpenedStream> {
  let opened = await peekStream(source);
  let layers = 0;
  for (; layers < 2 && isGzip(opened.head); layers++) opened = await peekStream(gunzip(opened.bytes));
  const encoding = detectUtf16(opened.head);
  if (encoding !== undefined) opened = await peekStream(utf16ToUtf8(opened.bytes, encoding));
  return { ...opened, wasCompressed: layers > 0 };
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Whether the data is a zip archive, with members or empty. */
export function isZip(head: Buffer): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2] + 1;
}

/** Redirected output of Windows PowerShell is UTF-16, with or without a byte order mark. A recording begins with ASCII. */
function detectUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const [first = 0, second = 0] = head;
  if (head.length < 2 || first === second) return undefined;
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || first === 0 ? 'utf-16be' : undefined;
}

async function peekStream(source: ByteStream): Promise<Omit<OpenedStream, 'wasCompressed'>> {
  const iterator = source[Symbol.asyncIterator]();
  const headChunks: Uint8Array[] = [];
  let size = 0;
  let blank = true;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  while (!ended && (size < HEAD_SIZE || (blank && size < MAX_BLANK))) {
    try {
      const next = await iterator.next();
      if (next.done === true) {
        ended = true;
      } else {
        // A copy, because the chunk is only valid until the next is requested.
        headChunks.push(Buffer.from(next.value));
        size += next.value.length;
        blank &&= isJsonBlank(next.value);
      }
    } catch (error) {
      // Thrown after the bytes before it.
      failure = { error };
      ended = true;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* headChunks.splice(0);
      if (failure !== undefined) throw failure.error;
      while (!ended) {
        const next = await iterator.next();
        if (next.done === true) ended = true;
        else yield next.value;
      }
    } finally {
      if (!ended) await iterator.return?.();
    }
  }
  // An error before any content: the stream must not look empty.
  if (failure !== undefined && blank) throw failure.error;
  const head = Buffer.concat(headChunks);
  return {
    head,
    bytes: all(),
    async close() {
      if (!ended) await iterator.return?.();
      ended = true;
    },
  };
}

export function isJsonBlank(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** Bytes that are decompressed at a time, so that a decompression bomb does not fill the memory. */
const GUNZIP_SLICE = 64 * 1024;

/**
 * Yields all data before the damage, then throws. stream.pipeline would drop the data that is buffered.
 * @throws DamagedInputError
 */
async function* gunzip(source: ByteStream): AsyncGenerator<Uint8Array> {
  const unzip = zlib.createGunzip({ chunkSize: GUNZIP_SLICE });
  const unpacked: Uint8Array[] = [];
  let fault: NodeJS.ErrnoException | undefined;
  unzip.on('data', (chunk: Uint8Array) => unpacked.push(chunk));
  unzip.on('error', error => {
    fault ??= error;
  });
  const closed = new Promise<void>(done => unzip.once('close', done));
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length && fault === undefined; at += GUNZIP_SLICE) {
        // With damaged data the stream closes without calling back the write.
        const written = new Promise<void>(done =>
          unzip.write(chunk.subarray(at, at + GUNZIP_SLICE), () => done()),
        );
        await Promise.race([written, closed]);
        yield* unpacked.splice(0);
      }
      if (fault !== undefined) break;
    }
    if (fault === undefined) {
      unzip.end();
      await closed;
      yield* unpacked.splice(0);
    }
  } finally {
    unzip.destroy();
  }
  if (fault !== undefined) {
    const isTruncated = fault.code === 'Z_BUF_ERROR';
    throw new DamagedInputError(isTruncated ? 'its gzip data is truncated' : 'its gzip data is damaged');
  }
}

async function* utf16ToUtf8(
  source: ByteStream,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** @returns all bytes; undefined when there are more than `limit` */
export async function readWholeStream(source: ByteStream, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
