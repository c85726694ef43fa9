// Draws schemas as trees of limited size for people, each node with its line: what a page or a terminal shows.

import { childNode, type DocumentNode, type DocumentSet, stringMember } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { formatPosition } from '../finding/finding.ts';
import { truncate } from '../finding/truncate.ts';
import { subschemas } from '../schema/dialect.ts';
import type { ApiSpec } from './model.ts';
import { type ConstraintText, constraintsOf, referencedSchema, schemaName, typeText } from './schema-text.ts';

/** A node of the tree. Places are "file:line:column". */
export interface SchemaView {
  /** For people: "string (uuid)", "array of Pet". */
  readonly type: string;
  /** The name of a schema in `components`. */
  readonly name?: string;
  readonly description?: string;
  readonly deprecated?: true;
  /** The value of `x-provenance`. */
  readonly provenance?: string;
  readonly constraints: readonly (Omit<ConstraintText, 'node'> & { readonly location: string })[];
  readonly children: readonly SchemaChild[];
  /** The number of children that are left out, because there are too many. */
  readonly omitted?: number;
  /** The same schema encloses this one, so its children are not repeated. */
  readonly recursive?: true;
  /** Set if the children are left out: "file#pointer", for a tree that begins here. */
  readonly more?: string;
  /** Where it stands. */
  readonly location: string;
  /** Where the schema is that a `$ref` leads to. */
  readonly definition?: string;
}

interface SchemaChild {
  /** The keyword that contains the schema: "properties", "items", "oneOf" ... */
  readonly keyword: string;
  /** The key below the keyword: the name of a property, or the number of a branch. */
  readonly name?: string;
  readonly required?: true;
  readonly schema: SchemaView;
}

/** What is left for the trees of one answer, in characters of JSON. */
export interface ViewBudget {
  characters: number;
}

export const SCHEMA_CHARACTERS = 150_000;

const MAX_DEPTH = 12;
const MAX_CHILDREN = 1000;
const MAX_DESCRIPTION = 2000;
/** The JSON of a node without its texts. */
const NODE_CHARACTERS = 200;

/** The keywords in the order of the tree. */
const ORDER = ['properties', 'patternProperties', 'additionalProperties', 'items', 'prefixItems', 'allOf'];

type Mutable<View> = { -readonly [Key in keyof View]: View[Key] };

interface OpenNode {
  readonly view: Mutable<SchemaView>;
  /** The schema as written, and the targets of its `$ref`, as far as they apply. */
  readonly levels: readonly DocumentNode[];
  /** The schemas that enclose it. */
  readonly path: Path | undefined;
  readonly depth: number;
}

interface Path {
  readonly key: string;
  readonly outer: Path | undefined;
}

/** Draws the schemas level by level, so that a schema that is large leaves room for the others. */
export function describeSchemas(
  { documents, version }: Pick<ApiSpec, 'documents' | 'version'>,
  schemas: readonly DocumentNode[],
  budget: ViewBudget,
): SchemaView[] {
  const queue: OpenNode[] = [];
  const open = (schema: DocumentNode, path: Path | undefined, depth: number): SchemaView => {
    const chain = referenceChain(documents, schema);
    // OpenAPI 3.0, Reference Object: what stands beside a $ref is ignored.
    const levels = version === '3.0' ? chain.slice(-1) : chain;
    const view = describeNode(documents, chain, levels);
    const { uri, pointer } = chain[1] ?? schema;
    const key = `${uri}#${pointer}`;
    budget.characters -= NODE_CHARACTERS + textLength(view);
    if (isInside(path, key)) view.recursive = true;
    else queue.push({ view, levels, path: { key, outer: path }, depth });
    return view;
  };
  const views = schemas.map(schema => open(schema, undefined, 0));
  for (let index = 0; index < queue.length; index++) {
    const { view, levels, path, depth } = queue[index] as OpenNode;
    const children = levels.flatMap(childrenOf);
    if (children.length === 0) continue;
    if (budget.characters <= 0 || depth >= MAX_DEPTH) {
      const { uri, pointer } = levels.at(-1) as DocumentNode;
      view.more = `${documents.file(uri)}#${pointer}`;
      continue;
    }
    const shown: SchemaChild[] = [];
    for (const { keyword, name, required, node } of children) {
      if (shown.length === MAX_CHILDREN || (budget.characters <= 0 && shown.length > 0)) break;
      shown.push({
        keyword,
        ...(name !== undefined && { name }),
        ...(required && { required }),
        schema: open(node, path, depth + 1),
      });
    }
    view.children = shown;
    if (shown.length < children.length) view.omitted = children.length - shown.length;
  }
  return views;
}

/** A schema, the schema that its `$ref` leads to, and so on. */
function referenceChain(documents: DocumentSet, schema: DocumentNode): [DocumentNode, ...DocumentNode[]] {
  const chain: [DocumentNode, ...DocumentNode[]] = [schema];
  const visited = new Set<unknown>([schema.value]);
  for (let next = referencedSchema(documents, schema); next !== undefined; ) {
    if (visited.has(next.value)) break;
    visited.add(next.value);
    chain.push(next);
    next = referencedSchema(documents, next);
  }
  return chain;
}

/**
 * @param chain as of referenceChain()
 * @param levels those of the chain whose keywords apply
 */
function describeNode(
  documents: DocumentSet,
  chain: readonly [DocumentNode, ...DocumentNode[]],
  levels: readonly DocumentNode[],
): Mutable<SchemaView> {
  const [schema, target] = chain;
  const last = chain.at(-1) ?? schema;
  const isBroken = stringMember(last, '$ref') !== undefined;
  const first = (name: string): string | undefined =>
    chain.map(node => stringMember(node, name)).find(text => text !== undefined);
  const name = schemaName(documents, target ?? schema);
  const description = first('description') ?? first('title');
  const provenance = first('x-provenance');
  return {
    type: isBroken ? 'unresolved $ref' : typeText(documents, last),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description: truncate(description, MAX_DESCRIPTION) }),
    ...(levels.some(({ value }) => isObject(value) && value.deprecated === true) && { deprecated: true }),
    ...(provenance !== undefined && { provenance }),
    constraints: levels.flatMap(constraintsOf).map(({ node, ...constraint }) => ({
      ...constraint,
      location: formatPosition(documents.locate(node)),
    })),
    children: [],
    location: formatPosition(documents.locate(schema)),
    ...(target !== undefined && { definition: formatPosition(documents.locate(target)) }),
  };
}

interface ChildNode {
  readonly keyword: string;
  readonly name: string | undefined;
  readonly required: boolean;
  readonly node: DocumentNode;
}

function childrenOf(schema: DocumentNode): ChildNode[] {
  if (!isObject(schema.value)) return [];
  const keywords = schema.value;
  const requiredNames = new Set<unknown>(Array.isArray(keywords.required) ? keywords.required : []);
  const children = [...subschemas(keywords)].flatMap(({ keyword, key, schema: value }): ChildNode[] => {
    // A constraint says so.
    if (typeof value === 'boolean' && key === undefined) return [];
    const holder = childNode(schema, keyword);
    const node = holder && (key === undefined ? holder : childNode(holder, key));
    if (node === undefined) return [];
    const name = key === undefined ? undefined : typeof key === 'number' ? String(key + 1) : key;
    return [{ keyword, name, required: keyword === 'properties' && requiredNames.has(key), node }];
  });
  return children.sort((left, right) => rank(left.keyword) - rank(right.keyword));
}

function rank(keyword: string): number {
  const index = ORDER.indexOf(keyword);
  return index < 0 ? ORDER.length : index;
}

function isInside(path: Path | undefined, key: string): boolean {
  for (let at = path; at !== undefined; at = at.outer) if (at.key === key) return true;
  return false;
}

function textLength({ type, description = '', constraints }: SchemaView): number {
  const constraintLength = constraints.reduce(
    (sum, { text, values = [], location }) =>
      sum + text.length + location.length + values.join('').length + 40,
    0,
  );
  return type.length + description.length + constraintLength;
}
