// Compares two lists without pairing their items: compares which types and members the items have.
import { isVolatileName } from '../exchange/value-formats.ts';
import {
  type Comparator,
  findRenames,
  type JsonChange,
  type JsonType,
  jsonTypeOf,
  memberChanges,
  typeChange,
} from './json-change.ts';

/** Types and members of several values. */
interface ValueShape {
  /** Number of values of each type. */
  readonly types: Map<JsonType, number>;
  readonly members: Map<string, ValueShape>;
  /** Shape of the items of all arrays among the values. */
  items: ValueShape | undefined;
  /** The first value. */
  readonly first: unknown;
}

/** Items per list and nesting levels that are read. */
const MAX_ITEMS = 1000;
const MAX_DEPTH = 50;

/** Whether two values count as equal. A parameter, because compare-json.ts calls this file. */
export type IsEqual = (
  recorded: unknown,
  current: unknown,
  steps: readonly string[],
  comparator: Comparator,
) => boolean;

/** Compares the shapes of two lists. Neither list may be empty. */
export function compareItems(
  recorded: readonly unknown[],
  current: readonly unknown[],
  steps: readonly string[],
  comparator: Comparator,
  isEqual: IsEqual,
): JsonChange[] {
  const changes: JsonChange[] = [];
  compareShapes(shapeOf(recorded), shapeOf(current), [...steps, '*'], comparator, isEqual, changes);
  return changes;
}

function shapeOf(values: readonly unknown[], depth = 0): ValueShape {
  const shape: ValueShape = { types: new Map(), members: new Map(), items: undefined, first: values[0] };
  const valuesByName = new Map<string, unknown[]>();
  const items: unknown[] = [];
  for (const value of values.slice(0, MAX_ITEMS)) {
    const type = jsonTypeOf(value);
    shape.types.set(type, (shape.types.get(type) ?? 0) + 1);
    if (type === 'array') items.push(...(value as unknown[]).slice(0, MAX_ITEMS));
    if (type !== 'object') continue;
    for (const [name, member] of Object.entries(value as object)) {
      if (isVolatileName(name)) continue;
      const known = valuesByName.get(name);
      if (known === undefined) valuesByName.set(name, [member]);
      else known.push(member);
    }
  }
  if (depth >= MAX_DEPTH) return shape;
  for (const [name, members] of valuesByName) shape.members.set(name, shapeOf(members, depth + 1));
  if (items.length > 0) shape.items = shapeOf(items, depth + 1);
  return shape;
}

function compareShapes(
  recorded: ValueShape,
  current: ValueShape,
  steps: readonly string[],
  comparator: Comparator,
  isEqual: IsEqual,
  changes: JsonChange[],
): void {
  if (comparator.isUnknown(recorded.first)) return;
  const [recordedTypes, currentTypes] = [[...recorded.types.keys()], [...current.types.keys()]].map(types =>
    types.filter(type => type !== 'null'),
  ) as [JsonType[], JsonType[]];
  const [left] = recordedTypes;
  const right = currentTypes.find(type => !recordedTypes.includes(type));
  if (left !== undefined && right !== undefined) {
    changes.push(typeChange(left, right, steps));
    if (!recordedTypes.some(type => currentTypes.includes(type))) return;
  }
  if (recorded.types.has('object') && current.types.has('object')) {
    // Only members that every item has count: others are optional.
    const removed = alwaysPresent(recorded).filter(name => !current.members.has(name));
    const added = alwaysPresent(current).filter(name => !recorded.members.has(name));
    const renamed = findRenames(removed, added, (before, after) =>
      isEqual(
        recorded.members.get(before)?.first,
        current.members.get(after)?.first,
        [...steps, before],
        comparator,
      ),
    );
    changes.push(...memberChanges(renamed, removed, added, steps));
  }
  for (const [name, shape] of recorded.members) {
    const other = current.members.get(name);
    if (other !== undefined) compareShapes(shape, other, [...steps, name], comparator, isEqual, changes);
  }
  if (recorded.items !== undefined && current.items !== undefined)
    compareShapes(recorded.items, current.items, [...steps, '*'], comparator, isEqual, changes);
}

/** Names of the members that all objects have. */
function alwaysPresent({ types, members }: ValueShape): string[] {
  const objects = types.get('object') ?? 0;
  return [...members].filter(([, member]) => countValues(member) === objects).map(([name]) => name);
}

function countValues({ types }: ValueShape): number {
  return [...types.values()].reduce((sum, each) => sum + each, 0);
}
