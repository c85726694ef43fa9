// Parses one raw entry of any format. Pure, so that it can run in any thread.
import { TextDecoder } from 'node:util';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { readHarEntry } from './har-reader.ts';
import type { RawEntry, RecordedEntry } from './model.ts';
import { readExchangeLine } from './ndjson.ts';
import { type ParsedEntry, toRecordedEntry } from './parsed-entry.ts';
import { readSavedResponse } from './postman.ts';
import { readInteraction } from './vcr.ts';
import { readServeEvent } from './wiremock.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Never throws because of the content of a recording: an entry that cannot be read becomes `unreadable`, with a message
 * that quotes nothing of it.
 */
export function readRecordedEntry(raw: RawEntry): RecordedEntry {
  const { place } = raw;
  let text: string;
  try {
    text = UTF8.decode(raw.bytes);
  } catch {
    return { kind: 'unreadable', place, message: 'its bytes are not valid UTF-8' };
  }
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    // Do not use the message of JSON.parse: it quotes the text around the error, which may be a secret.
    return { kind: 'unreadable', place, message: 'it is not valid JSON' };
  }
  if (!isObject(entry)) return { kind: 'unreadable', place, message: 'it is not a JSON object' };
  try {
    return toRecordedEntry(place, parseEntry(raw, entry));
  } catch (error) {
    // JSON.parse does not recurse, but JSON.stringify does.
    if (error instanceof RangeError) return { kind: 'unreadable', place, message: 'it is nested too deeply' };
    throw error;
  }
}

function parseEntry({ format, creator, attachments }: RawEntry, entry: JsonObject): ParsedEntry | string {
  switch (format) {
    case 'har':
      return readHarEntry(entry, creator, attachments);
    case 'ndjson':
      return readExchangeLine(entry);
    case 'wiremock':
      return readServeEvent(entry);
    case 'postman':
      return readSavedResponse(entry);
    case 'vcr':
      return readInteraction(entry);
  }
}
