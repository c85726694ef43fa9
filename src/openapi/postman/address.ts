// Reads the URL of a Postman request: its server, the steps of its path, and its query.
import { childNode, type DocumentNode } from '../../document/documents.ts';
import { singular, wordsOf } from '../../exchange/names.ts';
import { ULID, UUID } from '../../exchange/value-formats.ts';
import { stringOf } from '../../recording/json-values.ts';
import { splitWrittenUrl, writtenUrl } from '../../recording/postman-url.ts';
import {
  descriptionOf,
  enabledNodes,
  type FillText,
  membersAt,
  type PostmanConversion,
} from './conversion.ts';
import { type PlaceholderType, placeholderType } from './type-placeholder.ts';

export interface PathVariable {
  readonly name: string;
  /** Its value in the collection. */
  readonly example: string | undefined;
  /** What its values are, if the collection says it. */
  readonly type?: PlaceholderType | undefined;
  readonly description: string | undefined;
  readonly node: DocumentNode;
}

/** A step of a path. A number is a variable if other requests have another one in its place. */
export type PathStep =
  | { readonly kind: 'literal' | 'number'; readonly text: string }
  /** `text` is the step with the names of its variables in braces: "{id}.json". */
  | { readonly kind: 'variable'; readonly text: string; readonly variables: readonly PathVariable[] };

/** A Server Object of OpenAPI. */
export interface CollectionServer {
  readonly url: string;
  readonly variables?: Readonly<Record<string, { readonly default: string }>>;
}

export interface RequestAddress {
  /** Undefined: the collection does not tell it. */
  readonly server: CollectionServer | undefined;
  readonly steps: readonly PathStep[];
  /** The query, without "?". */
  readonly query: string;
  readonly node: DocumentNode;
}

/** @returns the rest of a message if the URL cannot be read */
export function readAddress(
  conversion: PostmanConversion,
  request: DocumentNode,
  fill: FillText,
): RequestAddress | string {
  const node = typeof request.value === 'string' ? request : (childNode(request, 'url') ?? request);
  const written = node === request && typeof node.value !== 'string' ? undefined : writtenUrl(node.value);
  if (written === undefined || written.trim() === '') return 'has no URL';
  const { origin, path, rest } = splitWrittenUrl(written.trim());
  const base = fill(origin);
  const steps = readSteps(conversion, node, path, fill);
  const address = { steps, query: /^\?([^#]*)/.exec(rest)?.[1] ?? '', node };
  if (conversion.noteUnresolved(base, node) && /^(?:\{\{[^{}]*\}\})+$/.test(base))
    return { ...address, server: undefined };
  // A variable that is all before the path is the base URL of the API. What else is before it belongs to the path.
  const isBaseUrl = /^\{\{[^{}]*\}\}$/.test(origin) && path !== '';
  if (/^(?:\/|$)/.test(base)) {
    const server = isBaseUrl && base.length > 1 ? { url: base.replace(/(?<!\/)\/+$/, '') } : undefined;
    return {
      ...address,
      server,
      steps: isBaseUrl || base === '' ? steps : [...literalSteps(base), ...steps],
    };
  }
  const [, scheme = 'http', authority = '', basePath = ''] =
    /^(?:([^:/?#]*):\/\/)?([^/?#]*)([^?#]*)/.exec(base) ?? [];
  if (!/^(?:https?|\{\{.*\}\})$/i.test(scheme)) return `has a URL that is not one of HTTP: "${scheme}:"`;
  const host = authority.replace(/^.*@/, '');
  if (!URL.canParse(`http://${host.replace(/\{\{[^{}]*\}\}/g, '1')}/`))
    return 'has a URL without a valid host';
  const before = basePath.replace(/(?<!\/)\/+$/, '');
  const server = serverOf(`${scheme}://${host}${isBaseUrl ? before : ''}`);
  return { ...address, server, steps: isBaseUrl ? steps : [...literalSteps(before), ...steps] };
}

function serverOf(base: string): CollectionServer {
  const names = [...base.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name = '']) => nameOf(name));
  const url = base.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => `{${nameOf(name)}}`);
  if (names.length === 0) return { url };
  return { url, variables: Object.fromEntries(names.map(name => [name, { default: name }])) };
}

function literalSteps(path: string): PathStep[] {
  return path
    .split('/')
    .slice(1)
    .map(text => ({ kind: 'literal', text: escapeBraces(text) }));
}

/** The name of a variable as one of a path template. */
function nameOf(variable: string): string {
  return (
    variable
      .trim()
      .replace(/^\$/, '')
      .replace(/[{}/?#]/g, '_') || 'value'
  );
}

function escapeBraces(text: string): string {
  return text.replaceAll('{', '%7B').replaceAll('}', '%7D');
}

function readSteps(
  conversion: PostmanConversion,
  url: DocumentNode,
  path: string,
  fill: FillText,
): PathStep[] {
  const declared = new Map(
    enabledNodes(childNode(url, 'variable')).map(node => {
      const { key, id } = membersAt(node);
      return [stringOf(key) ?? stringOf(id) ?? '', node] as const;
    }),
  );
  const steps: PathStep[] = [];
  let isBase = true;
  for (const text of path.split('/').slice(1)) {
    const filled = text.includes('{{') ? fill(text) : text;
    const isFilled = filled !== text && !filled.includes('{{');
    isBase &&= isFilled && !isId(filled) && !isNumber(filled);
    // Such as "{{basePath}}/{{version}}/pets": variables at the start are settings, and so are those with several steps.
    if (isFilled && (isBase || filled.includes('/')))
      steps.push(...literalSteps(`/${filled.replace(/^\/|\/$/g, '')}`));
    else steps.push(readStep(conversion, url, text, declared, fill, steps.at(-1)));
  }
  return steps;
}

function readStep(
  conversion: PostmanConversion,
  url: DocumentNode,
  text: string,
  declared: ReadonlyMap<string, DocumentNode>,
  fill: FillText,
  before: PathStep | undefined,
): PathStep {
  const [, key] = /^:(.+)$/.exec(text) ?? [];
  if (key !== undefined) {
    const node = declared.get(key) ?? url;
    const { value } = membersAt(declared.get(key));
    const type = placeholderType(stringOf(value) ?? '');
    const example = exampleOf(conversion, value, node, fill);
    const description = descriptionOf(membersAt(declared.get(key)));
    const name = nameOf(key);
    return { kind: 'variable', text: `{${name}}`, variables: [{ name, example, type, description, node }] };
  }
  const bare = /^\{[^{}]+\}$/.exec(text)?.[0].slice(1, -1);
  const marked = bare === undefined ? text : `{{${bare}}}`;
  if (marked.includes('{{')) {
    const variables: PathVariable[] = [];
    const template = marked.replace(/\{\{([^{}]*)\}\}|[{}]/g, (whole, variable?: string) => {
      if (variable === undefined) return escapeBraces(whole);
      const name = nameOf(variable);
      const example = exampleOf(conversion, whole, url, fill);
      variables.push({ name, example, description: undefined, node: url });
      return `{${name}}`;
    });
    if (variables.length > 0) return { kind: 'variable', text: template, variables };
    return { kind: 'literal', text: template };
  }
  if (isId(text)) return idStep(text, before, url);
  return { kind: isNumber(text) ? 'number' : 'literal', text: escapeBraces(text) };
}

/** A step that is a value. The step before it names the variable: "/users/7" is "/users/{userId}". */
export function idStep(text: string, before: PathStep | undefined, node: DocumentNode): PathStep {
  const words = wordsOf(before?.kind === 'literal' ? before.text : '');
  const [first = '', ...others] = [...words.slice(0, -1), singular(words.at(-1) ?? ''), 'id'].filter(Boolean);
  const name = first + others.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return {
    kind: 'variable',
    text: `{${name}}`,
    variables: [{ name, example: text, description: undefined, node }],
  };
}

function exampleOf(
  conversion: PostmanConversion,
  value: unknown,
  node: DocumentNode,
  fill: FillText,
): string | undefined {
  const text = fill(typeof value === 'number' ? String(value) : (stringOf(value) ?? ''));
  const isUnknown = text === '' || placeholderType(text) !== undefined;
  if (isUnknown || conversion.noteUnresolved(text, node)) return undefined;
  return conversion.mask.text(text) === text ? text : undefined;
}

/** UUID, ULID, ObjectId of MongoDB. */
function isId(text: string): boolean {
  return UUID.test(text) || ULID.test(text) || (/^[0-9a-f]{24}$/i.test(text) && /\d/.test(text));
}

function isNumber(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}
