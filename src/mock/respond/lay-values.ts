// Lays a value over another one, member by member, as far as the schema names the members.

import { copyDigits, digitsOf, setDigits } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import type { ValueShape } from './value-shape.ts';

export interface OverlayOptions {
  /**
   * all: members of the body that the value lacks stay, at every depth. required: only those without which the body would be
   * invalid stay. Default: all.
   */
  readonly keep?: 'all' | 'required';
  /** True: the values are from a request, which cannot set read-only members. */
  readonly isRequest?: boolean;
  /** Names of members of the value that are laid over even if they are read-only: those that have the id of the path. */
  readonly ids?: ReadonlySet<string>;
}

export interface Laying {
  readonly options: OverlayOptions;
  /** JSON Pointers of what is left off. */
  readonly leftOff: string[];
}

/** The value with the members and items of the base that it lacks, without what the schema does not name. */
export function lay(
  laying: Laying,
  shape: ValueShape,
  base: unknown,
  value: unknown,
  at: string,
  keep: 'all' | 'required',
): unknown {
  if (isObject(value)) {
    // A map, or a free-form object, is one value.
    if (shape.names.size === 0) return value;
    const from = isObject(base) ? base : EMPTY;
    const laid: [string, unknown][] = [];
    for (const name of Object.keys(value)) {
      const member = memberToLay(laying, shape, name, at);
      if (member === undefined) continue;
      const inner = value[name];
      const isLeaf = typeof inner !== 'object' || inner === null;
      laid.push([
        name,
        isLeaf ? inner : lay(laying, member, ownMember(from, name), inner, at + jsonPointer(name), keep),
      ]);
    }
    return combine(from, value, laid, keep === 'all' ? 'all' : shape.required);
  }
  const { items } = shape;
  if (!Array.isArray(value) || items === undefined || items.names.size === 0) return value;
  const from = Array.isArray(base) ? base : [];
  const laid = value.map((item, index) => {
    // A repeated item lends what the schema requires, and not its other values.
    const kept = index < from.length ? keep : 'required';
    return lay(laying, items, from[index % from.length], item, `${at}/${index}`, kept);
  });
  copyDigits(value, laid);
  return laid;
}

const EMPTY: JsonObject = {};

/** The shape of a member if it may be laid over; otherwise the member is left off. */
export function memberToLay(
  { options, leftOff }: Laying,
  shape: ValueShape,
  name: string,
  at: string,
): ValueShape | undefined {
  const member = shape.member(name);
  const isReadOnly = member?.isReadOnly === true && options.isRequest === true;
  if (member !== undefined && !member.isHidden && (!isReadOnly || (at === '' && options.ids?.has(name))))
    return member;
  leftOff.push(at + jsonPointer(name));
  return undefined;
}

export function ownMember(holder: JsonObject, name: string): unknown {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/**
 * The members of the base in their order, those that are laid over, and new ones.
 * @param source the object from which the members are: it has their digits
 * @param kept the members of the base that stay
 */
export function combine(
  base: JsonObject,
  source: JsonObject,
  laid: readonly (readonly [name: string, value: unknown])[],
  kept: ReadonlySet<string> | 'all',
): JsonObject {
  // A copy of a member "__proto__" is a member.
  const result: Record<string, unknown> = { ...base };
  copyDigits(base, result);
  for (const [name, value] of laid) {
    if (name === '__proto__')
      Object.defineProperty(result, name, { value, enumerable: true, writable: true, configurable: true });
    else result[name] = value;
    const digits = digitsOf(source, name);
    if (digits !== undefined) setDigits(result, name, digits);
    else if (typeof value === 'number' && digitsOf(result, name) !== undefined)
      setDigits(result, name, JSON.stringify(value));
  }
  if (kept !== 'all') {
    const names = new Set(laid.map(([name]) => name));
    for (const name of Object.keys(base)) if (!names.has(name) && !kept.has(name)) delete result[name];
  }
  return result;
}
