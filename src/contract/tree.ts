// The operations of each API as trees of path segments: concrete before templated, and no scan over all of them.
import { decodePercent } from '../exchange/exchange.ts';
import type { ApiSpec, Base, Contract, Operation } from './contract.ts';
import type { Segment } from './template.ts';

export interface Match {
  readonly kind: 'operation';
  readonly operation: Operation;
  /** The path's text for each template variable, as sent: not percent-decoded. */
  readonly pathValues: Readonly<Record<string, string>>;
}

/** Where the operations of one API are looked for. */
export interface Place {
  readonly api: ApiSpec;
  /** Below the base paths of the servers. */
  readonly full: Tree;
  /** As the paths are written in the document. */
  readonly bare: Tree;
}

/** @returns the places by the name of their API */
export function plant(contract: Contract): Map<string, Place> {
  const places = new Map(contract.apis.map(api => [api.name, { api, full: new Tree(), bare: new Tree() }]));
  for (const { api, full, bare } of places.values()) {
    for (const operation of api.operations) {
      // "/" below a base path is the base path with a slash; it is let pass without one, too.
      for (const segments of operation.path === '/' ? [ROOT, operation.segments] : [operation.segments]) {
        bare.add(operation, segments, undefined);
        for (const base of operation.bases) full.add(operation, [...base.segments, ...segments], base);
      }
    }
  }
  return places;
}

const ROOT: readonly Segment[] = [{ kind: 'literal', text: '' }];

interface Entry {
  readonly operation: Operation;
  readonly base: Base | undefined;
  /** Variables of the server URL come before those of the path. */
  readonly skip: number;
  /** Of the path's variables. */
  readonly names: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  readonly mixed: {
    readonly pattern: RegExp;
    readonly source: string;
    readonly weight: number;
    readonly node: Node;
  }[];
  variable: Node | undefined;
  readonly entries: Entry[];
}

const newNode = (): Node => ({ literals: new Map(), mixed: [], variable: undefined, entries: [] });

type Found = Match | { readonly kind: 'method'; readonly path: string; readonly allow: readonly string[] };

/** Operations by the segments of their path; each segment costs one step, however many operations there are. */
class Tree {
  readonly #root = newNode();

  add(operation: Operation, segments: readonly Segment[], base: Base | undefined): void {
    let node = this.#root;
    for (const segment of segments) node = step(node, segment);
    const skip = (base?.segments ?? []).reduce((sum, segment) => sum + captures(segment), 0);
    const names = operation.segments.flatMap(segment => {
      if (segment.kind === 'variable') return [segment.name];
      return segment.kind === 'mixed' ? segment.names : [];
    });
    node.entries.push({ operation, base, skip, names });
  }

  find(pieces: readonly string[], method: string, host: string | undefined): Found | undefined {
    return descend(this.#root, pieces, 0, [], method, host);
  }
}

function captures(segment: Segment): number {
  if (segment.kind === 'variable') return 1;
  return segment.kind === 'mixed' ? segment.names.length : 0;
}

function step(node: Node, segment: Segment): Node {
  if (segment.kind === 'variable') {
    node.variable ??= newNode();
    return node.variable;
  }
  if (segment.kind === 'mixed') {
    const { source } = segment.pattern;
    let edge = node.mixed.find(each => each.source === source);
    if (edge === undefined) {
      edge = { pattern: segment.pattern, source, weight: segment.weight, node: newNode() };
      node.mixed.push(edge);
      node.mixed.sort((left, right) => right.weight - left.weight);
    }
    return edge.node;
  }
  let next = node.literals.get(segment.text);
  if (next === undefined) {
    next = newNode();
    node.literals.set(segment.text, next);
  }
  return next;
}

/** Concrete before mixed before variable, at every segment; goes back where a promising branch ends nowhere. */
function descend(
  node: Node,
  pieces: readonly string[],
  index: number,
  captured: readonly string[],
  method: string,
  host: string | undefined,
): Found | undefined {
  const piece = pieces[index];
  if (piece === undefined) return conclude(node.entries, captured, method, host);
  const literal = node.literals.size === 0 ? undefined : node.literals.get(decodePercent(piece));
  if (literal !== undefined) {
    const found = descend(literal, pieces, index + 1, captured, method, host);
    if (found !== undefined) return found;
  }
  for (const { pattern, node: next } of node.mixed) {
    const match = pattern.exec(piece);
    if (match === null) continue;
    const found = descend(next, pieces, index + 1, [...captured, ...match.slice(1)], method, host);
    if (found !== undefined) return found;
  }
  // An empty segment is no value: "/pets/" is not "/pets/{id}".
  if (node.variable === undefined || piece === '') return undefined;
  return descend(node.variable, pieces, index + 1, [...captured, piece], method, host);
}

const HOSTS = new WeakMap<Base, Map<string, boolean>>();

/** Asked for every request, of few hosts; clients choose what they send, so not more than a hundred are kept. */
function isHost(base: Base, host: string): boolean {
  let known = HOSTS.get(base);
  if (known === undefined) {
    known = new Map();
    HOSTS.set(base, known);
  }
  let answer = known.get(host);
  if (answer === undefined) {
    answer = base.host?.test(host) === true;
    if (known.size < 100) known.set(host, answer);
  }
  return answer;
}

function conclude(
  entries: readonly Entry[],
  captured: readonly string[],
  method: string,
  host: string | undefined,
): Found | undefined {
  const here =
    host === undefined ? entries : entries.filter(({ base }) => base !== undefined && isHost(base, host));
  const [first] = here;
  if (first === undefined) return undefined;
  // RFC 9110 section 9.3.2: HEAD is GET without the body, wherever the document does not say otherwise.
  const entry =
    here.find(each => each.operation.method === method) ??
    (method === 'HEAD' ? here.find(each => each.operation.method === 'GET') : undefined);
  if (entry === undefined) {
    const allow = [...new Set(here.map(each => each.operation.method))];
    return { kind: 'method', path: first.operation.path, allow };
  }
  // fromEntries, because a document may name a variable "__proto__".
  const pathValues = Object.fromEntries(
    entry.names.map((name, index) => [name, captured[entry.skip + index] ?? '']),
  );
  return { kind: 'operation', operation: entry.operation, pathValues };
}
