// Finds the property of an item that has the value of the path parameter.

import type { DocumentNode } from '../../document/documents.ts';
import { endsWithWords, plainName, singular, wordsOf } from './names.ts';
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
const GENERATED_NAMES = ['id', 'uuid', 'guid', 'uid', 'sid', 'gid', 'key', 'number', 'no', 'hash', 'token'];

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
  if (parameter !== undefined) {
    const longer = properties.filter(name => endsWithWords(name, parameter));
    if (longer.length === 1)
      return { name: longer[0] as string, rule: 'ends with the name of the path parameter' };
    const isChosen = !wordsOf(parameter).some(word => GENERATED_NAMES.includes(word));
    const chosen = CHOSEN_NAMES.flatMap(name => properties.filter(each => plainName(each) === name));
    if (isChosen && chosen.length > 0)
      return { name: chosen[0] as string, rule: `"${parameter}" is a name, and so is this property` };
  }
  const generated = GENERATED_NAMES.flatMap(name => properties.filter(each => plainName(each) === name));
  return generated.length === 0 ? undefined : { name: generated[0] as string, rule: 'a usual name of an id' };
}

/** The rules that the names of the path decide alone. */
export function findNamedId(
  item: SchemaShape,
  { parameter, parameterSchema, collection }: ItemNames,
  readShape: ReadShape,
): FoundId | undefined {
  const properties = scalarsOf(item, readShape);
  const first = (rule: string, fits: (plain: string, name: string) => boolean): FoundId | undefined => {
    const name = properties.find(each => fits(plainName(each), each));
    return name === undefined ? undefined : { name, rule };
  };
  const words = wordsOf(collection);
  const resource = [...words.slice(0, -1), singular(words.at(-1) ?? '')].join('');
  const plain = parameter === undefined ? '' : plainName(parameter);
  const byParameter =
    parameter === undefined
      ? undefined
      : ((item.properties.has(parameter)
          ? first('the name of the path parameter', (_, name) => name === parameter)
          : undefined) ??
        first('the name of the path parameter, written otherwise', each => each === plain) ??
        suffixes(parameter, properties)[0] ??
        first('the path parameter without the name of the resource', each => plain === resource + each));
  return (
    byParameter ??
    first(
      '"id"',
      (each, name) => each === 'id' && hasTypeOf(item, name, parameter, parameterSchema, readShape),
    ) ??
    first(
      'the name of the resource and "id"',
      each => each === `${resource}id` || (plain !== '' && each === `${plain}id`),
    )
  );
}

/** Properties whose words end the parameter's name, the longest first: "number" for "issue_number". */
function suffixes(parameter: string, properties: readonly string[]): FoundId[] {
  return properties
    .filter(name => endsWithWords(parameter, name))
    .sort((left, right) => wordsOf(right).length - wordsOf(left).length)
    .map(name => ({ name, rule: "the end of the path parameter's name" }));
}

/** False: the path has a text and the property a number, so "/repos/{repo}" does not have the number `id`. */
function hasTypeOf(
  item: SchemaShape,
  property: string,
  parameter: string | undefined,
  schema: DocumentNode | undefined,
  readShape: ReadShape,
): boolean {
  if (parameter === undefined || wordsOf(parameter).some(word => GENERATED_NAMES.includes(word))) return true;
  const expected = schema === undefined ? undefined : readShape(schema).types;
  const { types } = readShape(item.properties.get(property) as DocumentNode);
  if (expected === undefined || expected.size === 0 || types.size === 0) return true;
  const isText = (all: ReadonlySet<string>): boolean => all.has('string');
  return isText(types) || !isText(expected);
}

function scalarsOf(item: SchemaShape, readShape: ReadShape): string[] {
  return [...item.properties].flatMap(([name, schema]) => (isScalar(readShape(schema)) ? [name] : []));
}
