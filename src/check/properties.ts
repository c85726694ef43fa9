// The properties and enum values that schemas declare, as trees that a value is walked along, to mark what it shows.
import type { ApiSpec } from '../contract/contract.ts';
import type { Direction } from '../contract/dialect.ts';
import { UnusableSchema } from '../contract/schemas.ts';
import { isObject, type Part } from '../contract/sources.ts';
import { pointer } from '../finding/pointer.ts';

/** One thing that traffic can show. */
export interface Item {
  readonly key: string;
  seen: boolean;
  /** Seen in an exchange that kept the contract. */
  kept: boolean;
}

export function touch(item: Item, kept: boolean): void {
  item.seen = true;
  if (kept) item.kept = true;
}

interface Property {
  readonly item: Item;
  readonly node: Node;
}

export interface Node {
  readonly properties: Map<string, Property>;
  /** Those of them that have something left to be marked. */
  readonly open: Map<string, Property>;
  items: Node | undefined;
  additional: Node | undefined;
  /** By the value as JSON. */
  readonly enums: Map<string, Item>;
  /** What $ref and allOf add. */
  readonly also: Node[];
  /** Alternatives: walked where the value satisfies them. */
  readonly branches: { readonly schema: Part; readonly node: Node }[];
  walks: number;
  /** Nothing below is left to be marked. */
  done: boolean;
}

/** Items of a long array and levels of a deep value that are looked at: the rest shows the same. */
const LONG = 1000;
const DEEP = 200;

export class PropertyTrees {
  readonly #register: (level: 'properties' | 'enums', key: string) => Item;
  readonly #known = new Map<object, Node>();

  constructor(register: (level: 'properties' | 'enums', key: string) => Item) {
    this.#register = register;
  }

  nodeOf(api: ApiSpec, schema: Part): Node {
    const known = isObject(schema.value) ? this.#known.get(schema.value) : undefined;
    if (known !== undefined) return known;
    const node: Node = {
      properties: new Map(),
      open: new Map(),
      items: undefined,
      additional: undefined,
      enums: new Map(),
      also: [],
      branches: [],
      walks: 0,
      done: false,
    };
    if (isObject(schema.value)) {
      // Known before it is read: schemas may contain themselves.
      this.#known.set(schema.value, node);
      this.#read(api, schema, schema.value, node);
    }
    return node;
  }

  #read(api: ApiSpec, schema: Part, value: Readonly<Record<string, unknown>>, node: Node): void {
    const inner = (...steps: (string | number)[]): Part => {
      const at = steps.reduce<unknown>((from, step) => (from as Record<string, unknown>)[step], value);
      return { uri: schema.uri, pointer: schema.pointer + pointer(...steps), value: at };
    };
    const key = (part: { uri: string; pointer: string }): string =>
      `${api.sources.file(part.uri)}#${part.pointer}`;
    if (typeof value.$ref === 'string') {
      const target = api.sources.target(schema, value.$ref);
      if (target !== undefined) node.also.push(this.nodeOf(api, target));
      // OpenAPI 3.0: what stands beside a $ref does not count.
      if (api.version === '3.0') return;
    }
    for (const name of isObject(value.properties) ? Object.keys(value.properties) : []) {
      const part = inner('properties', name);
      const property = { item: this.#register('properties', key(part)), node: this.nodeOf(api, part) };
      node.properties.set(name, property);
      node.open.set(name, property);
    }
    for (const literal of Array.isArray(value.enum) ? value.enum : []) {
      const json = JSON.stringify(literal);
      node.enums.set(json, this.#register('enums', `${key(schema)} ${json}`));
    }
    if (isObject(value.items)) node.items = this.nodeOf(api, inner('items'));
    if (isObject(value.additionalProperties))
      node.additional = this.nodeOf(api, inner('additionalProperties'));
    for (const index of (Array.isArray(value.allOf) ? value.allOf : []).keys())
      node.also.push(this.nodeOf(api, inner('allOf', index)));
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      for (const index of (Array.isArray(value[keyword]) ? value[keyword] : []).keys()) {
        const part = inner(keyword, index);
        node.branches.push({ schema: part, node: this.nodeOf(api, part) });
      }
    }
    for (const keyword of ['then', 'else'] as const) {
      if (isObject(value[keyword])) {
        const part = inner(keyword);
        node.branches.push({ schema: part, node: this.nodeOf(api, part) });
      }
    }
  }
}

/** Marks what a value shows. */
export function walk(
  api: ApiSpec,
  node: Node,
  value: unknown,
  direction: Direction,
  kept: boolean,
  depth = 0,
): void {
  if (node.done || depth > DEEP) return;
  if ((++node.walks & 255) === 0) {
    if (isDone(node)) return;
    // What nothing is left of need not be held against its schema.
    for (const { node: inner } of node.branches) isDone(inner);
  }
  if (node.enums.size > 0) {
    const item = node.enums.get(JSON.stringify(value));
    if (item !== undefined) touch(item, kept);
  }
  if (Array.isArray(value)) {
    if (node.items !== undefined) {
      for (const item of value.slice(0, LONG)) walk(api, node.items, item, direction, kept, depth + 1);
    }
  } else if (isObject(value)) {
    for (const [name, property] of node.open) {
      if (!Object.hasOwn(value, name)) continue;
      touch(property.item, kept);
      walk(api, property.node, value[name], direction, kept, depth + 1);
      if (property.item.kept && property.node.done) node.open.delete(name);
    }
    if (node.additional !== undefined) {
      for (const name in value) {
        if (!node.properties.has(name)) walk(api, node.additional, value[name], direction, kept, depth + 1);
      }
    }
  }
  for (const part of node.also) walk(api, part, value, direction, kept, depth + 1);
  for (const branch of node.branches) {
    if (!branch.node.done && holds(api, branch.schema, value, direction))
      walk(api, branch.node, value, direction, kept, depth + 1);
  }
}

function holds(api: ApiSpec, schema: Part, value: unknown, direction: Direction): boolean {
  try {
    return api.schemas.errors(schema, value, { direction, strictness: 'plain' }).length === 0;
  } catch (error) {
    // The judge has already said that it cannot be used.
    if (error instanceof UnusableSchema) return false;
    throw error;
  }
}

/** Asked now and then, so that traffic that shows nothing new costs nothing. */
function isDone(root: Node): boolean {
  const reached = new Set([root]);
  for (const node of reached) {
    for (const item of node.enums.values()) if (!item.kept) return false;
    for (const { item, node: inner } of node.properties.values()) {
      if (!item.kept) return false;
      reached.add(inner);
    }
    for (const inner of [node.items, node.additional, ...node.also]) if (inner) reached.add(inner);
    for (const branch of node.branches) reached.add(branch.node);
  }
  for (const node of reached) node.done = true;
  return true;
}
