// Route tries: finds an operation by path segments. Literal segments win over templates; cost does not grow with the number of operations.

import { LRUCache } from 'lru-cache';
import { decodePercent } from '../exchange/exchange.ts';
import { ANY_METHOD, type ApiSpec, type Contract, type Operation, type ServerUrl } from '../openapi/model.ts';
import type { TemplateSegment } from '../openapi/path-template.ts';

export interface Match {
  readonly kind: 'operation';
  readonly operation: Operation;
  /** The path's text for each template variable, as sent: not percent-decoded. */
  readonly pathValues: Readonly<Record<string, string>>;
}

/** The two route tries of one API. */
export interface ApiRoutes {
  readonly api: ApiSpec;
  /** Paths below the base paths of the servers. */
  readonly byServerUrl: RouteTrie;
  /** Paths as the document writes them. */
  readonly byPath: RouteTrie;
}

/** @returns the routes of each API by its name */
export function buildRoutes(contract: Contract): Map<string, ApiRoutes> {
  const routes = new Map(
    contract.apis.map(api => [api.name, { api, byServerUrl: new RouteTrie(), byPath: new RouteTrie() }]),
  );
  for (const { api, byServerUrl, byPath } of routes.values()) {
    for (const operation of api.operations) {
      // The path "/" below a base path matches with and without the trailing slash.
      for (const segments of operation.path === '/'
        ? [ROOT_SEGMENTS, operation.segments]
        : [operation.segments]) {
        byPath.add(operation, segments, undefined);
        for (const server of operation.servers)
          byServerUrl.add(operation, [...server.segments, ...segments], server);
      }
    }
  }
  return routes;
}

const ROOT_SEGMENTS: readonly TemplateSegment[] = [{ kind: 'literal', text: '' }];

interface TrieEntry {
  readonly operation: Operation;
  readonly server: ServerUrl | undefined;
  /** The number of captures that belong to the server URL; those of the path follow. */
  readonly serverCaptures: number;
  /** Names of the variables of the path. */
  readonly pathVariables: readonly string[];
}

interface TrieNode {
  readonly literals: Map<string, TrieNode>;
  readonly patterns: {
    readonly pattern: RegExp;
    readonly source: string;
    readonly weight: number;
    readonly node: TrieNode;
  }[];
  variable: TrieNode | undefined;
  readonly entries: TrieEntry[];
}

const createTrieNode = (): TrieNode => ({
  literals: new Map(),
  patterns: [],
  variable: undefined,
  entries: [],
});

type TrieMatch =
  | Match
  | { readonly kind: 'method-not-allowed'; readonly path: string; readonly allow: readonly string[] };

/** Operations by the segments of their paths. A lookup costs one step per segment. */
class RouteTrie {
  readonly #root = createTrieNode();

  add(operation: Operation, segments: readonly TemplateSegment[], server: ServerUrl | undefined): void {
    let node = this.#root;
    for (const segment of segments) node = childFor(node, segment);
    const serverCaptures = (server?.segments ?? []).reduce((sum, segment) => sum + countCaptures(segment), 0);
    const pathVariables = operation.segments.flatMap(segment => {
      if (segment.kind === 'variable') return [segment.name];
      return segment.kind === 'mixed' ? segment.names : [];
    });
    node.entries.push({ operation, server, serverCaptures, pathVariables });
  }

  find(pieces: readonly string[], method: string, host: string | undefined): TrieMatch | undefined {
    return findEntry(this.#root, pieces, 0, [], method, host);
  }
}

function countCaptures(segment: TemplateSegment): number {
  if (segment.kind === 'variable') return 1;
  return segment.kind === 'mixed' ? segment.names.length : 0;
}

function childFor(node: TrieNode, segment: TemplateSegment): TrieNode {
  if (segment.kind === 'variable') {
    node.variable ??= createTrieNode();
    return node.variable;
  }
  if (segment.kind === 'mixed') {
    const { source } = segment.pattern;
    let branch = node.patterns.find(each => each.source === source);
    if (branch === undefined) {
      branch = { pattern: segment.pattern, source, weight: segment.literalLength, node: createTrieNode() };
      node.patterns.push(branch);
      node.patterns.sort((left, right) => right.weight - left.weight);
    }
    return branch.node;
  }
  let next = node.literals.get(segment.text);
  if (next === undefined) {
    next = createTrieNode();
    node.literals.set(segment.text, next);
  }
  return next;
}

/** Tries literal, mixed and variable branches in this order at every segment, and backtracks from a branch without a match. */
function findEntry(
  node: TrieNode,
  pathSegments: readonly string[],
  index: number,
  captured: readonly string[],
  method: string,
  host: string | undefined,
): TrieMatch | undefined {
  const piece = pathSegments[index];
  if (piece === undefined) return selectByMethod(node.entries, captured, method, host);
  const literal = node.literals.size === 0 ? undefined : node.literals.get(decodePercent(piece));
  if (literal !== undefined) {
    const result = findEntry(literal, pathSegments, index + 1, captured, method, host);
    if (result !== undefined) return result;
  }
  for (const { pattern, node: next } of node.patterns) {
    const match = pattern.exec(piece);
    if (match === null) continue;
    const result = findEntry(next, pathSegments, index + 1, [...captured, ...match.slice(1)], method, host);
    if (result !== undefined) return result;
  }
  // An empty segment is not a value: "/pets/" does not match "/pets/{id}".
  if (node.variable === undefined || piece === '') return undefined;
  return findEntry(node.variable, pathSegments, index + 1, [...captured, piece], method, host);
}

const HOST_MATCHES = new WeakMap<ServerUrl, LRUCache<string, boolean>>();

/** Every request needs this, and most requests have one of few hosts. */
function matchesHost(server: ServerUrl, host: string): boolean {
  let cache = HOST_MATCHES.get(server);
  if (cache === undefined) {
    cache = new LRUCache({ max: 100 });
    HOST_MATCHES.set(server, cache);
  }
  let matches = cache.get(host);
  if (matches === undefined) {
    matches = server.host?.test(host) === true;
    cache.set(host, matches);
  }
  return matches;
}

function selectByMethod(
  entries: readonly TrieEntry[],
  captured: readonly string[],
  method: string,
  host: string | undefined,
): TrieMatch | undefined {
  const candidates =
    host === undefined
      ? entries
      : entries.filter(({ server }) => server !== undefined && matchesHost(server, host));
  const [first] = candidates;
  if (first === undefined) return undefined;
  // RFC 9110 section 9.3.2: HEAD is GET without the response body. The document may declare HEAD itself.
  const entry =
    candidates.find(({ operation }) => operation.method === method || operation.method === ANY_METHOD) ??
    (method === 'HEAD' ? candidates.find(each => each.operation.method === 'GET') : undefined);
  if (entry === undefined) {
    const allow = [...new Set(candidates.map(each => each.operation.method))];
    return { kind: 'method-not-allowed', path: first.operation.path, allow };
  }
  // fromEntries: a variable may be named "__proto__".
  const pathValues = Object.fromEntries(
    entry.pathVariables.map((name, index) => [name, captured[entry.serverCaptures + index] ?? '']),
  );
  return { kind: 'operation', operation: entry.operation, pathValues };
}
