// Reads path templates as collections and items: "/pets" and "/pets/{id}", with ".json", a slash at the end, or OData's form.

import { otherNumbers } from '../../exchange/names.ts';
import type { Operation } from '../../openapi/model.ts';

/** What a path template may be. Keys do not depend on the names of variables. */
export interface PathShape {
  readonly key: string;
  /** Set if the last segment is a variable: the path may lead to an item. */
  readonly item:
    | { readonly collectionKey: string; readonly collection: string; readonly parameter: string }
    | undefined;
  /** All variables, in order. */
  readonly names: readonly string[];
  /** The variables before the one of the item. */
  readonly parents: readonly string[];
  /** The keys with the last text in singular or plural; empty for the path of an item. */
  readonly variants: readonly string[];
  /** Text segments, without those of variables. */
  readonly texts: readonly string[];
}

const VARIABLE = /\{([^{}]+)\}/g;

export function readPathShape({ path }: Pick<Operation, 'path'>): PathShape {
  const segments = path
    .replace(/\/$/, '')
    .replace(/(?<=.)\.(json|xml)$/i, '')
    .split('/')
    .slice(1);
  const last = segments.at(-1) ?? '';
  const [, entitySet, keyOfSet] = /^([^{}()]+)\('?\{([^{}]+)\}'?\)$/.exec(last) ?? [];
  const [, variable] = /^\{([^{}]+)\}$/.exec(last) ?? [];
  const parameter = keyOfSet ?? variable;
  const before = entitySet === undefined ? segments.slice(0, -1) : [...segments.slice(0, -1), entitySet];
  const above = parameter === undefined ? segments : before;
  return {
    key: keyOf(segments),
    item:
      parameter === undefined
        ? undefined
        : { collectionKey: keyOf(before), collection: `/${before.join('/')}`, parameter },
    variants:
      parameter === undefined
        ? otherNumbers(last).map(other => keyOf([...segments.slice(0, -1), other]))
        : [],
    names: segments.flatMap(variablesIn),
    parents: above.flatMap(variablesIn),
    texts: above.filter(segment => !/[{}]/.test(segment) && segment !== ''),
  };
}

function variablesIn(segment: string): string[] {
  return [...segment.matchAll(VARIABLE)].map(([, name]) => name as string);
}

function keyOf(segments: readonly string[]): string {
  return segments.map(segment => `/${segment.replace(VARIABLE, '{}')}`).join('');
}

/** The keys of the paths above a path, the longest first. */
export function keysAbove(key: string): string[] {
  const keys: string[] = [];
  // "/{}:cancel" is below "/{}".
  const verb = key.lastIndexOf('{}:');
  if (verb > key.lastIndexOf('/')) keys.push(key.slice(0, verb + 2));
  for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1))
    keys.push(key.slice(0, end));
  return keys;
}

/** The last text segment of a path: "pets" of "/owners/{ownerId}/pets.json". */
export function lastText(path: string): string {
  const texts = path.split('/').filter(segment => segment !== '' && !/[{}]/.test(segment));
  return texts.at(-1)?.replace(/\.(json|xml)$/i, '') ?? '';
}
