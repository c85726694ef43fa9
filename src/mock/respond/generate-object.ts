// Generates the members of an object.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { setDigits } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { propertySchemas, type SchemaReader } from '../../schema/annotations.ts';
import { hidingKeyword } from '../../schema/dialect.ts';
import { type CombinedSchema, combineSchemas } from './combine-schemas.ts';
import {
  type ContainerContext,
  isTooRecursive,
  MAX_VALUES,
  minimalSizeOfAll,
  type Place,
} from './draft-context.ts';
import { generateString } from './generate-string.ts';
import { candidateAt } from './schema-examples.ts';

export function generateObject(container: ContainerContext): JsonObject {
  const { context, place } = container;
  let combined = container.combined;
  let members = chooseMembers(container, combined);
  // A member may bring a schema for the whole object, which may require other members.
  for (let round = 0; round < 5; round++) {
    const dependent = dependentSchemas(combined, members);
    if (dependent.length === 0) break;
    const extended = container.extend(dependent);
    if (extended.nodes.length === combined.nodes.length) break;
    combined = extended;
    members = chooseMembers(container, combined);
  }
  const entries: [string, unknown][] = [];
  const digits: [string, string][] = [];
  const start = context.size;
  let reserved = [...members.values()].reduce((sum, { least }) => sum + least, 0);
  let left = members.size;
  for (const [name, { schemas, least, isRequired }] of members) {
    const at = place.at + jsonPointer(name);
    if (!isRequired) context.optional.add(at);
    reserved -= least;
    const spare = Math.max(0, place.budget - (context.size - start) - reserved - least) / left--;
    const hint = candidateAt(place.hint, name);
    const inner: Place = { ...place, at, depth: place.depth + 1, budget: Math.floor(least + spare), hint };
    const discriminator = discriminatorText(combined, name, schemas);
    const member =
      discriminator === undefined ? context.generateValue(schemas, inner) : { value: discriminator };
    if (discriminator !== undefined) context.size++;
    entries.push([name, member.value]);
    if (member.digits !== undefined) digits.push([name, member.digits]);
  }
  // fromEntries defines a member "__proto__"; an assignment would change the prototype.
  const value = Object.fromEntries(entries);
  for (const [name, text] of digits) setDigits(value, name, text);
  return value;
}

interface Member {
  readonly schemas: readonly DocumentNode[];
  /** The least number of values. */
  readonly least: number;
  readonly isRequired: boolean;
}

function chooseMembers(container: ContainerContext, combined: CombinedSchema): Map<string, Member> {
  const { context, place, attempt, random, isMinimal } = container;
  const { keywords, discriminators } = combined;
  const required = new Set(
    keywords.flatMap(({ required: names }) => (Array.isArray(names) ? names.map(String) : [])),
  );
  const declared = keywords.flatMap(({ properties }) =>
    isObject(properties) ? Object.keys(properties) : [],
  );
  for (const name of discriminators.keys())
    if (!memberSchemas(context.reader, combined, name).some(({ value }) => value === false))
      required.add(name);
  const hinted = isObject(place.hint?.value) ? Object.keys(place.hint.value) : [];
  const isLimited = place.hint?.isWhole === true && hinted.length > 0;
  const least = Math.min(MAX_VALUES - context.size, Math.max(0, ...counts(keywords, 'minProperties')));
  const most = Math.min(...counts(keywords, 'maxProperties'));
  const members = new Map<string, Member>();
  const skipped: string[] = [];
  let reserved = 1;
  const add = (name: string, isRequired: boolean, isNeeded = isRequired): boolean => {
    if (members.has(name)) return true;
    const schemas = memberSchemas(context.reader, combined, name);
    const size = minimalSizeOfAll(context, schemas);
    if (!isRequired) {
      if (!Number.isFinite(size) || isHidden(container, schemas)) return false;
      const isOptionalTaken =
        isNeeded ||
        (!isMinimal &&
          reserved + size <= place.budget &&
          !context.omitted.has(place.at + jsonPointer(name)) &&
          !isTooRecursive(context, place, schemas) &&
          (!isLimited || hinted.includes(name)) &&
          (attempt < 2 || (attempt % 2 === 1 && random() < 0.5)));
      if (!isOptionalTaken) {
        skipped.push(name);
        return false;
      }
    }
    reserved += size;
    members.set(name, { schemas, least: Number.isFinite(size) ? size : 1, isRequired });
    return true;
  };
  const addWithDependents = (name: string, isRequired: boolean, isNeeded?: boolean): void => {
    if (!add(name, isRequired, isNeeded)) return;
    for (const { dependentRequired } of keywords) {
      const names = isObject(dependentRequired) ? dependentRequired[name] : undefined;
      for (const other of Array.isArray(names) ? names.map(String) : [])
        if (!members.has(other)) addWithDependents(other, true);
    }
  };
  for (const name of new Set([...declared, ...required, ...hinted])) {
    const isRequired = required.has(name);
    const others = [...required].filter(each => !members.has(each)).length;
    if (isRequired || members.size + others < most) addWithDependents(name, isRequired);
  }
  for (const name of skipped) if (members.size < least) addWithDependents(name, false, true);
  const usual =
    isMinimal || isLimited || attempt >= 2 ? 0 : Math.min(most, usualExtras(combined, declared.length));
  const wanted = Math.max(least, members.size === 0 || declared.length === 0 ? usual : 0);
  let tries = 20 + 4 * wanted;
  for (const name of extraNames(container, combined)) {
    if (members.size >= wanted || tries-- <= 0) break;
    if (members.has(name) || required.has(name) || !isAllowedName(container, combined, name)) continue;
    const schemas = memberSchemas(context.reader, combined, name);
    const isTooMuch = members.size >= least && isTooRecursive(context, place, schemas);
    if (!isTooMuch) add(name, false, members.size < least);
  }
  return inDeclaredOrder(members, declared);
}

function inDeclaredOrder(members: Map<string, Member>, declared: readonly string[]): Map<string, Member> {
  const ordered = new Map<string, Member>();
  for (const name of [...declared, ...members.keys()]) {
    const member = members.get(name);
    if (member !== undefined) ordered.set(name, member);
  }
  return ordered;
}

function counts(keywords: readonly JsonObject[], name: string): number[] {
  return keywords.map(schema => schema[name]).filter(value => typeof value === 'number');
}

function memberSchemas(reader: SchemaReader, { nodes }: CombinedSchema, name: string): DocumentNode[] {
  return nodes.flatMap(node => propertySchemas(reader, node, name, true));
}

function isHidden({ context }: ContainerContext, schemas: readonly DocumentNode[]): boolean {
  const { keywords, isNever } = combineSchemas(context.api, context.reader, schemas, () => 0);
  return isNever || keywords.some(schema => schema[hidingKeyword(context.direction)] === true);
}

/** The name of the schema, unless the property allows other values only. */
function discriminatorText(
  { discriminators }: CombinedSchema,
  name: string,
  schemas: readonly DocumentNode[],
): string | undefined {
  const value = discriminators.get(name);
  const isExcluded = schemas.some(
    ({ value: schema }) =>
      isObject(schema) &&
      ((Array.isArray(schema.enum) && !schema.enum.includes(value)) ||
        ('const' in schema && schema.const !== value)),
  );
  return isExcluded ? undefined : value;
}

function dependentSchemas({ nodes }: CombinedSchema, members: ReadonlyMap<string, Member>): DocumentNode[] {
  return nodes.flatMap(node => {
    const dependent = childNode(node, 'dependentSchemas');
    return [...members.keys()].flatMap(name => (dependent && childNode(dependent, name)) ?? []);
  });
}

/** How many members a map has, if it has no named ones: one for each pattern, or two. */
function usualExtras({ keywords }: CombinedSchema, declared: number): number {
  const patterns = keywords.flatMap(({ patternProperties }) =>
    isObject(patternProperties) ? Object.keys(patternProperties) : [],
  );
  if (patterns.length > 0) return patterns.length;
  const isMap = keywords.some(
    ({ additionalProperties, unevaluatedProperties }) =>
      isObject(additionalProperties) || isObject(unevaluatedProperties),
  );
  return isMap && declared === 0 ? 2 : 0;
}

/** Names for members that are not declared. */
function* extraNames(
  { context, random, place, attempt }: ContainerContext,
  combined: CombinedSchema,
): Generator<string> {
  const { nodes, keywords } = combined;
  const patterns = keywords.flatMap(({ patternProperties }) =>
    isObject(patternProperties) ? Object.keys(patternProperties) : [],
  );
  const names = nodes.flatMap(node => childNode(node, 'propertyNames') ?? []);
  for (let index = 0; ; index++) {
    if (names.length > 0) {
      const at = `${place.at}/?name${index}`;
      // Without this every name would be the first example, or the first of an enum.
      context.attempts.set(at, index);
      const inner: Place = {
        ...place,
        at,
        depth: place.depth + 1,
        hint: undefined,
      };
      const { value } = context.generateValue(names, inner);
      if (typeof value === 'string') yield value;
    }
    for (const pattern of patterns) {
      // Of two names the second has more characters, for patterns whose shortest match is always the same.
      const minLength = index === 0 ? 0 : 3 + (index % 8);
      yield generateString(context, [{ pattern, minLength }], random, attempt);
    }
    yield `property${index + 1}`;
  }
}

function isAllowedName({ context }: ContainerContext, combined: CombinedSchema, name: string): boolean {
  if (memberSchemas(context.reader, combined, name).some(({ value }) => value === false)) return false;
  return combined.nodes.every(node => {
    const names = childNode(node, 'propertyNames');
    return names === undefined || context.reader.isValid(names, name);
  });
}
