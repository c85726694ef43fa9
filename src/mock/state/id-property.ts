// Finds the property of an item that has the value of the path parameter.

import type { DocumentNode } from '../../document/documents.ts';
import { endsWithWords, plainName, singular, wordsOf } from '../../exchange/names.ts';
import { isScalar, type ReadShape, type SchemaShape } from './schema-shape.ts';

/** What is known of an item from its path. */
export interface ItemNames {
  /** The name of the path parameter; undefined: no path leads to one item. */
  readonly parameter: string | undefined;
  readonly parameterSchema: DocumentNode | undefined;
  /** The last text segment of the collection's path, such as "pets". */
  readonly collection: string;
}

export interface FoundId {
  readonly name: string;
  readonly rule: string;
}

/** Names for what people choose themselves, best first. */
const CHOSEN_NAMES = ['slug', 'key', 'code', 'login', 'username', 'handle', 'name', 'email'];

const GENERATED_NAMES = [
  ...['id', 'uuid', 'guid', 'uid', 'sid', 'gid', 'oid', 'entityid', 'sha', 'hash', 'digest', 'identifier'],
  ...['key', 'number', 'no', 'token', 'reference'],
];

interface Rule {
  readonly rule: string;
  readonly fits: (property: string, plain: string) => boolean;
}

/** @returns undefined if no rule finds a property */
export function findIdProperty(
  item: SchemaShape,
  names: ItemNames,
  readShape: ReadShape,
): FoundId | undefined {
  const certain = findNamedId(item, names, readShape);
  if (certain !== undefined) return certain;
  const { parameter } = names;
  const properties = scalarsOf(item, readShape);
  const usual = (list: readonly string[], rule: string): FoundId | undefined => {
    const name = list.flatMap(each => properties.filter(property => plainName(property) === each))[0];
    return name === undefined ? undefined : { name, rule };
  };
  const generated = usual(GENERATED_NAMES, 'a usual name of an id');
  // Without a path of an item nothing says that a client chooses the id.
  if (parameter === undefined) return generated;
  const longer = properties.filter(name => endsWithWords(name, parameter));
  if (longer.length === 1)
    return { name: longer[0] as string, rule: 'it ends with the name of the path parameter' };
  if (hasIdWord(parameter)) return generated;
  return usual(CHOSEN_NAMES, 'a usual name of what people choose as an id') ?? generated;
}

/** The rules that the names of the path decide alone. */
export function findNamedId(
  item: SchemaShape,
  { parameter, parameterSchema, collection }: ItemNames,
  readShape: ReadShape,
): FoundId | undefined {
  const properties = scalarsOf(item, readShape);
  const resource = resourceWord(collection);
  const hasType = (property: string): boolean =>
    parameter === undefined ||
    hasIdWord(parameter) ||
    isLikeParameter(item, property, parameterSchema, readShape);
  const byId: Rule = { rule: '"id"', fits: (property, plain) => plain === 'id' && hasType(property) };
  const byResource: Rule = {
    rule: 'the name of the resource and "id"',
    fits: (_, plain) => plain === `${resource}id`,
  };
  for (const { rule, fits } of [
    ...(parameter === undefined ? [] : parameterRules(parameter, resource, byId, properties)),
    byId,
    byResource,
  ]) {
    const name = properties.find(each => fits(each, plainName(each)));
    if (name !== undefined) return { name, rule };
  }
  return undefined;
}

function parameterRules(
  parameter: string,
  resource: string,
  byId: Rule,
  properties: readonly string[],
): Rule[] {
  const plainParameter = plainName(parameter);
  // The longest: "issue_number" is the property "issue_number" before "number".
  const [longest] = properties
    .filter(name => endsWithWords(parameter, name))
    .sort((left, right) => wordsOf(right).length - wordsOf(left).length);
  return [
    // In /comments/{comment} the variable names the thing, and its property of that name is a text.
    ...(plainParameter === resource ? [byId] : []),
    { rule: 'the name of the path parameter', fits: property => property === parameter },
    {
      rule: 'the name of the path parameter, written otherwise',
      fits: (_, plain) => plain === plainParameter,
    },
    { rule: "the end of the path parameter's name", fits: property => property === longest },
    {
      rule: 'the path parameter without the name of the resource',
      fits: (_, plain) => GENERATED_NAMES.includes(plain) && resource + plain === plainParameter,
    },
    { rule: 'the name of the path parameter and "id"', fits: (_, plain) => plain === `${plainParameter}id` },
    {
      rule: 'the name of the path parameter without "id"',
      fits: (_, plain) => `${plain}id` === plainParameter,
    },
  ];
}

/** "pet" for "pets", "ordertype" for "order-types". */
function resourceWord(collection: string): string {
  const words = wordsOf(collection);
  return [...words.slice(0, -1), singular(words.at(-1) ?? '')].join('');
}

function hasIdWord(parameter: string): boolean {
  return wordsOf(parameter).some(word => GENERATED_NAMES.includes(word));
}

/** False: the path has a text and the property a number, so "/repos/{repo}" does not have the number `id`. */
function isLikeParameter(
  item: SchemaShape,
  property: string,
  parameterSchema: DocumentNode | undefined,
  readShape: ReadShape,
): boolean {
  const expected = parameterSchema && readShape(parameterSchema).types;
  const { types } = readShape(item.properties.get(property) as DocumentNode);
  if (expected === undefined || expected.size === 0 || types.size === 0) return true;
  return types.has('string') || !expected.has('string');
}

function scalarsOf(item: SchemaShape, readShape: ReadShape): string[] {
  return [...item.properties].flatMap(([name, schema]) => (isScalar(readShape(schema)) ? [name] : []));
}
