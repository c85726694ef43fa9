// What the members of one generated object agree on: whom or what it describes, its place in a list, and its random numbers.

import type { DocumentNode } from '../../../document/documents.ts';
import { isObject } from '../../../exchange/json.ts';
import { singular } from '../../../exchange/names.ts';
import { perObject } from '../../../exchange/per-object.ts';
import { randomFrom } from '../../../exchange/seeded-random.ts';
import { namesOf, nameWords } from './words.ts';

export interface Subject {
  readonly seed: string;
  /** JSON Pointer of the object. */
  readonly at: string;
  /** Equal for the items of a list, which differ by `index`. */
  readonly group: string;
  readonly index: number;
  /** The words of the name of the schema, or of the property: order, line, item. */
  readonly entity: readonly string[];
  /** The names of the members, each as words. */
  readonly members: ReadonlySet<string>;
  /** The object around it, if this one describes a part of the same thing: its profile, its address. */
  readonly whole: Subject | undefined;
  /** The object around it. */
  readonly outer: Subject | undefined;
  /** The lengths of the lists in the object, by name; those one level deeper come last. */
  readonly lists: Map<string, number>;
  /** What members have decided so far. */
  readonly facts: Map<string, unknown>;
  /** The status of the response if it is an error. */
  readonly errorStatus: number | undefined;
}

/** Decided once for a thing, so that all members that show it agree. */
export function fact<Value>(subject: Subject, key: string, make: (random: () => number) => Value): Value {
  let owner = subject;
  while (owner.whole !== undefined) owner = owner.whole;
  if (!owner.facts.has(key)) owner.facts.set(key, make(randomFrom(`${owner.seed} ${owner.at} ${key}`)));
  return owner.facts.get(key) as Value;
}

/** An entry of a short list. The items of an array get different ones, as long as there are enough. */
export function pick<Value>({ seed, group, index }: Subject, key: string, values: readonly Value[]): Value {
  const random = randomFrom(`${seed} ${group} ${key}`);
  return values[(Math.floor(random() * values.length) + index) % values.length] as Value;
}

/** A number for the thing at a pointer: items of a list get consecutive ones. */
export function ordinal({ seed, group, index }: Pick<Subject, 'seed' | 'group' | 'index'>): number {
  return 1 + Math.floor(randomFrom(`${seed} ${group} id`)() * 400) + index;
}

export function hasAny({ members }: Subject, ...names: readonly string[]): boolean {
  return names.some(name => members.has(name));
}

/** Parts of a thing, which describe the same person or place as the object around them. */
const PARTS = namesOf(
  'profile contact attributes data details info personal name identity properties personal_info',
  'contact_info contact_details fields billing_details full_name result address location',
  'coordinates geo position billing_address shipping_address emails',
);

export function rootSubject(seed: string, errorStatus: number | undefined): Subject {
  return {
    errorStatus,
    ...{ seed, at: '', group: '', index: 0, entity: [], members: new Set<string>() },
    ...{ whole: undefined, outer: undefined, lists: new Map(), facts: new Map() },
  };
}

/**
 * The subject of an object.
 * @param outer that of the object around it
 * @param item set if the object is an item of a list: the pointer of the list and the index
 */
export function subjectOf(
  outer: Subject,
  at: string,
  name: string,
  nodes: readonly DocumentNode[],
  item: { readonly list: string; readonly index: number } | undefined,
): Subject {
  const words = nameWords(name);
  const isPart = item === undefined && at !== '' && PARTS.has(words.join(' '));
  return {
    seed: outer.seed,
    errorStatus: outer.errorStatus,
    at,
    group: item?.list ?? (isPart ? outer.group : at),
    index: item?.index ?? (isPart ? outer.index : 0),
    entity: (isGeneric(words) ? schemaName(nodes) : words).map(singular),
    members: memberNames(nodes),
    whole: isPart ? outer : undefined,
    outer: at === '' ? undefined : outer,
    lists: new Map(),
    facts: new Map(),
  };
}

const memberNames = perObject((nodes: readonly DocumentNode[]): ReadonlySet<string> => {
  const names = nodes.flatMap(({ value }) =>
    isObject(value) && isObject(value.properties) ? Object.keys(value.properties) : [],
  );
  return new Set(names.map(name => nameWords(name).join(' ')));
});

/** Words that do not say what a thing is. */
export const GENERIC_WORDS = namesOf(
  'data item result value content record list doc row element edge node entry object response payload',
  'body resource request dto model schema entity view base summary detail info ref reference simple',
  'minimal full output input attribute public private basic short v1 v2 previous current new old',
);

function isGeneric(words: readonly string[]): boolean {
  return words.every(word => GENERIC_WORDS.has(singular(word)));
}

/** The words of the name of a schema: that of the component, else of the resource in the path of the operation. */
function schemaName(nodes: readonly DocumentNode[]): readonly string[] {
  for (const { pointer } of nodes) {
    const component = /\/(?:schemas|definitions)\/([^/]+)$/.exec(pointer)?.[1];
    if (component !== undefined) return nameWords(component);
  }
  const path = /^\/paths\/([^/]+)\//.exec(nodes[0]?.pointer ?? '')?.[1] ?? '';
  return nameWords(path.split('~1').findLast(step => step !== '' && !step.includes('{')) ?? '');
}

/** An item that is no object: a subject of its own, so that it differs from the items before it. */
export function itemSubject(
  subject: Subject,
  at: string,
  { list, index }: { readonly list: string; readonly index: number },
  attempt: number,
): Subject {
  return { ...subject, at, group: list, index: index + attempt, whole: undefined, facts: new Map() };
}
