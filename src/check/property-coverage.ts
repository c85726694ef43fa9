// Property and enum coverage: a tree of each schema, and marking what a value exercises.

import type { DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { ApiSpec } from '../openapi/model.ts';
import type { Direction } from '../schema/dialect.ts';
import { UnusableSchema } from '../schema/schemas.ts';

/** One item that traffic can cover, such as a property or an enum value. */
export interface CoverageItem {
  readonly key: string;
  seen: boolean;
  /** Seen in an exchange that passed. */
  passed: boolean;
}

export function markItem(item: CoverageItem, passed: boolean): void {
  item.seen = true;
  if (passed) item.passed = true;
}

interface PropertyNode {
  readonly item: CoverageItem;
  readonly node: SchemaNode;
}

export interface SchemaNode {
  readonly properties: Map<string, PropertyNode>;
  /** The properties that are not completely covered yet. */
  readonly incomplete: Map<string, PropertyNode>;
  items: SchemaNode | undefined;
  additionalProperties: SchemaNode | undefined;
  /** Enum values by their JSON. */
  readonly enums: Map<string, CoverageItem>;
  /** The schemas of $ref and allOf. */
  readonly composed: SchemaNode[];
  /** The schemas of anyOf, oneOf, then and else: marked when the value is valid against them. */
  readonly alternatives: { readonly schema: DocumentNode; readonly node: SchemaNode }[];
  visits: number;
  /** Whether everything below is covered by passed exchanges. */
  complete: boolean;
}

/** Maximum number of array items and of levels that are visited. */
const MAX_ITEMS = 1000;
const MAX_DEPTH = 200;

export class PropertyTrees {
  readonly #register: (level: 'properties' | 'enums', key: string) => CoverageItem;
  readonly #known = new Map<object, SchemaNode>();
  /** Reads the schemas of nodes. Chains of references may be long, so that reading does not recurse. */
  readonly #unread: (() => void)[] = [];
  #isReading = false;

  constructor(register: (level: 'properties' | 'enums', key: string) => CoverageItem) {
    this.#register = register;
  }

  nodeOf(api: ApiSpec, schema: DocumentNode): SchemaNode {
    const known = isObject(schema.value) ? this.#known.get(schema.value) : undefined;
    if (known !== undefined) return known;
    const node: SchemaNode = {
      properties: new Map(),
      incomplete: new Map(),
      items: undefined,
      additionalProperties: undefined,
      enums: new Map(),
      composed: [],
      alternatives: [],
      visits: 0,
      complete: false,
    };
    if (isObject(schema.value)) {
      const { value } = schema;
      this.#known.set(value, node);
      this.#unread.push(() => this.#read(api, schema, value, node));
      if (!this.#isReading) this.#readAll();
    }
    return node;
  }

  #readAll(): void {
    this.#isReading = true;
    for (let read = this.#unread.pop(); read !== undefined; read = this.#unread.pop()) read();
    this.#isReading = false;
  }

  #read(
    api: ApiSpec,
    schema: DocumentNode,
    value: Readonly<Record<string, unknown>>,
    node: SchemaNode,
  ): void {
    const inner = (...steps: (string | number)[]): DocumentNode => {
      const at = steps.reduce<unknown>((from, step) => (from as Record<string, unknown>)[step], value);
      return { uri: schema.uri, pointer: schema.pointer + jsonPointer(...steps), value: at };
    };
    const key = (child: { uri: string; pointer: string }): string =>
      `${api.documents.file(child.uri)}#${child.pointer}`;
    if (typeof value.$ref === 'string') {
      const target = api.documents.resolveChain(schema, value.$ref);
      if (target !== undefined) node.composed.push(this.nodeOf(api, target));
      // OpenAPI 3.0 ignores the siblings of a $ref.
      if (api.version === '3.0') return;
    }
    for (const name of isObject(value.properties) ? Object.keys(value.properties) : []) {
      const child = inner('properties', name);
      const property = { item: this.#register('properties', key(child)), node: this.nodeOf(api, child) };
      node.properties.set(name, property);
      node.incomplete.set(name, property);
    }
    for (const literal of Array.isArray(value.enum) ? value.enum : []) {
      const json = JSON.stringify(literal);
      node.enums.set(json, this.#register('enums', `${key(schema)} ${json}`));
    }
    if (isObject(value.items)) node.items = this.nodeOf(api, inner('items'));
    if (isObject(value.additionalProperties))
      node.additionalProperties = this.nodeOf(api, inner('additionalProperties'));
    for (const index of (Array.isArray(value.allOf) ? value.allOf : []).keys())
      node.composed.push(this.nodeOf(api, inner('allOf', index)));
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      for (const index of (Array.isArray(value[keyword]) ? value[keyword] : []).keys()) {
        const child = inner(keyword, index);
        node.alternatives.push({ schema: child, node: this.nodeOf(api, child) });
      }
    }
    for (const keyword of ['then', 'else'] as const) {
      if (isObject(value[keyword])) {
        const child = inner(keyword);
        node.alternatives.push({ schema: child, node: this.nodeOf(api, child) });
      }
    }
  }
}

/** Marks the properties and enum values that occur in a value. */
export function markValue(
  api: ApiSpec,
  node: SchemaNode,
  value: unknown,
  direction: Direction,
  passed: boolean,
  depth = 0,
): void {
  if (node.complete || depth > MAX_DEPTH) return;
  if ((++node.visits & 255) === 0) {
    if (isComplete(node)) return;
    // Validation against a complete alternative is not needed.
    for (const { node: inner } of node.alternatives) isComplete(inner);
  }
  if (node.enums.size > 0) {
    const item = node.enums.get(JSON.stringify(value));
    if (item !== undefined) markItem(item, passed);
  }
  if (Array.isArray(value)) {
    if (node.items !== undefined) {
      for (const item of value.slice(0, MAX_ITEMS))
        markValue(api, node.items, item, direction, passed, depth + 1);
    }
  } else if (isObject(value)) {
    for (const [name, property] of node.incomplete) {
      if (!Object.hasOwn(value, name)) continue;
      markItem(property.item, passed);
      markValue(api, property.node, value[name], direction, passed, depth + 1);
      if (property.item.passed && property.node.complete) node.incomplete.delete(name);
    }
    if (node.additionalProperties !== undefined) {
      for (const name in value) {
        if (!node.properties.has(name))
          markValue(api, node.additionalProperties, value[name], direction, passed, depth + 1);
      }
    }
  }
  for (const child of node.composed) markValue(api, child, value, direction, passed, depth + 1);
  for (const branch of node.alternatives) {
    if (!branch.node.complete && isValidAgainst(api, branch.schema, value, direction))
      markValue(api, branch.node, value, direction, passed, depth + 1);
  }
}

function isValidAgainst(api: ApiSpec, schema: DocumentNode, value: unknown, direction: Direction): boolean {
  try {
    return api.schemas.errors(schema, value, { direction, errors: 'all' }).length === 0;
  } catch (error) {
    // Validation has already reported that this schema is unusable.
    if (error instanceof UnusableSchema) return false;
    throw error;
  }
}

/** Called for every 256th visit only: when it is true, further traffic costs nothing here. */
function isComplete(root: SchemaNode): boolean {
  const reached = new Set([root]);
  for (const node of reached) {
    for (const item of node.enums.values()) if (!item.passed) return false;
    for (const { item, node: inner } of node.properties.values()) {
      if (!item.passed) return false;
      reached.add(inner);
    }
    for (const inner of [node.items, node.additionalProperties, ...node.composed])
      if (inner) reached.add(inner);
    for (const branch of node.alternatives) reached.add(branch.node);
  }
  for (const node of reached) node.complete = true;
  return true;
}
