// From the bytes of one file to its entries: finds the format, cuts, and tells how the file ended.
import { Buffer } from 'node:buffer';
import { InputError } from '../finding/input-error.ts';
import { attachmentNames } from './attachments.ts';
import {
  ACCEPTED,
  type Attached,
  DamagedInput,
  ENTRY_LIMIT,
  NoTraffic,
  type Traffic,
  WHOLE_LIMIT,
} from './input.ts';
import { createLineSplitter } from './lines.ts';
import type { Piece } from './piece.ts';
import { splitCollection } from './postman.ts';
import type { Format, Place } from './recorded.ts';
import { sniff } from './sniff.ts';
import { createSplitter } from './split.ts';
import { collect, type Opened } from './stream.ts';
import { splitCassette } from './vcr.ts';

/** Lists of entries, and what a document that has one is. */
const LISTS: readonly { readonly path: readonly string[]; readonly format: Format }[] = [
  { path: ['log', 'entries'], format: 'har' },
  { path: ['requests'], format: 'wiremock' },
  { path: ['http_interactions'], format: 'vcr' },
  { path: ['interactions'], format: 'vcr' },
  // The control API's page of a journal, and a plain list of entries.
  { path: ['entries'], format: 'ndjson' },
  { path: [], format: 'ndjson' },
];

const NOTES = [
  ['log', 'creator'],
  ['log', 'browser'],
];

/**
 * Yields the entries of one file, then its end.
 * @throws InputError when it is no recording
 */
export async function* readEntries(
  file: string,
  { head, bytes }: Opened,
  attached: Attached | undefined,
): AsyncGenerator<readonly Traffic[]> {
  switch (sniff(head)) {
    case 'empty':
      // No line is a recording of nothing, and nobody can say of what kind.
      yield [ending(file, 'ndjson', 0, undefined, undefined)];
      return;
    case 'json':
      yield* readJson(file, bytes, attached);
      return;
    case 'lines':
      yield* readLines(file, bytes);
      return;
    case 'postman':
      yield* readWhole(file, 'postman', bytes, splitCollection);
      return;
    case 'yaml':
      yield* readWhole(file, 'vcr', bytes, splitCassette);
      return;
    case 'unknown':
      throw new NoTraffic(`${file} is no recording that is known here. ${ACCEPTED}`);
  }
}

async function* readJson(
  file: string,
  bytes: Opened['bytes'],
  attached: Attached | undefined,
): AsyncGenerator<readonly Traffic[]> {
  const splitter = createSplitter({
    lists: LISTS.map(({ path }) => path),
    notes: NOTES,
    limit: ENTRY_LIMIT,
  });
  let format: Format | undefined;
  // A creator that stands behind the entries comes too late for them.
  let creator: string | undefined;
  let entries = 0;
  let damage: string | undefined;
  try {
    for await (const chunk of bytes) {
      let ready: Traffic[] = [];
      for (const piece of splitter.push(chunk)) {
        if (format === undefined) {
          format = formatOf(file, splitter.list(), piece);
          creator = creatorIn(splitter.notes('before'));
        }
        entries = piece.number;
        const traffic = toTraffic(file, format, piece, creator);
        const names = attached !== undefined && mayAttach(format, creator) ? namesIn(traffic) : [];
        if (attached === undefined || names.length === 0) {
          ready.push(traffic);
        } else {
          // Alone, because bodies may be large.
          yield ready;
          ready = [];
          yield [await withBodies(traffic, names, attached)];
        }
      }
      yield ready;
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    damage = error.message;
  }
  const end = splitter.end();
  const list = splitter.list();
  const cutOff = damage === undefined ? end : end === undefined ? damage : `${damage}: ${end}`;
  if (list === undefined) throw noTraffic(file, cutOff, splitter.notes('all').size > 0);
  yield [ending(file, format ?? formatOfList(list), entries, creatorIn(splitter.notes('all')), cutOff)];
}

function noTraffic(file: string, cutOff: string | undefined, beganLikeHar: boolean): InputError {
  if (cutOff === undefined) return new NoTraffic(`${file} is JSON, but holds no traffic. ${ACCEPTED}`);
  const what = beganLikeHar ? 'begins like a HAR' : 'begins like JSON';
  const message = `${file} ${what}, but breaks off before its first entry: ${cutOff}. Record it again.`;
  return beganLikeHar ? new InputError(message) : new NoTraffic(message);
}

function formatOfList(list: readonly string[]): Format {
  return LISTS.find(({ path }) => path.join() === list.join())?.format ?? 'ndjson';
}

/** Many a document has a list of "entries" or "requests": only a HAR is known by its list alone. */
function formatOf(file: string, list: readonly string[] | undefined, first: Piece): Format {
  const format = formatOfList(list ?? []);
  const fits = format === 'har' || ('bytes' in first && Buffer.from(first.bytes).includes('"request"'));
  if (!fits) throw new NoTraffic(`${file} is JSON with a list, but no list of traffic. ${ACCEPTED}`);
  return format;
}

async function* readLines(file: string, bytes: Opened['bytes']): AsyncGenerator<readonly Traffic[]> {
  const splitter = createLineSplitter(ENTRY_LIMIT);
  let entries = 0;
  let damage: string | undefined;
  try {
    for await (const chunk of bytes) {
      const pieces = splitter.push(chunk);
      entries = pieces.at(-1)?.number ?? entries;
      yield pieces.map(piece => toTraffic(file, 'ndjson', piece, undefined));
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    damage = error.message;
  }
  const { pieces, cutOff } = splitter.end();
  entries = pieces.at(-1)?.number ?? entries;
  yield pieces.map(piece => toTraffic(file, 'ndjson', piece, undefined));
  yield [ending(file, 'ndjson', entries, undefined, damage ?? cutOff)];
}

/** Reads what has no list that could be cut out of it. */
async function* readWhole(
  file: string,
  format: Format,
  bytes: Opened['bytes'],
  split: (text: string) => readonly unknown[] | string,
): AsyncGenerator<readonly Traffic[]> {
  let whole: Buffer | undefined;
  try {
    whole = await collect(bytes, WHOLE_LIMIT);
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    throw new InputError(`${file} cannot be read: ${error.message}. Record it again.`);
  }
  if (whole === undefined) {
    throw new InputError(
      `${file} is larger than ${WHOLE_LIMIT / 2 ** 20} MiB, too large for its format. Cut it in parts.`,
    );
  }
  const found = split(whole.toString('utf8').replace(/^\uFEFF/, ''));
  if (typeof found === 'string') throw new NoTraffic(`${file} ${found}. ${ACCEPTED}`);
  for (const [index, entry] of found.entries()) {
    const piece = { number: index + 1, bytes: new TextEncoder().encode(JSON.stringify(entry)) };
    yield [toTraffic(file, format, piece, undefined)];
  }
  yield [ending(file, format, found.length, undefined, undefined)];
}

function toTraffic(file: string, format: Format, piece: Piece, creator: string | undefined): Traffic {
  const place: Place = {
    file,
    entry: piece.number,
    ...(piece.line !== undefined && { line: piece.line }),
  };
  if ('why' in piece) return { kind: 'unreadable', place, why: piece.why };
  return { kind: 'entry', entry: { place, format, bytes: piece.bytes, creator } };
}

function namesIn(traffic: Traffic): string[] {
  return traffic.kind === 'entry' ? attachmentNames(traffic.entry.bytes) : [];
}

/** Reads only the bodies that the entry names, when its turn has come. */
async function withBodies(traffic: Traffic, names: readonly string[], attached: Attached): Promise<Traffic> {
  if (traffic.kind !== 'entry') return traffic;
  const attachments = new Map<string, Uint8Array>();
  for (const name of names) {
    const content = await attached(name);
    if (content !== undefined) attachments.set(name, content);
  }
  return { kind: 'entry', entry: { ...traffic.entry, attachments } };
}

/** Looking for attachments costs a search of every entry, and only test runners of one family make them. */
function mayAttach(format: Format, creator: string | undefined): boolean {
  return format === 'har' && (creator === undefined || /playwright/i.test(creator));
}

function ending(
  file: string,
  format: Format,
  entries: number,
  creator: string | undefined,
  cutOff: string | undefined,
): Traffic {
  return { kind: 'end', end: { file, format, entries, creator, cutOff } };
}

function creatorIn(notes: ReadonlyMap<string, unknown>): string | undefined {
  return nameOf(notes.get('log.creator')) ?? nameOf(notes.get('log.browser'));
}

function nameOf(note: unknown): string | undefined {
  const name = typeof note === 'object' && note !== null ? (note as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : undefined;
}
