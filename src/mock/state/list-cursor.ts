// Cursors of lists: the id of an item where clients send ids, else an opaque text that survives the removal of the item.

import { Buffer } from 'node:buffer';
import type { PagingParameter } from './list-parameters.ts';
import type { StoredItem } from './table.ts';

/** The cursor of the items after one. @param parameter that takes it; undefined: none is declared */
export function cursorFor({ id }: StoredItem, index: number, parameter: PagingParameter | undefined): string {
  const opaque = Buffer.from(JSON.stringify([index, id])).toString('base64url');
  const isOpaque = parameter === undefined || /cursor|token|marker/.test(parameter.plain);
  return isOpaque && (parameter === undefined || parameter.hints.accepts(opaque)) ? opaque : id;
}

/** The indexes of the item before a cursor: where it starts and ends. Undefined: the cursor is of no page. */
export function findCursor(
  items: Iterable<StoredItem>,
  cursor: string,
): { readonly start: number; readonly end: number } | undefined {
  const opaque = readOpaque(cursor);
  const wanted = opaque?.id ?? cursor;
  let index = 0;
  for (const { id } of items) {
    if (id === wanted) return { start: index, end: index + 1 };
    index++;
  }
  // The item was removed: those after it have moved to its place.
  return opaque && { start: opaque.index, end: opaque.index };
}

function readOpaque(cursor: string): { readonly index: number; readonly id: string } | undefined {
  if (!/^W[\w-]+$/.test(cursor)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [index, id] = Array.isArray(value) ? value : [];
    return Number.isSafeInteger(index) && index >= 0 && typeof id === 'string' ? { index, id } : undefined;
  } catch {
    // An id that looks like a cursor.
    return undefined;
  }
}
