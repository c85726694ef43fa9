// Two JSON values, then and now: members that are gone, new or renamed, types and values that differ.
import { isVolatile } from '../check/group.ts';
import { compareItems } from './compare-items.ts';

export interface Change {
  readonly kind: 'gone' | 'new' | 'renamed' | 'type' | 'value' | 'length';
  /** Where it stood; of what is new, where it stands. "*" is any item. */
  readonly steps: readonly string[];
  /** Said after the place: "is gone". */
  readonly says: string;
  /** Where it stands now, if elsewhere. */
  readonly nowSteps?: readonly string[];
}

export interface Eye {
  /** Whether nothing can be said of the value there but its type: it was a secret. */
  readonly isHidden: (steps: readonly string[]) => boolean;
  /** Whether two values that are not equal mean the same. */
  readonly isSame: (then: unknown, now: unknown, steps: readonly string[]) => boolean;
}

/** Differences of one kind become one finding; more of them say no more. */
const MOST = 500;
/** Names that are held beside each other: of thousands that came and went, none was renamed. */
const MOST_PAIRS = 2500;
/** Levels that are looked into. */
const DEEP = 100;

export type JsonType = 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean';

export function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

export function compareJson(then: unknown, now: unknown, eye: Eye): Change[] {
  const changes: Change[] = [];
  compare(then, now, [], eye, changes);
  return changes;
}

function compare(then: unknown, now: unknown, steps: readonly string[], eye: Eye, changes: Change[]): void {
  if (changes.length >= MOST || steps.length > DEEP) return;
  const [was, is] = [typeOf(then), typeOf(now)];
  if (was !== is) {
    changes.push(typeChange(was, is, steps));
  } else if (was === 'object') {
    compareMembers(then as object, now as object, steps, eye, changes);
  } else if (was === 'array') {
    compareLists(then as unknown[], now as unknown[], steps, eye, changes);
  } else if (then !== now && !eye.isHidden(steps) && !eye.isSame(then, now, steps)) {
    changes.push({ kind: 'value', steps, says: 'has another value' });
  }
}

function compareLists(
  then: readonly unknown[],
  now: readonly unknown[],
  steps: readonly string[],
  eye: Eye,
  changes: Change[],
): void {
  if (then.length !== now.length) {
    const says = `has ${now.length} items and had ${then.length}`;
    // Of an empty list nobody knows what its items would look like.
    const isEmpty = then.length === 0 || now.length === 0;
    if (!eye.isHidden(steps)) changes.push({ kind: isEmpty ? 'value' : 'length', steps, says });
    if (!isEmpty) changes.push(...compareItems(then, now, steps, eye));
    return;
  }
  const owners = new Map<string, number>();
  const ownersOf = (name: string): number => {
    let count = owners.get(name);
    if (count === undefined) {
      count = then.filter(each => typeOf(each) === 'object' && Object.hasOwn(each as object, name)).length;
      owners.set(name, count);
    }
    return count;
  };
  for (const [index, item] of then.entries()) {
    const own: Change[] = [];
    compare(item, now[index], [...steps, String(index)], eye, own);
    changes.push(
      ...own.filter(({ kind, steps: { length }, steps: at }) => {
        if (length !== steps.length + 2) return true;
        // What only some of them had comes and goes, and they may stand in another order.
        const count = ownersOf(at.at(-1) ?? '');
        return !(kind === 'gone' && count < then.length) && !(kind === 'new' && count > 0);
      }),
    );
  }
}

/** What may be null is null now and then, which the schema answers for. */
export function typeChange(was: JsonType, is: JsonType, steps: readonly string[]): Change {
  const kind = was === 'null' || is === 'null' ? 'value' : 'type';
  return { kind, steps, says: `was ${named(was)} and is ${named(is)}` };
}

function named(type: JsonType): string {
  return type === 'null' ? 'null' : `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`;
}

function compareMembers(
  then: object,
  now: object,
  steps: readonly string[],
  eye: Eye,
  changes: Change[],
): void {
  const [left, right] = [new Map(Object.entries(then)), new Map(Object.entries(now))];
  // Names that are data come and go with it.
  const gone = [...left.keys()].filter(name => !right.has(name) && !isVolatile(name));
  const fresh = [...right.keys()].filter(name => !left.has(name) && !isVolatile(name));
  const same = (before: string, after: string): boolean =>
    isEqual(left.get(before), right.get(after), [...steps, before], eye);
  const renamed = pairs(gone, fresh, same);
  changes.push(...renames(renamed, gone, fresh, steps));
  // Entries with other keys look like those that there were.
  const [before, after] = [others(left, right), others(right, left)];
  if (before.length > 0 && after.length > 0) changes.push(...compareItems(before, after, steps, eye));
  for (const [name, value] of left)
    if (right.has(name)) compare(value, right.get(name), [...steps, name], eye, changes);
}

/** The values under names that are data, and not those of the other. */
function others(own: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): unknown[] {
  return [...own].filter(([name]) => isVolatile(name) && !other.has(name)).map(([, value]) => value);
}

/** Where a name fits exactly one other, and that one no further: a guess between several would be none. */
export function pairs(
  gone: readonly string[],
  fresh: readonly string[],
  same: (before: string, after: string) => boolean,
): Map<string, string> {
  if (gone.length * fresh.length > MOST_PAIRS) return new Map();
  const fits = new Map(gone.map(before => [before, fresh.filter(after => same(before, after))]));
  const wanted = [...fits.values()].flat();
  return new Map(
    [...fits].flatMap(([before, [after, ...others]]) =>
      after !== undefined && others.length === 0 && wanted.filter(each => each === after).length === 1
        ? [[before, after] as const]
        : [],
    ),
  );
}

export function renames(
  renamed: ReadonlyMap<string, string>,
  gone: readonly string[],
  fresh: readonly string[],
  steps: readonly string[],
): Change[] {
  const taken = new Set(renamed.values());
  return [
    ...gone.map((name): Change => {
      const after = renamed.get(name);
      return after === undefined
        ? { kind: 'gone', steps: [...steps, name], says: 'is gone' }
        : {
            kind: 'renamed',
            steps: [...steps, name],
            nowSteps: [...steps, after],
            says: `is now called "${after}"`,
          };
    }),
    ...fresh
      .filter(name => !taken.has(name))
      .map((name): Change => ({ kind: 'new', steps: [...steps, name], says: 'is new' })),
  ];
}

export function isEqual(then: unknown, now: unknown, steps: readonly string[], eye: Eye): boolean {
  return (
    typeOf(then) === typeOf(now) &&
    compareJson(then, now, beneath(eye, steps)).every(({ kind }) => kind === 'length')
  );
}

/** For a value that is compared by itself, at its place in the whole. */
function beneath(eye: Eye, at: readonly string[]): Eye {
  return {
    isHidden: steps => eye.isHidden([...at, ...steps]),
    isSame: (then, now, steps) => eye.isSame(then, now, [...at, ...steps]),
  };
}
