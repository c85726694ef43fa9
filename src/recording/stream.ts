// Streams of bytes: looking at their beginning, unpacking gzip, turning UTF-16 into UTF-8, reading short ones whole.
import { Buffer } from 'node:buffer';
import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';
import { type Bytes, DamagedInput } from './input.ts';

export interface Opened {
  /** The first bytes; all of them when there are fewer than 64 KiB. */
  readonly head: Buffer;
  /** All bytes, those of the head included. Can be read once. */
  readonly bytes: Bytes;
  /** Whether this is not what lies on disk, but what was packed in it. */
  readonly unpacked: boolean;
  /** Ends the reading, for whoever does not go on to the end. */
  readonly close: () => Promise<void>;
}

const HEAD = 64 * 1024;
/** So much white space before anything else is no recording. */
const MOST_BLANK = 16 * 2 ** 20;

/**
 * Opens a stream: one or two layers of gzip come off, UTF-16 becomes UTF-8. What is left says what it is by its head.
 * @throws DamagedInput when not even the beginning can be read
 */
export async function openStream(source: Bytes): Promise<Opened> {
  let opened = await peek(source);
  let layers = 0;
  for (; layers < 2 && isGzip(opened.head); layers++) opened = await peek(gunzip(opened.bytes));
  const encoding = utf16Of(opened.head);
  if (encoding !== undefined) opened = await peek(transcode(opened.bytes, encoding));
  return { ...opened, unpacked: layers > 0 };
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** An archive with members, or an empty one. */
export function isZip(head: Buffer): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2] + 1;
}

/** Redirected output of Windows PowerShell is UTF-16 with a byte order mark. */
function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
}

async function peek(source: Bytes): Promise<Omit<Opened, 'unpacked'>> {
  const iterator = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let size = 0;
  let blank = true;
  let ended = false;
  let failed: { readonly error: unknown } | undefined;
  while (!ended && (size < HEAD || (blank && size < MOST_BLANK))) {
    try {
      const next = await iterator.next();
      if (next.done === true) {
        ended = true;
      } else {
        // A copy: the chunk is only good until the next is asked for.
        seen.push(Buffer.from(next.value));
        size += next.value.length;
        blank &&= isBlank(next.value);
      }
    } catch (error) {
      // Told when what came before it has been read.
      failed = { error };
      ended = true;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* seen.splice(0);
      if (failed !== undefined) throw failed.error;
      while (!ended) {
        const next = await iterator.next();
        if (next.done === true) ended = true;
        else yield next.value;
      }
    } finally {
      if (!ended) await iterator.return?.();
    }
  }
  // Nothing but a fault: what failed to begin must not look empty.
  if (failed !== undefined && blank) throw failed.error;
  const head = Buffer.concat(seen);
  return {
    head,
    bytes: all(),
    async close() {
      if (!ended) await iterator.return?.();
      ended = true;
    },
  };
}

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** So little is unpacked at a time that a small bomb never unfolds in memory. */
const SLICE = 64 * 1024;

/**
 * Everything that could be unpacked is yielded before a fault is told: a stream in a pipeline would drop what it holds.
 * @throws DamagedInput
 */
async function* gunzip(source: Bytes): AsyncGenerator<Uint8Array> {
  const unzip = zlib.createGunzip({ chunkSize: SLICE });
  const unpacked: Uint8Array[] = [];
  let fault: NodeJS.ErrnoException | undefined;
  unzip.on('data', (chunk: Uint8Array) => unpacked.push(chunk));
  unzip.on('error', error => {
    fault ??= error;
  });
  const closed = new Promise<void>(done => unzip.once('close', done));
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length && fault === undefined; at += SLICE) {
        // Damaged data closes the stream without an answer to the write.
        const written = new Promise<void>(done => unzip.write(chunk.subarray(at, at + SLICE), () => done()));
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
    const early = fault.code === 'Z_BUF_ERROR';
    throw new DamagedInput(early ? 'its gzip data ends too early' : 'its gzip data is damaged');
  }
}

async function* transcode(source: Bytes, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** @returns all bytes, or undefined when there are more than `limit` */
export async function collect(source: Bytes, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
