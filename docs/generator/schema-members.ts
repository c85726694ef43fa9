// The members of a JSON Schema as rows of a table: their path, type, default and meaning.
import { cell, code } from './markdown.ts';

/** The part of a JSON Schema that the pages show. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
}

/** @returns a row for each member: its path ("rules[].when"), its type, its meaning */
export function memberRows(schema: JsonSchema, path = ''): string[][] {
  const rows: string[][] = [];
  const seen = new Set<string>();
  /** Where the members of equal schemas are shown. */
  const shown = new Map<string, string>();
  const add = (name: string, member: JsonSchema, isRequired: boolean): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const row = [code(name), cell(typeWords(member))];
    const place = rows.push(row) - 1;
    const { description = '', default: byDefault, ...structure } = member;
    const key = JSON.stringify(structure);
    const like = shown.get(key);
    if (like === undefined) visit(member, name);
    const hasMembers = rows.length > place + 1;
    if (hasMembers) shown.set(key, name);
    const words = [
      description,
      ...(isRequired ? ['Required.'] : []),
      ...(byDefault === undefined ? [] : [`Default: ${JSON.stringify(byDefault)}.`]),
      ...(like === undefined ? [] : [`Its members are those of ${like}.`]),
    ];
    row.push(cell(words.filter(word => word !== '').join(' ')));
  };
  const visit = (node: JsonSchema, at: string): void => {
    for (const [name, member] of Object.entries(node.properties ?? {}))
      add(at === '' ? name : `${at}.${name}`, member, node.required?.includes(name) ?? false);
    if (node.items !== undefined) visit(node.items, `${at}[]`);
    if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, `${at}.*`);
    for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])])
      visit(branch, at);
  };
  visit(schema, path);
  return rows;
}

/** "string", "one of reset, hang", "list of number", "number or string". */
export function typeWords(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map(String).join(', ')}`;
  const branches = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (branches !== undefined) {
    const words = new Set(branches.map(typeWords).flatMap(text => text.split(' or ')));
    return [...words].join(' or ');
  }
  const { type } = schema;
  if (type === 'array') return schema.items === undefined ? 'list' : `list of ${typeWords(schema.items)}`;
  if (Array.isArray(type)) return type.join(' or ');
  if (typeof type === 'string') return type;
  return schema.properties === undefined ? 'any value' : 'object';
}
