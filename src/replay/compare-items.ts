// Two lists of which no item is that other item: what is compared is what all of them look like.
import { isVolatile } from '../check/group.ts';
import {
  type Change,
  type Eye,
  isEqual,
  type JsonType,
  pairs,
  renames,
  typeChange,
  typeOf,
} from './compare-json.ts';

/** What several values look like together. */
interface Shape {
  /** How many of the values are of that type. */
  readonly types: Map<JsonType, number>;
  readonly members: Map<string, Shape>;
  /** What the items of all arrays among them look like. */
  items: Shape | undefined;
  /** The first of the values. */
  readonly first: unknown;
}

/** Items and levels that are looked at: the rest looks the same. */
const LONG = 1000;
const DEEP = 50;

/** Of two lists that are not empty. */
export function compareItems(
  then: readonly unknown[],
  now: readonly unknown[],
  steps: readonly string[],
  eye: Eye,
): Change[] {
  const changes: Change[] = [];
  compareShapes(shapeOf(then), shapeOf(now), [...steps, '*'], eye, changes);
  return changes;
}

function shapeOf(values: readonly unknown[], depth = 0): Shape {
  const shape: Shape = { types: new Map(), members: new Map(), items: undefined, first: values[0] };
  const held = new Map<string, unknown[]>();
  const items: unknown[] = [];
  for (const value of values.slice(0, LONG)) {
    const type = typeOf(value);
    shape.types.set(type, (shape.types.get(type) ?? 0) + 1);
    if (type === 'array') items.push(...(value as unknown[]).slice(0, LONG));
    if (type !== 'object') continue;
    for (const [name, member] of Object.entries(value as object)) {
      if (isVolatile(name)) continue;
      const known = held.get(name);
      if (known === undefined) held.set(name, [member]);
      else known.push(member);
    }
  }
  if (depth >= DEEP) return shape;
  for (const [name, members] of held) shape.members.set(name, shapeOf(members, depth + 1));
  if (items.length > 0) shape.items = shapeOf(items, depth + 1);
  return shape;
}

function compareShapes(then: Shape, now: Shape, steps: readonly string[], eye: Eye, changes: Change[]): void {
  const [was, is] = [[...then.types.keys()], [...now.types.keys()]].map(types =>
    types.filter(type => type !== 'null'),
  ) as [JsonType[], JsonType[]];
  const [left] = was;
  const right = is.find(type => !was.includes(type));
  if (left !== undefined && right !== undefined) {
    changes.push(typeChange(left, right, steps));
    if (!was.some(type => is.includes(type))) return;
  }
  if (then.types.has('object') && now.types.has('object')) {
    // What only some of them had may well be missing from others.
    const gone = always(then).filter(name => !now.members.has(name));
    const fresh = always(now).filter(name => !then.members.has(name));
    const renamed = pairs(gone, fresh, (before, after) =>
      isEqual(then.members.get(before)?.first, now.members.get(after)?.first, [...steps, before], eye),
    );
    changes.push(...renames(renamed, gone, fresh, steps));
  }
  for (const [name, shape] of then.members) {
    const other = now.members.get(name);
    if (other !== undefined) compareShapes(shape, other, [...steps, name], eye, changes);
  }
  if (then.items !== undefined && now.items !== undefined)
    compareShapes(then.items, now.items, [...steps, '*'], eye, changes);
}

/** Members that every one of the objects has. */
function always({ types, members }: Shape): string[] {
  const objects = types.get('object') ?? 0;
  return [...members].filter(([, member]) => count(member) === objects).map(([name]) => name);
}

function count({ types }: Shape): number {
  return [...types.values()].reduce((sum, each) => sum + each, 0);
}
