// Generates the members of an object.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { setDigits } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { hidingKeyword } from '../../schema/dialect.ts';
import { type CombinedSchema, combineSchemas } from './combine-schemas.ts';
import {
  type ContainerContext,
  isTooRecursive,
  MAX_VALUES,
  minimalSizeOfAll,
  type Place,
} from './draft-context.ts';
import { extraNames, isAllowedName, memberSchemas, namesIn, usualExtras } from './member-names.ts';
import { candidateAt } from './schema-examples.ts';
import { dependsOnLists, noteList } from './values/pages.ts';
import { nameWords } from './values/words.ts';

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
  const values = new Map<string, unknown>();
  const digits: [string, string][] = [];
  const start = context.size;
  let reserved = [...members.values()].reduce((sum, { least }) => sum + least, 0);
  // What is spare is for lists and objects.
  let containers = [...members.values()].filter(({ isScalar }) => !isScalar).length;
  for (const [name, { schemas, least, isRequired, isScalar }] of listsFirst(members)) {
    const at = place.at + jsonPointer(name);
    if (!isRequired) context.optional.add(at);
    reserved -= least;
    const left = Math.max(0, place.budget - (context.size - start) - reserved - least);
    const spare = isScalar ? 1 : left / containers--;
    const hint = candidateAt(place.hint, name);
    const inner: Place = {
      ...{ ...place, at, depth: place.depth + 1, budget: Math.floor(least + spare), hint, name },
      item: undefined,
    };
    const discriminator = discriminatorText(combined, name, schemas);
    const member =
      discriminator === undefined ? context.generateValue(schemas, inner) : { value: discriminator };
    if (discriminator !== undefined) context.size++;
    values.set(name, member.value);
    if (Array.isArray(member.value)) noteList(place.subject, name, member.value.length);
    if (member.digits !== undefined) digits.push([name, member.digits]);
  }
  // fromEntries defines a member "__proto__"; an assignment would change the prototype.
  const value = Object.fromEntries([...members.keys()].map(name => [name, values.get(name)]));
  for (const [name, text] of digits) setDigits(value, name, text);
  return value;
}

/** The numbers of items and pages come after the lists that they count. */
function listsFirst(members: ReadonlyMap<string, Member>): (readonly [string, Member])[] {
  const isLate = ([name]: readonly [string, Member]): boolean => dependsOnLists(nameWords(name));
  const all = [...members];
  return all.some(isLate) ? [...all.filter(entry => !isLate(entry)), ...all.filter(isLate)] : all;
}

interface Member {
  readonly schemas: readonly DocumentNode[];
  /** The least number of values. */
  readonly least: number;
  readonly isRequired: boolean;
  /** True: certainly no list and no object. */
  readonly isScalar: boolean;
}

function chooseMembers(container: ContainerContext, combined: CombinedSchema): Map<string, Member> {
  const { context, place, attempt, random, isMinimal } = container;
  const { keywords, discriminators } = combined;
  const { required: always, declared } = namesIn(combined);
  const required = new Set(always);
  for (const [name, value] of discriminators)
    if (
      value !== undefined &&
      !memberSchemas(context.reader, combined, name).some(each => each.value === false)
    )
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
    const isScalar = schemas.length > 0 && schemas.every(isScalarSchema);
    members.set(name, { schemas, least: Number.isFinite(size) ? size : 1, isRequired, isScalar });
    return true;
  };
  const addWithDependents = (name: string, isRequired: boolean, isNeeded?: boolean): void => {
    if (!add(name, isRequired, isNeeded)) return;
    for (const { dependentRequired } of keywords) {
      const names = isObject(dependentRequired) ? dependentRequired[name] : undefined;
      for (const other of Array.isArray(names) ? names.map(textOfValue) : [])
        if (!members.has(other)) addWithDependents(other, true);
    }
  };
  for (const name of new Set([...declared, ...required, ...hinted])) {
    const isRequired = required.has(name);
    if (!isRequired && discriminators.has(name) && discriminators.get(name) === undefined) continue;
    const others = [...required].filter(each => !members.has(each)).length;
    if (isRequired || members.size + others < most) addWithDependents(name, isRequired);
  }
  for (const name of skipped) if (members.size < least) addWithDependents(name, false, true);
  const mayExtend = !isMinimal && !isLimited && attempt < 2;
  const usual = mayExtend ? Math.min(most, usualExtras(combined, declared.length)) : 0;
  const filled =
    mayExtend && context.fillProperties ? Math.min(most, members.size + 1 + Math.floor(random() * 3)) : 0;
  const wanted = Math.max(least, filled, members.size === 0 || declared.length === 0 ? usual : 0);
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

function isScalarSchema({ value }: DocumentNode): boolean {
  return isObject(value) && typeof value.type === 'string' && !/^(?:object|array)$/.test(value.type);
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
