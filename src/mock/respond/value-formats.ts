// Finds texts without the format that a response declares for them.

import { isObject } from '../../exchange/json.ts';
import { jsonPointer, splitPointer } from '../../exchange/json-pointer.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { ValueShape } from './value-shape.ts';

/**
 * The shapes of an object in the requests that send it. A text that a request declares with the same format was accepted there,
 * and is not a mismatch.
 */
export type SentShapes = () => readonly ValueShape[];

/** False: no format is declared for a value. It is quicker than to build the pointer of the value. */
export function mayLackFormat({ formats, items }: ValueShape, value: unknown): boolean {
  if (typeof value === 'string') return formats.length > 0;
  return (
    Array.isArray(value) &&
    items !== undefined &&
    (items.formats.length > 0 || items.names.size > 0 || items.items !== undefined)
  );
}

/** Whether a value is a text without the format of its shape, or a list with such a text. @param at JSON Pointer into the object */
export function lacksFormat(
  { formats, items }: ValueShape,
  value: unknown,
  at: string,
  sent: SentShapes = NOTHING,
): boolean {
  if (typeof value !== 'string')
    return (
      Array.isArray(value) &&
      items !== undefined &&
      value.some(each => lacksFormat(items, each, `${at}/0`, sent))
    );
  return formats.some(({ name, test }) => !test(value) && !sent().some(each => declares(each, at, name)));
}

const NOTHING: SentShapes = () => [];

function declares(sent: ValueShape, at: string, format: string): boolean {
  let shape: ValueShape | undefined = sent;
  for (const step of splitPointer(at))
    shape = shape?.member(step) ?? (/^\d+$/.test(step) ? shape?.items : undefined);
  return shape?.formats.some(({ name }) => name === format) === true;
}

/** JSON Pointers of members that lack their format. @param found gets them */
export function formatMismatches(
  shape: ValueShape,
  value: unknown,
  sent: SentShapes,
  at = '',
  found: string[] = [],
): readonly string[] {
  if (!isObject(value)) {
    if (lacksFormat(shape, value, at, sent) || hasMismatch(shape, value, sent, at)) found.push(at);
    return found;
  }
  for (const [name, member] of formattedMembers(shape)) {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    if (isObject(inner) || mayLackFormat(member, inner))
      formatMismatches(member, inner, sent, at + jsonPointer(name), found);
  }
  return found;
}

/** The members that have a format, or may have a value in which something has one. */
const formattedMembers = perObject((shape: ValueShape) =>
  [...shape.names].flatMap((name): [string, ValueShape][] => {
    const member = shape.member(name);
    if (member === undefined) return [];
    const { formats, names, items } = member;
    return formats.length > 0 || names.size > 0 || items !== undefined ? [[name, member]] : [];
  }),
);

/** Whether a list has an object with a mismatch. */
function hasMismatch({ items }: ValueShape, value: unknown, sent: SentShapes, at: string): boolean {
  return (
    Array.isArray(value) &&
    items !== undefined &&
    value.some(each => isObject(each) && formatMismatches(items, each, sent, `${at}/0`).length > 0)
  );
}
