// One entry as a splitter returns it: its bytes, or why it cannot be read.

/** One element, or why it could not be had. `number` is its 1-based position, `line` its 1-based line in line formats. */
export type SplitEntry =
  | { readonly number: number; readonly line?: number; readonly bytes: Uint8Array }
  | { readonly number: number; readonly line?: number; readonly message: string };

/** One part is handed on as it is, a view of its chunk. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
