// Reads the entries of one file: detects the format, splits the bytes, and reports how the file ends.
import { Buffer } from 'node:buffer';
import { InputError } from '../finding/input-error.ts';
import { attachmentNamesOf, mayHaveAttachments, readAttachments } from './attachments.ts';
import { type OpenedStream, readWholeStream } from './byte-stream.ts';
import { detectInputFormat } from './detect-format.ts';
import type { EntryLocation, RecordingFormat } from './model.ts';
import {
  ACCEPTED_FORMATS,
  DamagedInputError,
  DOCUMENT_LIMIT,
  ENTRY_LIMIT,
  NotARecordingError,
  type ReadAttachment,
  type TrafficItem,
} from './model.ts';
import type { SplitEntry } from './split-entry.ts';
import { createJsonSplitter } from './split-json.ts';
import { createLineSplitter } from './split-lines.ts';

/** The lists that contain entries, and the format of a document with such a list. */
const ENTRY_LISTS: readonly { readonly path: readonly string[]; readonly format: RecordingFormat }[] = [
  { path: ['log', 'entries'], format: 'har' },
  { path: ['requests'], format: 'wiremock' },
  { path: ['http_interactions'], format: 'vcr' },
  { path: ['interactions'], format: 'vcr' },
  // A page of a journal from the control API, and a plain list of entries.
  { path: ['entries'], format: 'ndjson' },
  { path: [], format: 'ndjson' },
];

const CREATOR_PATHS = [
  ['log', 'creator'],
  ['log', 'browser'],
];

/**
 * Yields the entries of one file, then its end.
 * @throws InputError when the file is not a recording
 */
export async function* readEntries(
  file: string,
  { head, bytes }: OpenedStream,
  readAttachment: ReadAttachment | undefined,
): AsyncGenerator<readonly TrafficItem[]> {
  // Load the readers of rare formats only when needed: they take several MB of memory.
  switch (detectInputFormat(head)) {
    case 'empty':
      // An empty file is a recording without entries; its format is unknown.
      yield [toFileEnd(file, 'ndjson', 0, undefined, undefined)];
      return;
    case 'json':
      yield* readJson(file, bytes, readAttachment);
      return;
    case 'lines':
      yield* readLines(file, bytes);
      return;
    case 'postman':
      yield* readWhole(file, 'postman', bytes, (await import('./postman.ts')).splitCollection);
      return;
    case 'vcr-yaml':
      yield* readWhole(file, 'vcr', bytes, (await import('./vcr.ts')).splitCassette);
      return;
    case 'unknown':
      throw new NotARecordingError(
        /^(openapi|swagger)['"]?:/m.test(head.toString('latin1'))
          ? `${file} is an OpenAPI document, and not a recording: name it with --specs. ${ACCEPTED_FORMATS}`
          : `${file} is not a known recording format. ${ACCEPTED_FORMATS}`,
      );
  }
}

async function* readJson(
  file: string,
  bytes: OpenedStream['bytes'],
  readAttachment: ReadAttachment | undefined,
): AsyncGenerator<readonly TrafficItem[]> {
  const splitter = createJsonSplitter({
    lists: ENTRY_LISTS.map(({ path }) => path),
    extraValues: CREATOR_PATHS,
    limit: ENTRY_LIMIT,
  });
  let format: RecordingFormat | undefined;
  // Known only if it comes before the entries.
  let creator: string | undefined;
  let entries = 0;
  let damageReason: string | undefined;
  try {
    for await (const slice of slices(bytes)) {
      let items: TrafficItem[] = [];
      for (const splitEntry of splitter.push(slice)) {
        if (format === undefined) {
          format = formatOf(file, splitter.matchedList(), splitEntry);
          creator = creatorIn(splitter.extraValues('before-list'));
        }
        entries = splitEntry.number;
        const item = toTrafficItem(file, format, splitEntry, creator);
        const names =
          readAttachment !== undefined && mayHaveAttachments(format, creator) ? attachmentNamesOf(item) : [];
        if (readAttachment === undefined || names.length === 0) {
          items.push(item);
        } else {
          // One entry at a time, because attachments may be large.
          yield items;
          items = [];
          yield [await readAttachments(item, names, readAttachment)];
        }
      }
      yield items;
    }
  } catch (error) {
    if (!(error instanceof DamagedInputError)) throw error;
    damageReason = error.message;
  }
  const end = splitter.end();
  const list = splitter.matchedList();
  const truncated =
    damageReason === undefined ? end : end === undefined ? damageReason : `${damageReason}: ${end}`;
  if (list === undefined) throw notARecording(file, truncated, splitter.extraValues('all').size > 0);
  yield [
    toFileEnd(file, format ?? formatOfList(list), entries, creatorIn(splitter.extraValues('all')), truncated),
  ];
}

/** Bytes that are split at a time. All entries of a slice are alive together, and live entries make V8 enlarge its young generation. */
const SLICE = 128 * 1024;

async function* slices(bytes: OpenedStream['bytes']): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += SLICE) yield chunk.subarray(at, at + SLICE);
  }
}

function notARecording(file: string, truncated: string | undefined, hasHarHeader: boolean): InputError {
  if (truncated === undefined)
    return new NotARecordingError(`${file} is JSON, but contains no recorded traffic. ${ACCEPTED_FORMATS}`);
  const start = hasHarHeader ? 'begins like a HAR' : 'begins like JSON';
  const message = `${file} ${start}, but ends before its first entry: ${truncated}. Record it again.`;
  return hasHarHeader ? new InputError(message) : new NotARecordingError(message);
}

function formatOfList(list: readonly string[]): RecordingFormat {
  return ENTRY_LISTS.find(({ path }) => path.join() === list.join())?.format ?? 'ndjson';
}

/** Other documents have lists named "entries" or "requests", too. Only the list of a HAR is unambiguous. */
function formatOf(file: string, list: readonly string[] | undefined, first: SplitEntry): RecordingFormat {
  const format = formatOfList(list ?? []);
  const isRecording =
    format === 'har' || ('bytes' in first && Buffer.from(first.bytes).includes('"request"'));
  if (!isRecording)
    throw new NotARecordingError(
      `${file} is JSON with a list, but not a list of recorded exchanges. ${ACCEPTED_FORMATS}`,
    );
  return format;
}

async function* readLines(
  file: string,
  bytes: OpenedStream['bytes'],
): AsyncGenerator<readonly TrafficItem[]> {
  const splitter = createLineSplitter(ENTRY_LIMIT);
  let entries = 0;
  let damageReason: string | undefined;
  try {
    for await (const chunk of bytes) {
      const splitEntries = splitter.push(chunk);
      entries = splitEntries.at(-1)?.number ?? entries;
      yield splitEntries.map(splitEntry => toTrafficItem(file, 'ndjson', splitEntry, undefined));
    }
  } catch (error) {
    if (!(error instanceof DamagedInputError)) throw error;
    damageReason = error.message;
  }
  const { entries: splitEntries, truncated } = splitter.end();
  entries = splitEntries.at(-1)?.number ?? entries;
  yield splitEntries.map(splitEntry => toTrafficItem(file, 'ndjson', splitEntry, undefined));
  yield [toFileEnd(file, 'ndjson', entries, undefined, damageReason ?? truncated)];
}

/** Reads a format that has to be parsed as a whole. */
async function* readWhole(
  file: string,
  format: RecordingFormat,
  bytes: OpenedStream['bytes'],
  split: (text: string) => readonly unknown[] | string,
): AsyncGenerator<readonly TrafficItem[]> {
  let buffer: Buffer | undefined;
  try {
    buffer = await readWholeStream(bytes, DOCUMENT_LIMIT);
  } catch (error) {
    if (!(error instanceof DamagedInputError)) throw error;
    throw new InputError(`${file} cannot be read: ${error.message}. Record it again.`);
  }
  if (buffer === undefined) {
    throw new InputError(
      `${file} is larger than ${DOCUMENT_LIMIT / 2 ** 20} MiB, too large for its format. Split it.`,
    );
  }
  const entryList = split(buffer.toString('utf8').replace(/^\uFEFF/, ''));
  if (typeof entryList === 'string')
    throw new NotARecordingError(`${file} ${entryList}. ${ACCEPTED_FORMATS}`);
  for (const [index, entry] of entryList.entries()) {
    const splitEntry = { number: index + 1, bytes: new TextEncoder().encode(JSON.stringify(entry)) };
    yield [toTrafficItem(file, format, splitEntry, undefined)];
  }
  yield [toFileEnd(file, format, entryList.length, undefined, undefined)];
}

function toTrafficItem(
  file: string,
  format: RecordingFormat,
  splitEntry: SplitEntry,
  creator: string | undefined,
): TrafficItem {
  const place: EntryLocation = {
    file,
    entry: splitEntry.number,
    ...(splitEntry.line !== undefined && { line: splitEntry.line }),
  };
  if ('message' in splitEntry) return { kind: 'unreadable', place, message: splitEntry.message };
  return { kind: 'entry', entry: { place: place, format, bytes: splitEntry.bytes, creator } };
}

function toFileEnd(
  file: string,
  format: RecordingFormat,
  entries: number,
  creator: string | undefined,
  truncated: string | undefined,
): TrafficItem {
  return { kind: 'end', end: { file, format, entries, creator, truncated } };
}

function creatorIn(values: ReadonlyMap<string, unknown>): string | undefined {
  return creatorName(values.get('log.creator')) ?? creatorName(values.get('log.browser'));
}

function creatorName(value: unknown): string | undefined {
  const name = typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : undefined;
}
