// Compares a recorded and a current JSON value: removed, added and renamed members, changed types and values.

import { isVolatileName } from '../exchange/value-formats.ts';
import { compareItems } from './compare-items.ts';
import {
  type Comparator,
  findRenames,
  type JsonChange,
  jsonTypeOf,
  memberChanges,
  typeChange,
} from './json-change.ts';

/** Changes per body. Changes of one kind become one finding, so more of them add nothing to a report. */
const MAX_CHANGES = 500;
/** Nesting levels that are compared. */
const MAX_DEPTH = 100;

/** All changes from the recorded to the current value, at most about MAX_CHANGES. */
export function compareJson(recorded: unknown, current: unknown, comparator: Comparator): JsonChange[] {
  const changes: JsonChange[] = [];
  compareValues(recorded, current, [], comparator, changes);
  return changes;
}

function compareValues(
  recorded: unknown,
  current: unknown,
  steps: readonly string[],
  comparator: Comparator,
  changes: JsonChange[],
): void {
  if (changes.length >= MAX_CHANGES || steps.length > MAX_DEPTH || comparator.isUnknown(recorded)) return;
  const [recordedType, currentType] = [jsonTypeOf(recorded), jsonTypeOf(current)];
  if (recordedType !== currentType) {
    changes.push(typeChange(recordedType, currentType, steps));
  } else if (recordedType === 'object') {
    compareMembers(recorded as object, current as object, steps, comparator, changes);
  } else if (recordedType === 'array') {
    compareLists(recorded as unknown[], current as unknown[], steps, comparator, changes);
  } else if (
    recorded !== current &&
    !comparator.isHidden(steps) &&
    !comparator.isSame(recorded, current, steps)
  ) {
    changes.push({ kind: 'value', steps, text: 'has a different value' });
  }
}

function compareLists(
  recorded: readonly unknown[],
  current: readonly unknown[],
  steps: readonly string[],
  comparator: Comparator,
  changes: JsonChange[],
): void {
  if (recorded.length !== current.length) {
    const text = `has ${current.length} items; recorded: ${recorded.length}`;
    // An empty list has no items to compare.
    const isEmpty = recorded.length === 0 || current.length === 0;
    if (!comparator.isHidden(steps)) changes.push({ kind: isEmpty ? 'value' : 'length', steps, text });
    if (!isEmpty) changes.push(...compareItems(recorded, current, steps, comparator, isEqual));
    return;
  }
  const counts = new Map<string, number>();
  const countWithMember = (name: string): number => {
    let count = counts.get(name);
    if (count === undefined) {
      count = recorded.filter(
        each => jsonTypeOf(each) === 'object' && Object.hasOwn(each as object, name),
      ).length;
      counts.set(name, count);
    }
    return count;
  };
  for (const [index, item] of recorded.entries()) {
    const itemChanges: JsonChange[] = [];
    compareValues(item, current[index], [...steps, String(index)], comparator, itemChanges);
    changes.push(
      ...itemChanges.filter(({ kind, steps: { length }, steps: at }) => {
        if (length !== steps.length + 2) return true;
        // A member that only some recorded items have is optional, and items may be in another order.
        const count = countWithMember(at.at(-1) ?? '');
        return !(kind === 'removed' && count < recorded.length) && !(kind === 'added' && count > 0);
      }),
    );
  }
}

function compareMembers(
  recorded: object,
  current: object,
  steps: readonly string[],
  comparator: Comparator,
  changes: JsonChange[],
): void {
  const [left, right] = [new Map(Object.entries(recorded)), new Map(Object.entries(current))];
  // A volatile name (an id as a key) is data: it is not a removed or added member.
  const removed = [...left.keys()].filter(name => !right.has(name) && !isVolatileName(name));
  const added = [...right.keys()].filter(name => !left.has(name) && !isVolatileName(name));
  const isSameValue = (before: string, after: string): boolean =>
    isEqual(left.get(before), right.get(after), [...steps, before], comparator);
  const renamed = findRenames(removed, added, isSameValue);
  changes.push(...memberChanges(renamed, removed, added, steps));
  // Entries under other volatile names are compared like items of two lists.
  const [before, after] = [unmatchedVolatileValues(left, right), unmatchedVolatileValues(right, left)];
  if (before.length > 0 && after.length > 0)
    changes.push(...compareItems(before, after, steps, comparator, isEqual));
  for (const [name, value] of left)
    if (right.has(name)) compareValues(value, right.get(name), [...steps, name], comparator, changes);
}

/** Values under volatile names that the other object does not have. */
function unmatchedVolatileValues(
  members: ReadonlyMap<string, unknown>,
  other: ReadonlyMap<string, unknown>,
): unknown[] {
  return [...members].filter(([name]) => isVolatileName(name) && !other.has(name)).map(([, value]) => value);
}

/** Whether two values have the same shape and equal values; lists may have different lengths. */
function isEqual(
  recorded: unknown,
  current: unknown,
  steps: readonly string[],
  comparator: Comparator,
): boolean {
  return (
    comparator.isUnknown(recorded) ||
    (jsonTypeOf(recorded) === jsonTypeOf(current) &&
      compareJson(recorded, current, comparatorBelow(comparator, steps)).every(
        ({ kind }) => kind === 'length',
      ))
  );
}

/** The comparator for a value at the path `at`: its paths start there. */
function comparatorBelow(comparator: Comparator, at: readonly string[]): Comparator {
  return {
    isUnknown: comparator.isUnknown,
    isHidden: steps => comparator.isHidden([...at, ...steps]),
    isSame: (recorded, current, steps) => comparator.isSame(recorded, current, [...at, ...steps]),
  };
}
