// Parses YAML to a syntax tree: merge keys, tags, leading zeros, errors, and the position of each node.
import { createRequire } from 'node:module';
import type { Alias, Document, Node, Pair, Scalar, YAMLError, YAMLMap } from 'yaml';
import { impreciseDigits, setDigits } from '../exchange/exact-json.ts';
import { jsonPointer, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import { NESTED_TOO_DEEPLY } from './tree-problem.ts';

interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlSource {
  readonly document: Document.Parsed;
  /** The first error. */
  readonly error: (Position & { readonly message: string }) | undefined;
  /** Keys that a map has twice. The last one counts, as in JSON. */
  readonly duplicates: readonly (Position & { readonly message: string })[];
  /** The position of a node. A missing node gives the position of its nearest ancestor. */
  find(pointer: string): Position;
}

let yamlModule: typeof import('yaml') | undefined;

/** Loaded when a file must be parsed: with a filled cache none is. */
function loadYaml(): typeof import('yaml') {
  yamlModule ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return yamlModule;
}

export function parseYaml(text: string): YamlSource {
  const { LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  // OpenAPI 3.1, "Format": tags are those of JSON, and keys are strings (the failsafe schema). So "007" is a key of three
  // characters, and timestamps are strings. Merge keys are of YAML 1.1, but everyone writes and reads them.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The parser would compare each key of a map with all others.
    uniqueKeys: false,
    stringKeys: true,
    merge: true,
  });
  const targets: AliasTargets = new Map();
  const repeated: number[] = [];
  const error = firstError(document, targets, repeated);
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return {
    document,
    error: error && { ...positionAt(error.offset), message: error.message },
    duplicates: repeated
      .sort((left, right) => left - right)
      .map(offset => ({ ...positionAt(offset), message: 'Map keys must be unique' })),
    find: pointer => positionAt(offsetOf(document, targets, pointer)),
  };
}

/** The node that each alias stands for. */
type AliasTargets = Map<Alias, Node>;

/**
 * The first error of the syntax, of a tag, or of a merge key.
 * @param targets filled with the aliases. Numbers with leading zeros become strings in the document
 * @param repeated filled with the offsets of keys that their map has already, if there is no error
 */
function firstError(
  document: Document.Parsed,
  targets: AliasTargets,
  repeated: number[],
): { readonly offset: number; readonly message: string } | undefined {
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) return { offset: error.pos[0], message: describe(error) };
  const { isAlias, isMap, isScalar, visit } = loadYaml();
  const anchors = new Map<string, Node>();
  let found: { offset: number; message: string } | undefined;
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
        else
          found ??= {
            offset: offsetOfNode(node) ?? 0,
            message: `no anchor before this alias is named "${node.source}"`,
          };
        return;
      }
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isMap(node)) for (const offset of repeatedKeys(node)) repeated.push(offset);
      // JSON has no such numbers, and YAML 1.1 reads them as octal: what was written is kept.
      if (isScalar(node) && typeof node.value === 'number' && LEADING_ZERO.test(node.source ?? ''))
        node.value = node.source;
    },
    Pair(_, pair) {
      if (!isMerge(pair)) return undefined;
      // An alias refers to an anchor before it, which has been visited.
      const target = (node: unknown) => (isAlias(node) ? anchors.get(node.source) : node);
      if (mergedNodes(pair, target).every(isMap)) return undefined;
      const message = 'the value of the merge key "<<" must be a map, an alias of a map, or a list of these';
      found ??= { offset: offsetOfNode(pair.key) ?? 0, message };
      return visit.BREAK;
    },
  });
  return found;
}

/** The offsets of keys that the map has already. */
function repeatedKeys({ items }: YAMLMap): readonly number[] {
  const { isScalar } = loadYaml();
  const keys = new Set<unknown>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key) || isMergeKey(key)) return [];
    const isRepeated = keys.has(key.value);
    keys.add(key.value);
    return isRepeated ? [offsetOfNode(key) ?? 0] : [];
  });
}

const LEADING_ZERO = /^[-+]?0\d/;

function isMerge({ key }: Pair<unknown, unknown>): boolean {
  return loadYaml().isScalar(key) && isMergeKey(key);
}

function isMergeKey({ value, type }: Scalar): boolean {
  return value === '<<' && type === 'PLAIN';
}

/** The nodes whose members a merge key adds. Of two with the same key, the first counts. */
function mergedNodes({ value }: Pair<unknown, unknown>, target: (node: unknown) => unknown): unknown[] {
  const source = target(value);
  return loadYaml().isSeq(source) ? source.items.map(target) : [source];
}

function offsetOf(document: Document.Parsed, targets: AliasTargets, pointer: string): number {
  const { isAlias, isMap, isSeq } = loadYaml();
  const target = (node: unknown): unknown => (isAlias(node) ? targets.get(node) : node);
  let node: unknown = document.contents;
  let offset = offsetOfNode(node) ?? 0;
  for (const step of splitPointer(pointer)) {
    if (isMap(node)) {
      const pair = findMember(node, step, target);
      if (pair === undefined) break;
      offset = offsetOfNode(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      const itemOffset = offsetOfNode(node);
      if (itemOffset === undefined) break;
      offset = itemOffset;
    } else {
      break;
    }
  }
  return offset;
}

/** The member of a map, also one that a merge key adds. */
function findMember(
  map: YAMLMap,
  name: string,
  target: (node: unknown) => unknown,
): Pair<unknown, unknown> | undefined {
  const { isMap, isScalar } = loadYaml();
  const own = map.items.findLast(
    pair => isScalar(pair.key) && String(pair.key.value) === name && !isMerge(pair),
  );
  if (own !== undefined) return own;
  for (const merged of map.items.filter(isMerge).flatMap(pair => mergedNodes(pair, target))) {
    const member = isMap(merged) ? findMember(merged, name, target) : undefined;
    if (member !== undefined) return member;
  }
  return undefined;
}

function offsetOfNode(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null | undefined)?.range?.[0];
}

function describe({ code, message }: YAMLError): string {
  if (message.startsWith('Maximum call stack')) return NESTED_TOO_DEEPLY;
  if (code === 'MULTIPLE_DOCS')
    return 'the file contains several YAML documents ("---"); write each into a file of its own';
  if (code === 'TAG_RESOLVE_FAILED') return `${message}; only the types of JSON are allowed`;
  return message;
}

/** Remembers the digits of integers that lose some as JavaScript numbers. */
export function keepDigits(document: Document.Parsed, value: unknown): void {
  const { isPair, isScalar, isSeq, visit } = loadYaml();
  visit(document, {
    Scalar(key, { source = '', value: number }, path) {
      const digits = key === 'key' ? undefined : impreciseDigits(source, number);
      if (digits === undefined) return;
      const steps = path.flatMap((node, index): (string | number)[] => {
        if (isPair(node)) return [String(isScalar(node.key) ? node.key.value : node.key)];
        // The item of a list: the next node of the path, or the scalar itself.
        const inner = path[index + 1];
        return isSeq(node) ? [inner === undefined ? (key as number) : node.items.indexOf(inner)] : [];
      });
      const holder = valueAt(value, jsonPointer(...steps.slice(0, -1)));
      if (typeof holder === 'object' && holder !== null) setDigits(holder, steps.at(-1) ?? '', digits);
    },
  });
}

/** Removes unwanted nodes from the syntax tree, so that the other nodes keep their lines. */
export function removeOtherProvenance(document: Document.Parsed, provenance: readonly string[]): void {
  const { isMap, isPair, isScalar, isSeq, visit } = loadYaml();
  const isUnwanted = (node: unknown): boolean => {
    const mark = isMap(node) ? node.get('x-provenance') : undefined;
    return mark !== undefined && !provenance.includes(String(mark));
  };
  visit(document, {
    Pair(_, pair, path) {
      if (!isUnwanted(pair.value)) return undefined;
      // Remove the property from `required` too. The path ends with: schema, pair "properties", its map.
      const [schema, holder] = [path.at(-3), path.at(-2)];
      const inProperties = isPair(holder) && isScalar(holder.key) && holder.key.value === 'properties';
      const required = inProperties && isMap(schema) ? schema.get('required') : undefined;
      const name = isScalar(pair.key) ? pair.key.value : undefined;
      if (isSeq(required))
        required.items = required.items.filter(item => !isScalar(item) || item.value !== name);
      return visit.REMOVE;
    },
    Map(key, node) {
      return typeof key === 'number' && isUnwanted(node) ? visit.REMOVE : undefined;
    },
  });
}
