// Lays a value over another one, member by member, as far as the schema names the members.

import { copyMembers, setMember } from '../../exchange/change-json.ts';
import { copyDigits } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject, ownMember } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { lacksFormat, mayLackFormat, type SentShapes } from './value-formats.ts';
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
  /** The shapes of the value in the requests that send it. */
  readonly sent?: SentShapes;
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
    const laid = copyMembers(from, keep === 'all' ? 'all' : shape.required);
    for (const name of Object.keys(value)) {
      const inner = value[name];
      const member = memberToLay(laying, shape, name, inner, at);
      if (member === undefined) continue;
      const isLeaf = typeof inner !== 'object' || inner === null;
      const over = isLeaf
        ? inner
        : lay(laying, member, ownMember(from, name), inner, at + jsonPointer(name), keep);
      setMember(laid, name, over, value);
    }
    return laid;
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
  value: unknown,
  at: string,
): ValueShape | undefined {
  const member = shape.member(name);
  if (member !== undefined && !member.isHidden) {
    if (at === '' && options.ids?.has(name)) return member;
    const isReadOnly = member.isReadOnly && options.isRequest === true;
    const isMismatch =
      mayLackFormat(member, value) && lacksFormat(member, value, at + jsonPointer(name), options.sent);
    if (!isReadOnly && !isMismatch) return member;
  }
  leftOff.push(at + jsonPointer(name));
  return undefined;
}
