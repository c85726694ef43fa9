// Generates the items of an array.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { setDigits, writeExactJson } from '../../exchange/exact-json.ts';
import type { JsonObject } from '../../exchange/json.ts';
import { subschemaList } from '../../schema/annotations.ts';
import { type ContainerContext, isTooRecursive, MAX_VALUES, minimalSizeOfAll } from './draft-context.ts';
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
  const length = lengthOf(container, least, firstItems);
  const isUnique = keywords.some(({ uniqueItems }) => uniqueItems === true);
  const seen = new Set<string>();
  const items: unknown[] = [];
  const start = context.size;
  let duplicates = 0;
  for (let index = 0; index < length && context.size <= MAX_VALUES; index++) {
    // `contains` is for the last items: the first ones are usually special.
    const schemas = [...itemSchemasAt(nodes, index), ...contains(length - 1 - index)];
    const spare = Math.max(0, place.budget - (context.size - start)) / (length - index);
    const at = `${place.at}/${index}`;
    if (index >= least) context.optional.add(at);
    const hint = candidateAt(place.hint, index);
    const inner = { ...place, at, depth: place.depth + 1, budget: Math.floor(spare), hint };
    let item = context.generateValue(schemas, inner);
    const textOf = (): string => writeExactJson([item.value]) + (item.digits ?? '');
    for (; isUnique && duplicates < MAX_DUPLICATES && seen.has(textOf()); duplicates++) {
      for (const pointer of [at, ...[...context.copied].filter(each => each.startsWith(`${at}/`))])
        context.attempts.set(pointer, (context.attempts.get(pointer) ?? 0) + 1);
      item = context.generateValue(schemas, inner);
    }
    if (isUnique && index >= least && seen.has(textOf())) break;
    seen.add(textOf());
    if (item.digits !== undefined) setDigits(items, items.length, item.digits);
    items.push(item.value);
  }
  return items;
}

function limits(keywords: readonly JsonObject[], name: string): number[] {
  return keywords.map(schema => schema[name]).filter(value => typeof value === 'number');
}

function lengthOf(
  { context, combined, place, attempt, random, isMinimal }: ContainerContext,
  least: number,
  firstItems: number,
): number {
  const { nodes, keywords } = combined;
  const further = itemSchemasAt(nodes, firstItems);
  const isClosed = further.some(({ value }) => value === false);
  const most = Math.min(...limits(keywords, 'maxItems'), isClosed ? firstItems : Number.POSITIVE_INFINITY);
  const size = minimalSizeOfAll(context, further);
  const isEnding =
    isMinimal || attempt >= 2 || size > place.budget || isTooRecursive(context, place, further);
  const hinted = Array.isArray(place.hint?.value) && attempt < 4 ? place.hint.value.length : undefined;
  const usual = firstItems + (context.dynamic ? 1 + Math.floor(random() * 2) : firstItems === 0 ? 1 : 0);
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
