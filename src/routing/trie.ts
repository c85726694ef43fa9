// Route tries: finds an operation by path segments. Literal segments win over templates; cost does not grow with the number of operations.

import { decodePercent } from '../exchange/exchange.ts';
import { ANY_METHOD, type ApiSpec, type Operation, type ServerUrl } from '../openapi/model.ts';
import { type TemplateSegment, variablesOf } from '../openapi/path-template.ts';
import { matchText, parseTextPattern, type TextPattern } from '../openapi/text-pattern.ts';

export interface Match {
  readonly kind: 'operation';
  readonly operation: Operation;
  /** The path's text for each template variable, as sent: not percent-decoded. */
  readonly pathValues: Readonly<Record<string, string>>;
}

/** The document declares the path but not the method. */
export interface MethodNotAllowed {
  readonly kind: 'method-not-allowed';
  readonly api: ApiSpec;
  /** The most exact template of the path. */
  readonly path: string;
  /** The methods that the document declares for the path, in upper case. */
  readonly allow: readonly string[];
}

export type TrieMatch = Match | MethodNotAllowed;

export interface TrieEntry {
  readonly operation: Operation;
  /** Undefined: the path alone, without a base path. */
  readonly server: ServerUrl | undefined;
}

interface Branch {
  readonly pattern: TextPattern;
  readonly node: TrieNode;
}

interface TrieNode {
  readonly literals: Map<string, TrieNode>;
  /** Text and variables of a path, most text first. */
  readonly patterns: Branch[];
  variable: TrieNode | undefined;
  /** Segments of base paths with a server variable that may be any text. */
  readonly basePatterns: Branch[];
  readonly entries: TrieEntry[];
}

const createTrieNode = (): TrieNode => ({
  literals: new Map(),
  patterns: [],
  variable: undefined,
  basePatterns: [],
  entries: [],
});

interface Lookup {
  readonly pieces: readonly string[];
  readonly method: string;
  readonly select: SelectEntries;
  /** True: an empty segment is the value of a variable. */
  readonly mayBeEmpty: boolean;
  /** Operations of the path with other methods, the most exact first. */
  readonly others: Operation[];
}

/** Which of the operations at the end of a path count. */
export type SelectEntries = (entries: readonly TrieEntry[]) => readonly TrieEntry[];

const allEntries: SelectEntries = entries => entries;

const ROOT_SEGMENTS: readonly TemplateSegment[] = [{ kind: 'literal', text: '' }];

/** Operations by the segments of their paths. A lookup costs one step per segment, and visits no node twice. */
export class RouteTrie {
  readonly #root = createTrieNode();

  /** @param server undefined: the path as the document writes it */
  add(operation: Operation, server: ServerUrl | undefined): void {
    // The path "/" below a base path matches with and without the trailing slash.
    const paths = operation.path === '/' ? [ROOT_SEGMENTS, operation.segments] : [operation.segments];
    for (const base of server === undefined ? [[]] : basesOf(server)) {
      const start = base.reduce(childForBase, this.#root);
      for (const path of paths) path.reduce(childFor, start).entries.push({ operation, server });
    }
  }

  /**
   * Finds the most exact path that declares the method. OpenAPI matches concrete paths before templates; a template still
   * has the methods that the concrete path does not have.
   * @param pieces the path, split at its slashes, as sent
   * @param mayBeEmpty true: an empty segment is the value of a variable
   */
  find(
    pieces: readonly string[],
    method: string,
    select: SelectEntries = allEntries,
    mayBeEmpty = false,
  ): TrieMatch | undefined {
    const lookup: Lookup = { pieces, method, select, mayBeEmpty, others: [] };
    const match = search(this.#root, 0, NO_VALUES, lookup);
    if (match !== undefined) return match;
    const [first] = lookup.others;
    if (first === undefined) return undefined;
    const { api, path } = first;
    const allow = lookup.others.filter(each => each.api === api).map(each => each.method);
    return { kind: 'method-not-allowed', api, path, allow: [...new Set(allow)] };
  }
}

const NO_VALUES: readonly string[] = [];

/**
 * The base paths of a server: its template; with the defaults of its variables, which is as exact as literal text; and,
 * because a variable without `enum` may be empty, without the segments that are such a variable.
 */
function basesOf({ segments, basePath }: ServerUrl): (readonly TemplateSegment[])[] {
  if (segments.every(({ kind }) => kind === 'literal')) return [segments];
  const literals = basePath.split('/').filter(text => text !== '');
  const defaults = literals.map(text => ({ kind: 'literal', text: decodePercent(text) }) as const);
  const filled = segments.filter(({ kind }) => kind !== 'variable');
  return filled.length === segments.length ? [segments, defaults] : [segments, defaults, filled];
}

function childForBase(node: TrieNode, segment: TemplateSegment): TrieNode {
  // A server variable that may be any text is the last choice: it must not take a segment that a path claims.
  const { basePatterns } = node;
  if (segment.kind === 'variable') return branchFor(basePatterns, ANY_TEXT);
  return variablesOf(segment).length > 0 && segment.kind === 'mixed'
    ? branchFor(basePatterns, segment.pattern)
    : childFor(node, segment);
}

const ANY_TEXT = parseTextPattern('{any}');

function childFor(node: TrieNode, segment: TemplateSegment): TrieNode {
  if (segment.kind === 'variable') {
    node.variable ??= createTrieNode();
    return node.variable;
  }
  if (segment.kind === 'mixed') return branchFor(node.patterns, segment.pattern);
  let next = node.literals.get(segment.text);
  if (next === undefined) {
    next = createTrieNode();
    node.literals.set(segment.text, next);
  }
  return next;
}

function branchFor(branches: Branch[], pattern: TextPattern): TrieNode {
  let branch = branches.find(each => each.pattern.source === pattern.source);
  if (branch === undefined) {
    branch = { pattern, node: createTrieNode() };
    branches.push(branch);
    branches.sort((left, right) => right.pattern.literalLength - left.pattern.literalLength);
  }
  return branch.node;
}

/** Tries literal, mixed and variable branches in this order at every segment, and backtracks from a branch without a match. */
function search(node: TrieNode, index: number, values: readonly string[], lookup: Lookup): Match | undefined {
  const piece = lookup.pieces[index];
  if (piece === undefined) return selectByMethod(node.entries, values, lookup);
  const literal = node.literals.size === 0 ? undefined : node.literals.get(decodePercent(piece));
  let match = literal && search(literal, index + 1, values, lookup);
  if (match !== undefined) return match;
  for (const { pattern, node: next } of node.patterns) {
    const ranges = matchText(pattern, piece);
    if (ranges === undefined) continue;
    const captured = ranges.map(([from, to]) => piece.slice(from, to));
    match = search(next, index + 1, [...values, ...captured], lookup);
    if (match !== undefined) return match;
  }
  // An empty segment is usually not a value: "/pets/" does not match "/pets/{id}".
  if (node.variable !== undefined && (piece !== '' || lookup.mayBeEmpty)) {
    match = search(node.variable, index + 1, [...values, piece], lookup);
    if (match !== undefined) return match;
  }
  for (const { pattern, node: next } of node.basePatterns) {
    if (matchText(pattern, piece) === undefined) continue;
    match = search(next, index + 1, values, lookup);
    if (match !== undefined) return match;
  }
  return undefined;
}

function selectByMethod(
  entries: readonly TrieEntry[],
  values: readonly string[],
  { method, select, others }: Lookup,
): Match | undefined {
  if (entries.length === 0) return undefined;
  const candidates = select(entries);
  // RFC 9110 section 9.3.2: HEAD is GET without the response body. The document may declare HEAD itself.
  const entry =
    candidates.find(({ operation }) => operation.method === method || operation.method === ANY_METHOD) ??
    (method === 'HEAD' ? candidates.find(each => each.operation.method === 'GET') : undefined);
  if (entry === undefined) {
    others.push(...candidates.map(({ operation }) => operation));
    return undefined;
  }
  const { operation } = entry;
  const names = operation.segments.flatMap(variablesOf);
  // fromEntries: a variable may be named "__proto__".
  const pathValues = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  return { kind: 'operation', operation, pathValues };
}
