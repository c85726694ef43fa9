// Reads a text of items as the list that a schema describes: JSON values, server-sent events, records of a table.

import type { ImpreciseNumber } from '../exchange/imprecise-numbers.ts';
import { type ReadItems, readItems, type SentEvent, type TableRow } from '../exchange/items.ts';
import { type ItemFormat, itemFormatOf, type MediaType } from '../exchange/media-type.ts';
import type { OpenApiVersion } from './openapi-version.ts';
import { isStructured, memberValue, type TypeHints } from './type-hints.ts';

/** The list, or the index of the first item that cannot be read, with a clause that a message can quote. */
export type ItemList =
  | { readonly json: readonly unknown[]; readonly imprecise: readonly ImpreciseNumber[] }
  | { readonly malformed: string; readonly index: number };

/**
 * @param hints of the list; a schema without types describes JSON values and events, but no records
 * @returns undefined if the schema describes the text as a whole, or the media type has no items
 */
export function readItemList(
  version: OpenApiVersion,
  hints: TypeHints,
  mediaType: MediaType | undefined,
  text: string,
): ItemList | undefined {
  const format = itemFormatOf(mediaType?.essence ?? '');
  if (format === undefined || !hints.types.has('array') || hints.types.has('string')) return undefined;
  const read = readItems(format, text);
  if ('malformed' in read) return read;
  const items = itemsIn(format, version, hints.items, read, mediaType?.parameters.header);
  return 'malformed' in items ? items : { json: items.json, imprecise: read.imprecise };
}

type Converted = { readonly json: readonly unknown[] } | Extract<ItemList, { malformed: string }>;

function itemsIn(
  format: ItemFormat,
  version: OpenApiVersion,
  hints: TypeHints | undefined,
  { items }: Extract<ReadItems, { items: unknown }>,
  header: string | undefined,
): Converted {
  switch (format) {
    case 'events':
      return version === '3.2' ? { json: items } : eventValues(items as readonly SentEvent[], hints);
    case 'csv':
    case 'tsv':
      return recordValues(items as readonly TableRow[], hints, header);
    default:
      return { json: items };
  }
}

/** What an event is to clients: the fields that the format has. */
const EVENT_FIELDS: readonly string[] = ['event', 'data', 'id', 'retry'] satisfies (keyof SentEvent)[];

/** True for an object with no members but fields of an event. */
export function hasEventFields(names: readonly string[]): boolean {
  return names.includes('data') && names.every(name => EVENT_FIELDS.includes(name));
}

/** Before OpenAPI 3.2 documents describe the event, or its data only, which is JSON where the schema is of an object. */
function eventValues(events: readonly SentEvent[], hints: TypeHints | undefined): Converted {
  const names = [...(hints?.properties.keys() ?? [])];
  const isWhole = hasEventFields(names);
  const data = isWhole ? hints?.properties.get('data') : hints;
  const values: unknown[] = [];
  for (const [index, event] of events.entries()) {
    // Streams of objects end with this mark by convention.
    if (index === events.length - 1 && event.data === '[DONE]' && isStructured(data)) break;
    const value = dataValue(data, event.data);
    if ('malformed' in value) return { ...value, index };
    values.push(isWhole ? { ...event, data: value.json } : value.json);
  }
  return { json: values };
}

function dataValue(
  hints: TypeHints | undefined,
  text: string,
): { readonly json: unknown } | { readonly malformed: string } {
  if (!isStructured(hints)) return { json: memberValue(hints, text) };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { malformed: 'the data of the event is not JSON' };
  }
}

/**
 * Records as objects whose names are in the first one, as lists of cells, or each cell as an item.
 * @param header the parameter of the media type (RFC 4180 section 3)
 */
function recordValues(
  rows: readonly TableRow[],
  hints: TypeHints | undefined,
  header: string | undefined,
): Converted {
  const types = hints?.types ?? new Set();
  const isNamed = types.size === 0 || types.has('object');
  if (hints !== undefined && !isNamed) {
    const records = header === 'present' ? rows.slice(1) : rows;
    return types.has('array')
      ? { json: records.map(row => row.map((cell, index) => cellValue(hints.items, cell) ?? row[index])) }
      : { json: records.flatMap(row => row.map(cell => memberValue(hints, cell))) };
  }
  const [names = [], ...records] = rows;
  for (const [index, row] of records.entries())
    if (row.length > names.length)
      return {
        malformed: `it has ${row.length} cells; the header has ${names.length} names`,
        index,
      };
  return {
    json: records.map(row =>
      Object.fromEntries(
        row.flatMap((cell, index): [string, unknown][] => {
          const name = names[index] ?? '';
          const value = cellValue(hints?.properties.get(name) ?? hints?.additional, cell);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    ),
  };
}

/** @returns undefined for an empty cell where an empty text is not allowed: the record does not have the member */
function cellValue(hints: TypeHints | undefined, cell: string): unknown {
  const value = memberValue(hints, cell);
  if (value !== '' || hints === undefined || hints.types.size === 0) return value;
  return hints.types.has('string') && hints.accepts('') ? value : undefined;
}
