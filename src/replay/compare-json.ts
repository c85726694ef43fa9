// Compares a recorded and a current JSON value: removed, added and renamed members, changed types and values.
import { isVolatileName } from '../exchange/value-formats.ts';
import { compareItems } from './compare-items.ts';

export interface JsonChange {
  readonly kind: 'gone' | 'new' | 'renamed' | 'type' | 'value' | 'length';
  /** Where it stood; of what is new, where it stands. "*" is any item. */
  readonly steps: readonly string[];
  /** Said after the place: "is gone". */
  readonly text: string;
  /** Where it stands now, if elsewhere. */
  readonly currentSteps?: readonly string[];
}

export interface Comparator {
  /** Whether nothing can be said of the value there but its type: it was a secret. */
  readonly isHidden: (steps: readonly string[]) => boolean;
  /** Whether two values that are not equal mean the same. */
  readonly isSame: (recorded: unknown, current: unknown, steps: readonly string[]) => boolean;
}

/** Differences of one kind become one finding; more of them say no more. */
const MAX_CHANGES = 500;
/** Names that are held beside each other: of thousands that came and went, none was renamed. */
const MAX_PAIRS = 2500;
/** Levels that are looked into. */
const MAX_DEPTH = 100;

export type JsonType = 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean';

export function jsonTypeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

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
  if (changes.length >= MAX_CHANGES || steps.length > MAX_DEPTH) return;
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
    // Of an empty list nobody knows what its items would look like.
    const isEmpty = recorded.length === 0 || current.length === 0;
    if (!comparator.isHidden(steps)) changes.push({ kind: isEmpty ? 'value' : 'length', steps, text });
    if (!isEmpty) changes.push(...compareItems(recorded, current, steps, comparator));
    return;
  }
  const owners = new Map<string, number>();
  const ownersOf = (name: string): number => {
    let count = owners.get(name);
    if (count === undefined) {
      count = recorded.filter(
        each => jsonTypeOf(each) === 'object' && Object.hasOwn(each as object, name),
      ).length;
      owners.set(name, count);
    }
    return count;
  };
  for (const [index, item] of recorded.entries()) {
    const own: JsonChange[] = [];
    compareValues(item, current[index], [...steps, String(index)], comparator, own);
    changes.push(
      ...own.filter(({ kind, steps: { length }, steps: at }) => {
        if (length !== steps.length + 2) return true;
        // What only some of them had comes and goes, and they may stand in another order.
        const count = ownersOf(at.at(-1) ?? '');
        return !(kind === 'gone' && count < recorded.length) && !(kind === 'new' && count > 0);
      }),
    );
  }
}

/** What may be null is null now and then, which the schema answers for. */
export function typeChange(
  recordedType: JsonType,
  currentType: JsonType,
  steps: readonly string[],
): JsonChange {
  const kind = recordedType === 'null' || currentType === 'null' ? 'value' : 'type';
  return { kind, steps, text: `was ${withArticle(recordedType)} and is now ${withArticle(currentType)}` };
}

function withArticle(type: JsonType): string {
  return type === 'null' ? 'null' : `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`;
}

function compareMembers(
  recorded: object,
  current: object,
  steps: readonly string[],
  comparator: Comparator,
  changes: JsonChange[],
): void {
  const [left, right] = [new Map(Object.entries(recorded)), new Map(Object.entries(current))];
  // Names that are data come and go with it.
  const removed = [...left.keys()].filter(name => !right.has(name) && !isVolatileName(name));
  const added = [...right.keys()].filter(name => !left.has(name) && !isVolatileName(name));
  const same = (before: string, after: string): boolean =>
    isEqual(left.get(before), right.get(after), [...steps, before], comparator);
  const renamed = findRenames(removed, added, same);
  changes.push(...memberChanges(renamed, removed, added, steps));
  // Entries with other keys look like those that there were.
  const [before, after] = [unmatchedVolatileValues(left, right), unmatchedVolatileValues(right, left)];
  if (before.length > 0 && after.length > 0) changes.push(...compareItems(before, after, steps, comparator));
  for (const [name, value] of left)
    if (right.has(name)) compareValues(value, right.get(name), [...steps, name], comparator, changes);
}

/** The values under names that are data, and not those of the other. */
function unmatchedVolatileValues(
  own: ReadonlyMap<string, unknown>,
  other: ReadonlyMap<string, unknown>,
): unknown[] {
  return [...own].filter(([name]) => isVolatileName(name) && !other.has(name)).map(([, value]) => value);
}

/** Where a name fits exactly one other, and that one no further: a guess between several would be none. */
export function findRenames(
  removed: readonly string[],
  added: readonly string[],
  same: (before: string, after: string) => boolean,
): Map<string, string> {
  if (removed.length * added.length > MAX_PAIRS) return new Map();
  const fits = new Map(removed.map(before => [before, added.filter(after => same(before, after))]));
  const candidates = [...fits.values()].flat();
  return new Map(
    [...fits].flatMap(([before, [after, ...others]]) =>
      after !== undefined && others.length === 0 && candidates.filter(each => each === after).length === 1
        ? [[before, after] as const]
        : [],
    ),
  );
}

export function memberChanges(
  renamed: ReadonlyMap<string, string>,
  removed: readonly string[],
  added: readonly string[],
  steps: readonly string[],
): JsonChange[] {
  const usedNames = new Set(renamed.values());
  return [
    ...removed.map((name): JsonChange => {
      const after = renamed.get(name);
      return after === undefined
        ? { kind: 'gone', steps: [...steps, name], text: 'is missing' }
        : {
            kind: 'renamed',
            steps: [...steps, name],
            currentSteps: [...steps, after],
            text: `is renamed to "${after}"`,
          };
    }),
    ...added
      .filter(name => !usedNames.has(name))
      .map((name): JsonChange => ({ kind: 'new', steps: [...steps, name], text: 'is new' })),
  ];
}

export function isEqual(
  recorded: unknown,
  current: unknown,
  steps: readonly string[],
  comparator: Comparator,
): boolean {
  return (
    jsonTypeOf(recorded) === jsonTypeOf(current) &&
    compareJson(recorded, current, comparatorBelow(comparator, steps)).every(({ kind }) => kind === 'length')
  );
}

/** For a value that is compared by itself, at its place in the whole. */
function comparatorBelow(comparator: Comparator, at: readonly string[]): Comparator {
  return {
    isHidden: steps => comparator.isHidden([...at, ...steps]),
    isSame: (recorded, current, steps) => comparator.isSame(recorded, current, [...at, ...steps]),
  };
}
