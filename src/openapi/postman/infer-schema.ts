// Infers a schema of OpenAPI 3.0 from values: what all of them have in common.
import { isObject } from '../../exchange/json.ts';
import { isVolatileName, UUID } from '../../exchange/value-formats.ts';
import { placeholderType } from './type-placeholder.ts';

/** A value that is not known, such as that of a variable. It says nothing about the schema. */
export const UNKNOWN_VALUE = '\u0000unknown';

/** Deeper values may be anything. */
const MAX_LEVELS = 64;

/** What is known of the values in one place. */
export interface ValueEvidence {
  hasNull: boolean;
  hasBoolean: boolean;
  hasInteger: boolean;
  /** A placeholder such as "<integer>" names the type. */
  isNamedInteger: boolean;
  hasFraction: boolean;
  /** The format of all texts; "": they have none in common; undefined: there are no texts. */
  format: string | undefined;
  /** Undefined: there are no objects. */
  object:
    | { count: number; readonly members: Map<string, { count: number; readonly values: ValueEvidence }> }
    | undefined;
  /** Of the items of lists; undefined: there are no lists. */
  items: ValueEvidence | undefined;
}

export function noEvidence(): ValueEvidence {
  return {
    hasNull: false,
    hasBoolean: false,
    hasInteger: false,
    isNamedInteger: false,
    hasFraction: false,
    format: undefined,
    object: undefined,
    items: undefined,
  };
}

export function addValue(evidence: ValueEvidence, value: unknown, level = 0): void {
  if (value === UNKNOWN_VALUE || level > MAX_LEVELS) return;
  if (value === null) evidence.hasNull = true;
  else if (typeof value === 'boolean') evidence.hasBoolean = true;
  else if (typeof value === 'number') {
    if (Number.isInteger(value)) evidence.hasInteger = true;
    else evidence.hasFraction = true;
  } else if (typeof value === 'string') addText(evidence, value);
  else if (Array.isArray(value)) {
    evidence.items ??= noEvidence();
    for (const item of value) addValue(evidence.items, item, level + 1);
  } else if (isObject(value)) {
    evidence.object ??= { count: 0, members: new Map() };
    evidence.object.count++;
    for (const [name, member] of Object.entries(value)) {
      const known = evidence.object.members.get(name) ?? { count: 0, values: noEvidence() };
      evidence.object.members.set(name, known);
      known.count++;
      addValue(known.values, member, level + 1);
    }
  }
}

function addText(evidence: ValueEvidence, text: string): void {
  const { type, format = '' } = placeholderType(text) ?? { type: 'string', format: formatOf(text) };
  if (type === undefined) return;
  if (type === 'boolean') evidence.hasBoolean = true;
  else if (type === 'integer') evidence.hasInteger = evidence.isNamedInteger = true;
  else if (type === 'number') evidence.hasFraction = true;
  else evidence.format = commonFormat(evidence.format, format);
}

/** What is known of the members of objects, by the names that an object has: such objects are likely of one kind. */
export type ObjectKinds = Map<string, ReadonlyMap<string, ValueEvidence>>;

/** Objects with fewer members have the same names by chance. */
const MIN_NAMES = 3;

function kindOf(names: readonly string[]): string | undefined {
  return names.length < MIN_NAMES ? undefined : JSON.stringify(names.toSorted());
}

/** Adds what the objects in a value show about their kinds: the scalars of their members. */
export function addKinds(kinds: ObjectKinds, value: unknown, level = 0): void {
  if (typeof value !== 'object' || value === null || level > MAX_LEVELS) return;
  const members = Object.entries(value);
  const kind = Array.isArray(value) ? undefined : kindOf(members.map(([name]) => name));
  if (kind !== undefined) {
    const known = kinds.get(kind) ?? new Map(members.map(([name]) => [name, noEvidence()]));
    kinds.set(kind, known);
    for (const [name, member] of members)
      if (typeof member !== 'object' || member === null) addValue(known.get(name) ?? noEvidence(), member);
  }
  for (const [, member] of members) addKinds(kinds, member, level + 1);
}

/**
 * @param requiresMembers whether there are enough values to conclude from all of them: a member that all have is required, and
 *   numbers that are all whole are integers
 * @param kinds what objects with the same members have elsewhere
 */
export function writeSchema(
  evidence: ValueEvidence,
  requiresMembers: boolean,
  kinds: ObjectKinds,
): Record<string, unknown> {
  const schemas: Record<string, unknown>[] = [];
  if (evidence.hasBoolean) schemas.push({ type: 'boolean' });
  if (evidence.hasFraction) schemas.push({ type: 'number' });
  else if (evidence.hasInteger)
    // One body with 7 does not show that 7.5 is wrong.
    schemas.push({ type: requiresMembers || evidence.isNamedInteger ? 'integer' : 'number' });
  if (evidence.format !== undefined)
    schemas.push({ type: 'string', ...(evidence.format !== '' && { format: evidence.format }) });
  if (evidence.items !== undefined)
    schemas.push({ type: 'array', items: writeSchema(evidence.items, requiresMembers, kinds) });
  if (evidence.object !== undefined) schemas.push(writeObject(evidence.object, requiresMembers, kinds));
  const [first, ...others] = schemas;
  // Without another type than null, the values may be anything.
  if (first === undefined) return {};
  if (evidence.hasNull) first.nullable = true;
  return others.length === 0 ? first : { anyOf: schemas };
}

function writeObject(
  { count, members }: NonNullable<ValueEvidence['object']>,
  requiresMembers: boolean,
  kinds: ObjectKinds,
): Record<string, unknown> {
  const names = [...members.keys()];
  // The names of a map are data: numbers, dates, identifiers.
  if (names.length > 0 && names.every(isVolatileName)) {
    const all = noEvidence();
    for (const { values } of members.values()) mergeEvidence(all, values);
    return { type: 'object', additionalProperties: writeSchema(all, requiresMembers, kinds) };
  }
  const required = names.filter(name => members.get(name)?.count === count);
  const ofKind = required.length === names.length ? kinds.get(kindOf(names) ?? '') : undefined;
  const properties = [...members].map(([name, { values }]) => {
    const elsewhere = ofKind?.get(name);
    if (elsewhere !== undefined) mergeEvidence(values, elsewhere);
    return [name, writeSchema(values, requiresMembers, kinds)] as const;
  });
  return {
    type: 'object',
    ...(requiresMembers && required.length > 0 && { required }),
    ...(names.length > 0 && { properties: Object.fromEntries(properties) }),
  };
}

function mergeEvidence(into: ValueEvidence, other: ValueEvidence): void {
  into.hasNull ||= other.hasNull;
  into.hasBoolean ||= other.hasBoolean;
  into.hasInteger ||= other.hasInteger;
  into.isNamedInteger ||= other.isNamedInteger;
  into.hasFraction ||= other.hasFraction;
  if (other.format !== undefined) into.format = commonFormat(into.format, other.format);
  if (other.items !== undefined) {
    into.items ??= noEvidence();
    mergeEvidence(into.items, other.items);
  }
  if (other.object === undefined) return;
  into.object ??= { count: 0, members: new Map() };
  into.object.count += other.object.count;
  for (const [name, { count, values }] of other.object.members) {
    const known = into.object.members.get(name) ?? { count: 0, values: noEvidence() };
    into.object.members.set(name, known);
    known.count += count;
    mergeEvidence(known.values, values);
  }
}

function commonFormat(known: string | undefined, format: string): string {
  return known === undefined || known === format ? format : '';
}

const FORMATS: readonly (readonly [format: string, pattern: RegExp])[] = [
  ['date-time', /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-][01]\d:[0-5]\d)$/],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['uuid', UUID],
  ['email', /^[\w.+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,8}$/i],
  ['uri', /^https?:\/\/[\w.-]+(?::\d{1,5})?(?:[/?#][\w.~:/?#@!$&'()*+,;=-]*)?$/],
];

function formatOf(text: string): string {
  if (text.length > 2000) return '';
  const format = FORMATS.find(([, pattern]) => pattern.test(text))?.[0] ?? '';
  return format.startsWith('date') && !isDay(text.slice(0, 10)) ? '' : format;
}

/** The calendar has the day. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
