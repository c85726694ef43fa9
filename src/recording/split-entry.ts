// The result of a splitter for one entry, and joining its chunks.
import { Buffer } from 'node:buffer';

/** One entry, or why it cannot be read. `number` is its 1-based position, `line` its 1-based line in line formats. */
export type SplitEntry =
  | { readonly number: number; readonly line?: number; readonly bytes: Uint8Array }
  | { readonly number: number; readonly line?: number; readonly message: string };

/** Joins chunks. A single chunk is returned as it is, not copied. */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** @returns the value; undefined when the bytes are not JSON. Accepts a byte order mark. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
