// What a schema may say about a value, whichever of its branches applies: which members it names, and what is known of each.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { type SchemaReader, subschemaList } from '../../schema/annotations.ts';
import { formatTest } from '../../schema/formats.ts';

/** All schema objects for one place in a body. Members and items are read at their first use. */
export interface ValueShape {
  /** The schemas that assert something about the value, before references are followed. */
  readonly schemas: readonly DocumentNode[];
  /** Also through references, allOf and all branches of choices. */
  readonly nodes: readonly DocumentNode[];
  readonly types: ReadonlySet<string>;
  /** The names under `properties`. Empty: the value is no object, or a map, or free-form. */
  readonly names: ReadonlySet<string>;
  /** The names that every valid object has. */
  readonly required: ReadonlySet<string>;
  /**
   * True: whether a declared member is admitted depends on its own schema only. The value is an object, without choices
   * between objects and without a keyword that counts or compares members.
   */
  readonly isPlain: boolean;
  /** The formats that every valid text has. */
  readonly formats: readonly TextFormat[];
  readonly isReadOnly: boolean;
  /** True: a response must not have the value (`writeOnly`), or should not, because it is a password. */
  readonly isHidden: boolean;
  /** The shape of a declared member; undefined: not declared. */
  member(name: string): ValueShape | undefined;
  readonly items: ValueShape | undefined;
}

interface TextFormat {
  readonly name: string;
  readonly test: (text: string) => boolean;
}

/** Keywords that do not relate the members of an object to each other. */
const PLAIN_KEYWORDS = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', '$ref', 'allOf', 'anyOf', 'oneOf', 'title'],
  ...[
    'description',
    'default',
    'example',
    'examples',
    'deprecated',
    'readOnly',
    'writeOnly',
    'xml',
    'nullable',
  ],
  ...['externalDocs', '$comment', '$defs', 'definitions', '$schema', '$id', '$anchor'],
]);

export function shapeOf(
  reader: SchemaReader,
  schemas: readonly DocumentNode[],
  name = '',
  known = new Map<string, ValueShape>(),
): ValueShape {
  const key = `${name}\n${schemas.map(({ uri, pointer }) => `${uri}#${pointer}`).join('\n')}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { nodes, certain, isPlain } = applicable(reader, schemas);
  const keywords = nodes.map(({ value }) => value as JsonObject);
  const members = new Map<string, ValueShape | undefined>();
  const names = new Set(
    keywords.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : [])),
  );
  let items: { readonly shape: ValueShape | undefined } | undefined;
  const shape: ValueShape = {
    schemas,
    nodes,
    types: new Set(keywords.flatMap(({ type }) => [type].flat()).filter(type => typeof type === 'string')),
    names,
    required: new Set(
      certain.flatMap(({ required }) => (Array.isArray(required) ? required.map(textOfValue) : [])),
    ),
    isPlain,
    formats: certain.flatMap(({ format }) => {
      const test = typeof format === 'string' ? formatTest(format) : undefined;
      return test === undefined ? [] : { name: textOfValue(format), test };
    }),
    isReadOnly: keywords.some(({ readOnly }) => readOnly === true),
    isHidden:
      isPasswordName(name) ||
      keywords.some(({ writeOnly, format }) => writeOnly === true || format === 'password'),
    member(name) {
      if (!names.has(name)) return undefined;
      let member = members.get(name);
      if (member === undefined) {
        const declared = nodes.flatMap(node => {
          const properties = childNode(node, 'properties');
          return (properties && childNode(properties, name)) ?? [];
        });
        member = shapeOf(reader, declared, name, known);
        members.set(name, member);
      }
      return member;
    },
    get items() {
      if (items === undefined) {
        const declared = nodes.flatMap(node => [
          ...[childNode(node, 'items') ?? []].flat(),
          ...subschemaList(node, 'prefixItems'),
        ]);
        items = { shape: declared.length === 0 ? undefined : shapeOf(reader, declared, '', known) };
      }
      return items.shape;
    },
  };
  known.set(key, shape);
  return shape;
}

interface Applicable {
  readonly nodes: readonly DocumentNode[];
  /** The keywords of the schemas that apply to every value. */
  readonly certain: readonly JsonObject[];
  readonly isPlain: boolean;
}

function applicable(reader: SchemaReader, schemas: readonly DocumentNode[]): Applicable {
  const found = new Map<unknown, DocumentNode>();
  const certain: JsonObject[] = [];
  let isPlain = true;
  const pending = schemas.map(node => ({ node, isCertain: true }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, isCertain } = next;
    if (!isObject(node.value) || found.has(node.value)) continue;
    const keywords = node.value;
    found.set(keywords, node);
    if (isCertain) certain.push(keywords);
    isPlain &&= Object.keys(keywords).every(key => PLAIN_KEYWORDS.has(key) || key.startsWith('x-'));
    const target = typeof keywords.$ref === 'string' ? reader.resolve(node, keywords.$ref) : undefined;
    for (const part of [target, ...subschemaList(node, 'allOf')])
      if (part !== undefined) pending.push({ node: part, isCertain });
    for (const keyword of ['anyOf', 'oneOf']) {
      const branches = subschemaList(node, keyword).filter(branch => !isNull(branch));
      // A single branch beside null applies to every object.
      isPlain &&= branches.length < 2;
      for (const branch of branches)
        pending.push({ node: branch, isCertain: isCertain && branches.length === 1 });
    }
    for (const keyword of ['then', 'else']) {
      const branch = childNode(node, keyword);
      if (branch !== undefined) pending.push({ node: branch, isCertain: false });
    }
  }
  return { nodes: [...found.values()].reverse(), certain, isPlain };
}

function isNull({ value }: DocumentNode): boolean {
  return isObject(value) && value.type === 'null';
}

/** A name of a value that a real service does not send back, even if the document declares it. */
function isPasswordName(name: string): boolean {
  return /passw|passphrase|passcode|^pass$|(?:^|[-_])pwd$|secret(?!ar)/i.test(name);
}
