// Reads texts of one item after the other: lines of JSON, JSON text sequences, server-sent events, CSV.
import { Buffer } from 'node:buffer';
import { describeJsonError } from './body.ts';
import { parseExactJson } from './exact-json.ts';
import { isRecorded } from './exchange.ts';
import { type ImpreciseNumber, impreciseNumbers, MAX_IMPRECISE } from './imprecise-numbers.ts';
import { isDeeplyNested } from './json-depth.ts';
import { type ItemFormat, itemFormatOf, mediaTypeOf } from './media-type.ts';
import type { Message } from './text-body.ts';

/** The items, or the index of the first one that cannot be read, and why. */
export type ReadItems =
  /** `imprecise`: as of the list of the items. */
  | { readonly items: readonly unknown[]; readonly imprecise: readonly ImpreciseNumber[] }
  | { readonly malformed: string; readonly index: number };

/** A server-sent event: only the fields that it has. */
export interface SentEvent {
  readonly event?: string;
  readonly data: string;
  readonly id?: string;
  readonly retry?: number;
}

/** A record of a table: the texts of its cells. */
export type TableRow = readonly string[];

/**
 * Reads the items of a text: JSON values, SentEvents or TableRows.
 * @param text without a byte order mark
 */
export function readItems(format: ItemFormat, text: string): ReadItems {
  switch (format) {
    case 'json-lines':
    case 'json-seq':
      return readJsonItems(splitItems(format, text));
    case 'events':
      return { items: readEvents(text), imprecise: [] };
    case 'csv':
      return readTable(text);
    case 'tsv':
      return { items: readTabs(text), imprecise: [] };
  }
}

/**
 * The parts of a text that can be sent one by one, each with its end mark. A table is one part.
 * @example
 * splitItems('json-lines', '{"id":1}\n{"id":2}\n') // ['{"id":1}\n', '{"id":2}\n']
 */
export function splitItems(format: ItemFormat, text: string): string[] {
  switch (format) {
    case 'json-lines':
      return text.match(/[^\n]+\n?|\n/g) ?? [];
    case 'json-seq':
      return text
        .split(SEPARATOR)
        .map((part, index) => (index === 0 ? part : SEPARATOR + part))
        .filter(part => part !== '');
    case 'events':
      return text.split(/(?<=\n\n|\r\n\r\n|\r\r)/);
    default:
      return text === '' ? [] : [text];
  }
}

/** The items at the beginning of a body that are complete; undefined: there are none, or the media type has no items. */
export function completeItems(message: Message): Uint8Array | undefined {
  const items = bodyItems(message) ?? [];
  const isEvents = mediaTypeOf(message.headers)?.essence === 'text/event-stream';
  const end = isEvents ? /(?:\n\n|\r\n\r\n|\r\r)$/ : /\n$/;
  const isCut = !end.test(Buffer.from(items.at(-1)?.subarray(-4) ?? []).toString('latin1'));
  const complete = isCut ? items.slice(0, -1) : items;
  return complete.length === 0 ? undefined : Buffer.concat(complete);
}

/** Of JSON text sequences (RFC 7464). It begins an item. */
const SEPARATOR = '\x1e';

/** The parts of a body that are sent one by one: its items. Undefined: the media type has no items, or is a table. */
export function bodyItems({ headers, body }: Message): readonly Uint8Array[] | undefined {
  const format = itemFormatOf(mediaTypeOf(headers)?.essence ?? '');
  if (format === undefined || format === 'csv' || format === 'tsv' || !isRecorded(body) || body.length === 0)
    return undefined;
  // One character for each byte: the marks of items are ASCII.
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  return splitItems(format, text).map(item => Buffer.from(item, 'latin1'));
}

function readJsonItems(texts: readonly string[]): ReadItems {
  const items: unknown[] = [];
  const imprecise: ImpreciseNumber[] = [];
  for (const each of texts) {
    // RFC 7464 section 2.1: several record separators in a row are one.
    const text = each.startsWith(SEPARATOR) ? each.slice(1) : each;
    if (text.trim() === '') continue;
    if (isDeeplyNested(text)) return { malformed: 'it is nested too deeply', index: items.length };
    try {
      items.push(parseExactJson(text));
    } catch {
      return { malformed: `it is not JSON: ${describeJsonError(text)}`, index: items.length };
    }
    if (imprecise.length >= MAX_IMPRECISE) continue;
    const index = String(items.length - 1);
    for (const number of impreciseNumbers(text)) imprecise.push({ ...number, path: [index, ...number.path] });
  }
  return { items, imprecise: imprecise.slice(0, MAX_IMPRECISE) };
}

/** HTML, "Interpreting an event stream". An event at the end counts without its blank line, as in OpenAPI 3.2. */
function readEvents(text: string): SentEvent[] {
  const events: SentEvent[] = [];
  let fields: { event?: string; id?: string; retry?: number } = {};
  let data: string[] = [];
  const dispatch = (): void => {
    // An event without data is not dispatched: it sets the reconnection time or the last id only.
    if (data.length > 0 && (data.length > 1 || data[0] !== ''))
      events.push({ ...fields, data: data.join('\n') });
    fields = {};
    data = [];
  };
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') {
      dispatch();
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') data.push(value);
    else if (name === 'event') fields.event = value;
    else if (name === 'id' && !value.includes('\0')) fields.id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) fields.retry = Number(value);
  }
  dispatch();
  return events;
}

/** A cell of a table, and its place in the text with its quotes. */
export interface TableCell {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function readTable(text: string): ReadItems {
  const rows = tableCells(text);
  return 'malformed' in rows ? rows : { items: rows.map(row => row.map(cell => cell.text)), imprecise: [] };
}

/** The records of CSV (RFC 4180). Empty lines are no records. */
export function tableCells(
  text: string,
): readonly (readonly TableCell[])[] | Extract<ReadItems, { malformed: string }> {
  const rows: TableCell[][] = [];
  let row: TableCell[] = [];
  for (let at = 0; at <= text.length; ) {
    const from = at;
    let cell: string;
    if (text[at] === '"') {
      const quoted = readQuoted(text, at + 1);
      if (quoted === undefined) return { malformed: 'a quoted cell has no end', index: rows.length };
      cell = quoted.cell;
      at = quoted.end;
      if (!isCellEnd(text[at])) return { malformed: 'a quoted cell is followed by text', index: rows.length };
    } else {
      while (!isCellEnd(text[at])) at++;
      cell = text.slice(from, at);
    }
    row.push({ text: cell, from, to: at });
    const end = text[at];
    at += end === '\r' && text[at + 1] === '\n' ? 2 : 1;
    if (end === ',') continue;
    if (row.length > 1 || row[0]?.from !== row[0]?.to) rows.push(row);
    row = [];
  }
  return rows;
}

function isCellEnd(character: string | undefined): boolean {
  return character === undefined || character === ',' || character === '\r' || character === '\n';
}

/** The cell after an opening quote, and the offset after its closing quote; undefined: it has none. */
function readQuoted(text: string, start: number): { cell: string; end: number } | undefined {
  for (let from = start; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return undefined;
    if (text[quote + 1] !== '"')
      return { cell: text.slice(start, quote).replaceAll('""', '"'), end: quote + 1 };
    from = quote + 2;
  }
}

/** Cells of this format contain neither tabs nor ends of lines, and no quotes with a meaning. */
function readTabs(text: string): TableRow[] {
  return text
    .split(/\r\n|\n|\r/)
    .filter(line => line !== '')
    .map(line => line.split('\t'));
}
