// Attachments: bodies that Playwright stores in separate files next to the HAR. Finds their names and reads them.
import { Buffer } from 'node:buffer';
import { isObject } from '../exchange/json.ts';
import type { ReadAttachment, RecordingFormat, TrafficItem } from './model.ts';

/** @returns the values of `_file` in a raw HAR entry; entries without that member are not parsed */
export function attachmentNamesOf(item: TrafficItem): string[] {
  if (item.kind !== 'entry') return [];
  const { bytes } = item.entry;
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!raw.includes('"_file"')) return [];
  let entry: unknown;
  try {
    entry = JSON.parse(raw.toString('utf8'));
  } catch {
    // Parsing the entry later reports it as unreadable.
    return [];
  }
  if (!isObject(entry)) return [];
  const { request, response } = entry;
  return [
    attachmentOf(isObject(request) && request.postData),
    attachmentOf(isObject(response) && response.content),
  ].filter(name => name !== undefined);
}

/** The attachment that a `postData` or `content` names. */
export function attachmentOf(stored: unknown): string | undefined {
  return isObject(stored) && typeof stored._file === 'string' ? stored._file : undefined;
}

/** Adds the attachments with these names to the entry. */
export async function readAttachments(
  item: TrafficItem,
  names: readonly string[],
  readAttachment: ReadAttachment,
): Promise<TrafficItem> {
  if (item.kind !== 'entry') return item;
  const attachments = new Map<string, Uint8Array>();
  for (const name of names) {
    const content = await readAttachment(name);
    if (content !== undefined) attachments.set(name, content);
  }
  return { kind: 'entry', entry: { ...item.entry, attachments } };
}

/** Only Playwright writes attachments. Searching the entries of other recorders for them would be a waste. */
export function mayHaveAttachments(format: RecordingFormat, creator: string | undefined): boolean {
  return format === 'har' && (creator === undefined || /playwright/i.test(creator));
}
