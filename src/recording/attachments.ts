// Bodies that Playwright keeps in files beside the HAR: which ones an entry names.
import { Buffer } from 'node:buffer';
import { isObject } from '../exchange/json.ts';

/** @returns the names under `_file` of a raw HAR entry; only entries that have any are looked into */
export function attachmentNames(bytes: Uint8Array): string[] {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!raw.includes('"_file"')) return [];
  let entry: unknown;
  try {
    entry = JSON.parse(raw.toString('utf8'));
  } catch {
    // It will be told as unreadable when it is converted.
    return [];
  }
  if (!isObject(entry)) return [];
  const { request, response } = entry;
  return [
    attachmentOf(isObject(request) && request.postData),
    attachmentOf(isObject(response) && response.content),
  ].filter(name => name !== undefined);
}

/** The name that a `postData` or `content` gives the file its body is in. */
export function attachmentOf(stored: unknown): string | undefined {
  return isObject(stored) && typeof stored._file === 'string' ? stored._file : undefined;
}
