// Copies of JSON values with other members. What does not change is shared; the digits of long numbers are kept.

import { copyDigits, digitsOf, forgetDigits, setDigits } from './exact-json.ts';
import { isObject, type JsonObject } from './json.ts';
import { splitPointer } from './json-pointer.ts';

/** @param kept the names of the members to copy */
export function copyMembers(from: JsonObject, kept: ReadonlySet<string> | 'all'): Record<string, unknown> {
  // A copy of a member "__proto__" is a member.
  const copy: Record<string, unknown> = { ...from };
  if (kept !== 'all') for (const name of Object.keys(from)) if (!kept.has(name)) delete copy[name];
  copyDigits(from, copy);
  return copy;
}

/** @param source the object that has the digits of the member */
export function setMember(
  holder: Record<string, unknown>,
  name: string,
  value: unknown,
  source: JsonObject,
): void {
  if (name === '__proto__')
    Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
  else holder[name] = value;
  const digits = typeof value === 'number' ? digitsOf(source, name) : undefined;
  if (digits === undefined) forgetDigits(holder, name);
  else setDigits(holder, name, digits);
}

/** The members of one object, and those of others over them: the last one wins. */
export function mergeMembers(under: JsonObject, ...others: readonly JsonObject[]): JsonObject {
  const merged = copyMembers(under, 'all');
  for (const over of others) for (const name of Object.keys(over)) setMember(merged, name, over[name], over);
  return merged;
}

/** A copy with another value at a pointer, whose last step may be a new member. */
export function withValueAt(value: unknown, pointer: string, inner: unknown): unknown {
  return replaceValue(value, splitPointer(pointer), inner);
}

/** As withValueAt, by the unescaped steps of the pointer. */
export function replaceValue(value: unknown, steps: readonly string[], inner: unknown): unknown {
  return changeAt(value, steps, () => inner);
}

/** A copy without the member at a pointer. */
export function withoutMember(value: unknown, pointer: string): unknown {
  const steps = splitPointer(pointer);
  const last = steps.pop();
  return last === undefined
    ? value
    : changeAt(value, steps, holder => {
        if (!isObject(holder)) return holder;
        const copy = copyMembers(holder, 'all');
        delete copy[last];
        return copy;
      });
}

const NOTHING: JsonObject = {};

/** Copies the objects and arrays on the way only. A value that the way does not lead to stays. */
function changeAt(value: unknown, steps: readonly string[], change: (value: unknown) => unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    const copy = value.map((item, index) => (String(index) === step ? changeAt(item, rest, change) : item));
    copyDigits(value, copy);
    return copy;
  }
  if (!isObject(value)) return value;
  const copy = copyMembers(value, 'all');
  const before = Object.hasOwn(value, step) ? value[step] : undefined;
  setMember(copy, step, changeAt(before, rest, change), NOTHING);
  return copy;
}
