// Compares two lists without pairing their items: compares which types and members the items have.
import { isVolatileName } from '../exchange/value-formats.ts';
import {
  type Comparator,
  findRenames,
  isEqual,
  type JsonChange,
  type JsonType,
  jsonTypeOf,
  memberChanges,
  typeChange,
} from './compare-json.ts';

/** What several values look like together. */
interface ValueShape {
  /** How many of the values are of that type. */
  readonly types: Map<JsonType, number>;
  readonly members: Map<string, ValueShape>;
  /** What the items of all arrays among them look like. */
  items: ValueShape | undefined;
  /** The first of the values. */
  readonly first: unknown;
}

/** Items and levels that are looked at: the rest looks the same. */
const MAX_ITEMS = 1000;
const MAX_DEPTH = 50;

/** Of two lists that are not empty. */
export function compareItems(
  recorded: readonly unknown[],
  current: readonly unknown[],
  steps: readonly string[],
  comparator: Comparator,
): JsonChange[] {
  const changes: JsonChange[] = [];
  compareShapes(shapeOf(recorded), shapeOf(current), [...steps, '*'], comparator, changes);
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
  changes: JsonChange[],
): void {
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
    // What only some of them had may well be missing from others.
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
    if (other !== undefined) compareShapes(shape, other, [...steps, name], comparator, changes);
  }
  if (recorded.items !== undefined && current.items !== undefined)
    compareShapes(recorded.items, current.items, [...steps, '*'], comparator, changes);
}

/** Members that every one of the objects has. */
function alwaysPresent({ types, members }: ValueShape): string[] {
  const objects = types.get('object') ?? 0;
  return [...members].filter(([, member]) => countValues(member) === objects).map(([name]) => name);
}

function countValues({ types }: ValueShape): number {
  return [...types.values()].reduce((sum, each) => sum + each, 0);
}
