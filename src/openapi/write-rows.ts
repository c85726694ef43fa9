// Writes a value as text with a row for each item: CSV, lines of JSON and server-sent events.
import { writeExactJson } from '../exchange/exact-json.ts';
import { isObject } from '../exchange/json.ts';
import { isJsonLines } from '../exchange/media-type.ts';

/** @returns undefined for a media type without rows */
export function writeRows(essence: string, value: unknown): string | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (/\/csv$/.test(essence)) return tableOf(items, ',', '\r\n');
  if (/\/tab-separated-values$/.test(essence)) return tableOf(items, '\t', '\n');
  if (isJsonLines(essence)) return items.map(item => `${writeExactJson(item)}\n`).join('');
  if (essence === 'text/event-stream')
    return items.map(item => `data: ${typeof item === 'string' ? item : writeExactJson(item)}\n\n`).join('');
  return undefined;
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
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (separator === '\t') return text.replace(/[\t\r\n]/g, ' ');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
