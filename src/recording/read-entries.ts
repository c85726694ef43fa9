// From the bytes of one file to its entries: finds the format, cuts, and tells how the file ended.
import { Buffer } from 'node:buffer';
import { InputError } from '../finding/input-error.ts';
import { attachmentNames } from './attachments.ts';
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

/** Lists of entries, and what a document that has one is. */
const ENTRY_LISTS: readonly { readonly path: readonly string[]; readonly format: RecordingFormat }[] = [
  { path: ['log', 'entries'], format: 'har' },
  { path: ['requests'], format: 'wiremock' },
  { path: ['http_interactions'], format: 'vcr' },
  { path: ['interactions'], format: 'vcr' },
  // The control API's page of a journal, and a plain list of entries.
  { path: ['entries'], format: 'ndjson' },
  { path: [], format: 'ndjson' },
];

const CREATOR_PATHS = [
  ['log', 'creator'],
  ['log', 'browser'],
];

/**
 * Yields the entries of one file, then its end.
 * @throws InputError when it is no recording
 */
export async function* readEntries(
  file: string,
  { head, bytes }: OpenedStream,
  readAttachment: ReadAttachment | undefined,
): AsyncGenerator<readonly TrafficItem[]> {
  // The readers of rare formats are loaded when they are needed: they take several MB of memory.
  switch (detectInputFormat(head)) {
    case 'empty':
      // No line is a recording of nothing, and nobody can say of what kind.
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
    case 'yaml':
      yield* readWhole(file, 'vcr', bytes, (await import('./vcr.ts')).splitCassette);
      return;
    case 'unknown':
      throw new NotARecordingError(`${file} is not a known recording format. ${ACCEPTED_FORMATS}`);
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
  // A creator that stands behind the entries comes too late for them.
  let creator: string | undefined;
  let entries = 0;
  let damageReason: string | undefined;
  try {
    for await (const slice of slices(bytes)) {
      let items: TrafficItem[] = [];
      for (const splitEntry of splitter.push(slice)) {
        if (format === undefined) {
          format = formatOf(file, splitter.matchedList(), splitEntry);
          creator = creatorIn(splitter.extraValues('before'));
        }
        entries = splitEntry.number;
        const traffic = toTrafficItem(file, format, splitEntry, creator);
        const names =
          readAttachment !== undefined && mayHaveAttachments(format, creator)
            ? attachmentNamesIn(traffic)
            : [];
        if (readAttachment === undefined || names.length === 0) {
          items.push(traffic);
        } else {
          // Alone, because bodies may be large.
          yield items;
          items = [];
          yield [await readAttachments(traffic, names, readAttachment)];
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
  const cutOff =
    damageReason === undefined ? end : end === undefined ? damageReason : `${damageReason}: ${end}`;
  if (list === undefined) throw notARecording(file, cutOff, splitter.extraValues('all').size > 0);
  yield [
    toFileEnd(file, format ?? formatOfList(list), entries, creatorIn(splitter.extraValues('all')), cutOff),
  ];
}

/** Bytes. What is cut out of one slice is alive together; what is alive when V8 collects makes its young generation grow. */
const SLICE = 128 * 1024;

async function* slices(bytes: OpenedStream['bytes']): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += SLICE) yield chunk.subarray(at, at + SLICE);
  }
}

function notARecording(file: string, cutOff: string | undefined, beganLikeHar: boolean): InputError {
  if (cutOff === undefined)
    return new NotARecordingError(`${file} is JSON, but contains no recorded traffic. ${ACCEPTED_FORMATS}`);
  const what = beganLikeHar ? 'begins like a HAR' : 'begins like JSON';
  const message = `${file} ${what}, but ends before its first entry: ${cutOff}. Record it again.`;
  return beganLikeHar ? new InputError(message) : new NotARecordingError(message);
}

function formatOfList(list: readonly string[]): RecordingFormat {
  return ENTRY_LISTS.find(({ path }) => path.join() === list.join())?.format ?? 'ndjson';
}

/** Many a document has a list of "entries" or "requests": only a HAR is known by its list alone. */
function formatOf(file: string, list: readonly string[] | undefined, first: SplitEntry): RecordingFormat {
  const format = formatOfList(list ?? []);
  const fits = format === 'har' || ('bytes' in first && Buffer.from(first.bytes).includes('"request"'));
  if (!fits)
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
  const { entries: splitEntries, truncated: cutOff } = splitter.end();
  entries = splitEntries.at(-1)?.number ?? entries;
  yield splitEntries.map(splitEntry => toTrafficItem(file, 'ndjson', splitEntry, undefined));
  yield [toFileEnd(file, 'ndjson', entries, undefined, damageReason ?? cutOff)];
}

/** Reads what has no list that could be cut out of it. */
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

function attachmentNamesIn(traffic: TrafficItem): string[] {
  return traffic.kind === 'entry' ? attachmentNames(traffic.entry.bytes) : [];
}

/** Reads only the bodies that the entry names, when its turn has come. */
async function readAttachments(
  traffic: TrafficItem,
  names: readonly string[],
  readAttachment: ReadAttachment,
): Promise<TrafficItem> {
  if (traffic.kind !== 'entry') return traffic;
  const attachments = new Map<string, Uint8Array>();
  for (const name of names) {
    const content = await readAttachment(name);
    if (content !== undefined) attachments.set(name, content);
  }
  return { kind: 'entry', entry: { ...traffic.entry, attachments } };
}

/** Looking for attachments costs a search of every entry, and only test runners of one family make them. */
function mayHaveAttachments(format: RecordingFormat, creator: string | undefined): boolean {
  return format === 'har' && (creator === undefined || /playwright/i.test(creator));
}

function toFileEnd(
  file: string,
  format: RecordingFormat,
  entries: number,
  creator: string | undefined,
  cutOff: string | undefined,
): TrafficItem {
  return { kind: 'end', end: { file, format, entries, creator, truncated: cutOff } };
}

function creatorIn(notes: ReadonlyMap<string, unknown>): string | undefined {
  return creatorName(notes.get('log.creator')) ?? creatorName(notes.get('log.browser'));
}

function creatorName(note: unknown): string | undefined {
  const name = typeof note === 'object' && note !== null ? (note as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : undefined;
}
