// Writes a value as text with an item after the other: CSV, lines and sequences of JSON, and server-sent events.
import { digitsOf, writeExactJson } from '../exchange/exact-json.ts';
import { isObject, type JsonObject, textOfValue } from '../exchange/json.ts';
import { itemFormatOf } from '../exchange/media-type.ts';
import { hasEventFields } from '../schema/read-items.ts';

/** @returns undefined for a media type without items */
export function writeRows(essence: string, value: unknown): string | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  switch (itemFormatOf(essence)) {
    case 'csv':
      return tableOf(items, ',', '\r\n');
    case 'tsv':
      return tableOf(items, '\t', '\n');
    case 'json-lines':
      return items.map((_, index) => `${itemText(items, index)}\n`).join('');
    case 'json-seq':
      return items.map((_, index) => `\x1e${itemText(items, index)}\n`).join('');
    case 'events':
      return items.map((item, index) => eventText(item, itemText(items, index))).join('');
    default:
      return undefined;
  }
}

/** The JSON text of an item. Digits of long integers are kept by list. */
function itemText(items: readonly unknown[], index: number): string {
  const digits = digitsOf(items, index);
  return digits ?? writeExactJson(items[index]);
}

/** An event, or its data. Its fields are lines, so only its data may have several. */
function eventText(item: unknown, json: string): string {
  if (!isObject(item) || !hasEventFields(Object.keys(item)))
    return `${dataLines(typeof item === 'string' ? item : json)}\n`;
  const line = (name: string): string =>
    item[name] === undefined ? '' : `${name}: ${textOfValue(item[name]).replace(/[\r\n\0]+/g, ' ')}\n`;
  return `${line('event')}${dataLines(dataText(item))}${line('id')}${line('retry')}\n`;
}

function dataText({ data }: JsonObject): string {
  return typeof data === 'string' ? data : writeExactJson(data);
}

function dataLines(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map(line => `data: ${line}\n`)
    .join('');
}

/** A header with the names of all members, and a record for each item (RFC 4180). */
function tableOf(items: readonly unknown[], separator: string, end: string): string {
  const names = [...new Set(items.flatMap(item => (isObject(item) ? Object.keys(item) : [])))];
  const records = items.map(item =>
    isObject(item) ? names.map(name => item[name]) : Array.isArray(item) ? item : [item],
  );
  return [...(names.length > 0 ? [names] : []), ...records]
    .map(record => record.map(value => cellOf(value, separator)).join(separator) + end)
    .join('');
}

function cellOf(value: unknown, separator: string): string {
  if (value === undefined || value === null) return '';
  const text = textOfValue(value);
  if (separator === '\t') return text.replace(/[\t\r\n]/g, ' ');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
