// Parses YAML or JSON text to a value, and locates any node of it by line and column.
import { createRequire } from 'node:module';
import type { Document, LineCounter } from 'yaml';
import { impreciseDigits, parseExactJson, setDigits } from '../exchange/exact-json.ts';
import { jsonPointer, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import type { SourceLocation } from '../finding/finding.ts';
import { JsonPositions } from './json-positions.ts';

export interface ParsedFile {
  /** The path as the user gave it, for messages. */
  readonly file: string;
  readonly value: unknown;
  /** The location of a node. A missing node gives the location of its nearest ancestor. */
  locate(pointer: string): SourceLocation;
}

export interface ParseFailure {
  readonly location: SourceLocation;
  readonly message: string;
}

/** Values of YAML texts that have been parsed before. */
export interface ParseCache {
  get(text: string): { readonly value: unknown } | undefined;
  set(text: string, value: unknown): void;
}

let yamlModule: typeof import('yaml') | undefined;

/** Loaded when a file must be parsed: with a filled cache none is. */
function loadYaml(): typeof import('yaml') {
  yamlModule ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return yamlModule;
}

/**
 * Parses a file by its name: JSON for ".json", otherwise YAML 1.2 (of which JSON is a subset).
 * @param provenance keep only nodes whose `x-provenance` is one of these, or that have none; undefined: keep all
 * @param cache used for YAML without `provenance`
 * @returns the parsed file, or the first syntax error with its location
 */
export function parseFile(
  file: string,
  text: string,
  provenance?: readonly string[],
  cache?: ParseCache,
): ParsedFile | ParseFailure {
  if (file.endsWith('.json') && provenance === undefined) {
    try {
      // JSON.parse is forty times faster than the YAML parser. Positions are computed when a finding needs them.
      const value: unknown = parseExactJson(text);
      const positions = new JsonPositions(text);
      return {
        file,
        value,
        locate: nodePointer => ({ file, ...positions.find(nodePointer), pointer: nodePointer }),
      };
    } catch {
      // The YAML parser below reports the location of the error.
    }
  }
  const cached = provenance === undefined ? cache?.get(text) : undefined;
  if (cached !== undefined) {
    let parsed: YamlWithPositions | undefined;
    const locate = (nodePointer: string): SourceLocation => {
      parsed ??= parseYaml(text);
      return locateInYaml(file, parsed, nodePointer);
    };
    return { file, value: cached.value, locate };
  }
  const parsed = parseYaml(text);
  const error = parsed.document.errors[0];
  if (error !== undefined) {
    const { line, col } = parsed.lines.linePos(error.pos[0]);
    return { location: { file, line, column: col, pointer: '' }, message: withoutPosition(error.message) };
  }
  if (provenance !== undefined) removeOtherProvenance(parsed.document, provenance);
  try {
    // maxAliasCount guards against "billion laughs".
    const value: unknown = parsed.document.toJS({ maxAliasCount: 1000 });
    const cycle = findCycle(value);
    if (cycle !== undefined) {
      return {
        location: locateInYaml(file, parsed, cycle),
        message: 'this alias refers to a node that contains it',
      };
    }
    keepDigits(parsed.document, value);
    if (provenance === undefined) cache?.set(text, value);
    return { file, value, locate: nodePointer => locateInYaml(file, parsed, nodePointer) };
  } catch (error) {
    const message = error instanceof RangeError ? NESTED_TOO_DEEPLY : (error as Error).message;
    return { location: { file, line: 1, column: 1, pointer: '' }, message };
  }
}

/** Removes unwanted nodes from the syntax tree, so that the other nodes keep their lines. */
function removeOtherProvenance(document: Document.Parsed, provenance: readonly string[]): void {
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

/** Remembers the digits of integers that lose some as JavaScript numbers. */
function keepDigits(document: Document.Parsed, value: unknown): void {
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

/** The JSON Pointer of a value that contains itself through YAML aliases. Other modules expect trees. */
function findCycle(value: unknown, at = '', above = new Set<object>()): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.has(value)) return at;
  above.add(value);
  for (const [key, inner] of Object.entries(value)) {
    const cycle = findCycle(inner, at + jsonPointer(key), above);
    if (cycle !== undefined) return cycle;
  }
  above.delete(value);
  return undefined;
}

export function isParseFailure(result: ParsedFile | ParseFailure): result is ParseFailure {
  return 'message' in result;
}

const NESTED_TOO_DEEPLY = 'the document is nested too deeply';

interface YamlWithPositions {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function parseYaml(text: string): YamlWithPositions {
  const { LineCounter, parseDocument } = loadYaml();
  const lines = new LineCounter();
  // The core schema of YAML 1.2 has no merge keys and no timestamps: such strings stay strings, as in JSON.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  return { document, lines };
}

function locateInYaml(
  file: string,
  { document, lines }: YamlWithPositions,
  nodePointer: string,
): SourceLocation {
  const { isMap, isScalar, isSeq } = loadYaml();
  let node: unknown = document.contents;
  let offset = hasRange(node) ? node.range[0] : 0;
  for (const segment of splitPointer(nodePointer)) {
    if (isMap(node)) {
      const pair = node.items.find(
        item => String(isScalar(item.key) ? item.key.value : item.key) === segment,
      );
      if (pair === undefined) break;
      if (hasRange(pair.key)) offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(segment)];
      if (!hasRange(node)) break;
      offset = node.range[0];
    } else {
      break;
    }
  }
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), pointer: nodePointer };
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && Array.isArray((node as { range?: unknown }).range);
}

function withoutPosition(message: string): string {
  if (message.startsWith('Maximum call stack')) return NESTED_TOO_DEEPLY;
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
