// Generates the items of an array.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { setDigits, writeExactJson } from '../../exchange/exact-json.ts';
import type { JsonObject } from '../../exchange/json.ts';
import { subschemaList } from '../../schema/annotations.ts';
import {
  type ContainerContext,
  isTooRecursive,
  type ListItem,
  MAX_VALUES,
  minimalSizeOfAll,
} from './draft-context.ts';
import { candidateAt } from './schema-examples.ts';

/** How many equal items are generated anew in one array. */
const MAX_DUPLICATES = 200;

export function generateArray(container: ContainerContext): unknown[] {
  const { context, combined, place } = container;
  const { nodes, keywords } = combined;
  const contained = nodes.flatMap(node => {
    const schema = childNode(node, 'contains');
    const { minContains } = node.value as JsonObject;
    return schema === undefined ? [] : [{ schema, count: typeof minContains === 'number' ? minContains : 1 }];
  });
  const contains = (index: number): DocumentNode[] =>
    contained.filter(({ count }) => index < count).map(({ schema }) => schema);
  const firstItems = Math.max(0, ...nodes.map(node => subschemaList(node, 'prefixItems').length));
  const least = Math.min(
    MAX_VALUES - context.size,
    Math.max(0, ...limits(keywords, 'minItems'), ...contained.map(({ count }) => count)),
  );
  const hinted = hintedLength(container);
  const length = lengthOf(container, least, firstItems, hinted);
  const isUnique = keywords.some(({ uniqueItems }) => uniqueItems === true);
  const seen = new Set<string>();
  const items: unknown[] = [];
  const start = context.size;
  let duplicates = 0;
  for (let index = 0; index < length && context.size <= MAX_VALUES; index++) {
    // `contains` is for the last items: the first ones are usually special.
    const schemas = [...itemSchemasAt(nodes, index), ...contains(length - 1 - index)];
    const left = Math.max(0, place.budget - (context.size - start));
    // A further item would lack most of its members.
    if (index >= Math.max(least, 1) && hinted === undefined && left < (0.75 * (context.size - start)) / index)
      break;
    // The first item shows all that it has.
    const spare = left / (index === 0 && least < 2 ? Math.min(2, length) : length - index);
    const at = `${place.at}/${index}`;
    if (index >= least) context.optional.add(at);
    const hint = candidateAt(place.hint, index);
    const item: ListItem = { list: place.at, index };
    const inner = {
      ...place,
      at,
      depth: place.depth + 1,
      budget: Math.floor(spare),
      hint,
      item,
      lists: place.lists + 1,
    };
    let made = context.generateValue(schemas, inner);
    const textOf = (): string => writeExactJson([made.value]) + (made.digits ?? '');
    for (; isUnique && duplicates < MAX_DUPLICATES && seen.has(textOf()); duplicates++) {
      for (const pointer of [at, ...[...context.copied].filter(each => each.startsWith(`${at}/`))])
        context.attempts.set(pointer, (context.attempts.get(pointer) ?? 0) + 1);
      made = context.generateValue(schemas, inner);
    }
    // A list shows different items, unless more of them are required, or an example has equal ones.
    if (index >= least && (isUnique || hint === undefined) && seen.has(textOf())) break;
    if (isUnique || length > 1) seen.add(textOf());
    if (made.digits !== undefined) setDigits(items, items.length, made.digits);
    items.push(made.value);
  }
  return items;
}

function limits(keywords: readonly JsonObject[], name: string): number[] {
  return keywords.map(schema => schema[name]).filter(value => typeof value === 'number');
}

function hintedLength({ place, attempt }: ContainerContext): number | undefined {
  return Array.isArray(place.hint?.value) && attempt < 4 ? place.hint.value.length : undefined;
}

/** The items of a list, and of lists inside its items. */
const USUAL_ITEMS = [3, 2, 2];

function lengthOf(
  { context, combined, place, attempt, random, isMinimal }: ContainerContext,
  least: number,
  firstItems: number,
  hinted: number | undefined,
): number {
  const { nodes, keywords } = combined;
  const schemas = itemSchemasAt(nodes, firstItems);
  const isClosed = schemas.some(({ value }) => value === false);
  const most = Math.min(...limits(keywords, 'maxItems'), isClosed ? firstItems : Number.POSITIVE_INFINITY);
  const size = minimalSizeOfAll(context, schemas);
  const isEnding =
    isMinimal || attempt >= 2 || size > place.budget || isTooRecursive(context, place, schemas);
  const further = USUAL_ITEMS[place.lists] ?? 1;
  const usual =
    firstItems > 0
      ? firstItems + (context.dynamic ? 1 : 0)
      : context.dynamic && further > 1
        ? further - Math.floor(random() * 2)
        : further;
  const wanted = Math.max(least, Math.min(most, hinted ?? (isEnding ? 0 : usual)));
  let length = wanted;
  for (let index = 0; index < wanted; index++) if (context.omitted.has(`${place.at}/${index}`)) length--;
  return Math.max(least, length);
}

function itemSchemasAt(nodes: readonly DocumentNode[], index: number): DocumentNode[] {
  return nodes.flatMap(
    node =>
      subschemaList(node, 'prefixItems')[index] ??
      childNode(node, 'items') ??
      childNode(node, 'unevaluatedItems') ??
      [],
  );
}
