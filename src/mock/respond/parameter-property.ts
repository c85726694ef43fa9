// Finds the property of an object that has the value of a path parameter: by the same name, or as the id of the resource.

import { singular, wordsOf } from '../../exchange/names.ts';
import type { Operation } from '../../openapi/model.ts';
import { variablesOf } from '../../openapi/path-template.ts';

/** How certain it is that a property has the value of a path parameter. */
export type IdRule =
  /** They have the same name, in any spelling: pet_id and petId. */
  | 'same name'
  /** The parameter identifies the object, and the property is its `id`. */
  | 'id'
  /** Such as `number` for `issue_number`. */
  | 'end of the name'
  /** The resource before the parameter and its name: `customerId` for /customers/{id}. */
  | 'name of the resource'
  /** `x-deadringer.state.id` names the property. */
  | 'declared';

export interface PathParameter {
  readonly name: string;
  /** Of the name, in lower case: ["pet", "id"] for petId, pet_id and PetID. */
  readonly words: readonly string[];
  /** Of the text before it in the path, in the singular: ["pet"] for /v1/pets/{id}; none: there is no text. */
  readonly resource: readonly string[];
  /** True: the path ends with it, so that the path is that of an item. */
  readonly isLast: boolean;
}

export function pathParametersOf({ segments, path }: Pick<Operation, 'segments' | 'path'>): PathParameter[] {
  let resource: readonly string[] = [];
  const endsWithVariable = /\}(?:\.\w+)?\/?$/.test(path);
  const parameters: PathParameter[] = [];
  for (const segment of segments) {
    if (segment.kind === 'literal') {
      if (segment.text !== '') resource = singularWords(wordsOf(segment.text));
      continue;
    }
    for (const name of variablesOf(segment))
      parameters.push({ name, words: wordsOf(name), resource, isLast: false });
    resource = [];
  }
  const last = parameters.at(-1);
  return endsWithVariable && last !== undefined
    ? [...parameters.slice(0, -1), { ...last, isLast: true }]
    : parameters;
}

/** The names of properties by their words: "pet id" for petId. */
export function namesByWords(names: Iterable<string>): ReadonlyMap<string, string> {
  const byWords = new Map<string, string>();
  for (const name of names) {
    const key = wordsOf(name).join(' ');
    if (!byWords.has(key)) byWords.set(key, name);
  }
  return byWords;
}

/**
 * @param byWords of the object
 * @param isScalar whether a property may have a text or a number
 * @param isItem true: the object is what the parameter identifies
 */
export function parameterPropertyOf(
  { words, resource }: PathParameter,
  byWords: ReadonlyMap<string, string>,
  isScalar: (name: string) => boolean,
  isItem: boolean,
): { readonly name: string; readonly rule: IdRule } | undefined {
  const find = (rule: IdRule, ...parts: readonly string[]) => {
    const name = byWords.get(parts.join(' '));
    return name === undefined || !isScalar(name) ? undefined : { name, rule };
  };
  const isGeneric = words.length === 1 && GENERIC.has(words[0] ?? '');
  const owned = resource.length === 0 ? undefined : find('name of the resource', ...resource, ...words);
  if (!isItem) return isGeneric ? owned : find('same name', ...words);
  const end = words.at(-1) ?? '';
  return (
    find('same name', ...words) ??
    (ID_WORDS.has(end) ? undefined : find('end of the name', end)) ??
    find('id', 'id') ??
    owned ??
    find('name of the resource', ...resource, 'id')
  );
}

/** True if a name is that of the resource before a parameter: "Pet", "pet_response" and "pets" for /pets/{id}. */
export function isNamedAs(name: string, resource: readonly string[]): boolean {
  const words = wordsOf(name).filter(word => !ROLE_WORDS.has(word));
  return resource.length > 0 && singularWords(words).join(' ') === resource.join(' ');
}

/** Names that mean something else in every object. */
const GENERIC = new Set([
  'id',
  'uuid',
  'guid',
  'uid',
  'key',
  'name',
  'code',
  'slug',
  'number',
  'version',
  'type',
]);
const ID_WORDS = new Set(['id', 'uuid', 'guid', 'uid']);

/** Words in the names of schemas that do not tell what the object is. */
const ROLE_WORDS = new Set([
  ...[
    'response',
    'result',
    'dto',
    'out',
    'output',
    'model',
    'object',
    'details',
    'detail',
    'read',
    'view',
    'schema',
  ],
  ...['data', 'entity', 'resource', 'full', 'get'],
]);

function singularWords(words: readonly string[]): string[] {
  return words.map((word, index) => (index < words.length - 1 ? word : singular(word)));
}
