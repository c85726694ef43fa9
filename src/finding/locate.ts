// Text of a YAML or JSON document to its value, and to the line and column of any part of it.
import { createRequire } from 'node:module';
import type { Document, LineCounter } from 'yaml';
import type { Clause } from './finding.ts';
import { JsonPlaces } from './json-places.ts';
import { pointer, splitPointer } from './pointer.ts';

export interface Source {
  /** As the user would name the file. */
  readonly file: string;
  readonly value: unknown;
  /** Where a part stands. A part that does not exist is placed at its nearest existing ancestor. */
  locate(pointer: string): Clause;
}

export interface SyntaxFault {
  readonly clause: Clause;
  readonly message: string;
}

/** What the text of a YAML file was found to mean before. */
export interface Remembered {
  recall(text: string): { readonly value: unknown } | undefined;
  remember(text: string, value: unknown): void;
}

let loaded: typeof import('yaml') | undefined;

/** Loaded when there is something to parse: where all is remembered, there is not. */
function yaml(): typeof import('yaml') {
  loaded ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return loaded;
}

/**
 * @param provenance keep only parts whose `x-provenance` is one of these, or that carry none; keep all when absent
 * @returns the source, or the first fault of the text with its place
 */
export function readSource(
  file: string,
  text: string,
  provenance?: readonly string[],
  remembered?: Remembered,
): Source | SyntaxFault {
  if (file.endsWith('.json') && provenance === undefined) {
    try {
      // JSON.parse is forty times faster than a YAML parser; the positions are only worked out when something is reported.
      const value: unknown = JSON.parse(text);
      const places = new JsonPlaces(text);
      return { file, value, locate: where => ({ file, ...places.find(where), pointer: where }) };
    } catch {
      // Falls through: the YAML parser names the place.
    }
  }
  const recalled = provenance === undefined ? remembered?.recall(text) : undefined;
  if (recalled !== undefined) {
    let located: Located | undefined;
    const locate = (where: string): Clause => {
      located ??= parse(text);
      return place(file, located, where);
    };
    return { file, value: recalled.value, locate };
  }
  const located = parse(text);
  const fault = located.document.errors[0];
  if (fault !== undefined) {
    const { line, col } = located.lines.linePos(fault.pos[0]);
    return { clause: { file, line, column: col, pointer: '' }, message: firstSentence(fault.message) };
  }
  if (provenance !== undefined) keepProvenance(located.document, provenance);
  try {
    // maxAliasCount guards against "billion laughs".
    const value: unknown = located.document.toJS({ maxAliasCount: 1000 });
    const cycle = findCycle(value);
    if (cycle !== undefined) {
      return {
        clause: place(file, located, cycle),
        message: 'an alias here stands for something that contains it',
      };
    }
    if (provenance === undefined) remembered?.remember(text, value);
    return { file, value, locate: where => place(file, located, where) };
  } catch (error) {
    const message = error instanceof RangeError ? TOO_DEEP : (error as Error).message;
    return { clause: { file, line: 1, column: 1, pointer: '' }, message };
  }
}

/** Removes unwanted parts before anything is read, so that what stays keeps its lines. */
function keepProvenance(document: Document.Parsed, wanted: readonly string[]): void {
  const { isMap, isPair, isScalar, isSeq, visit } = yaml();
  const unwanted = (node: unknown): boolean => {
    const said = isMap(node) ? node.get('x-provenance') : undefined;
    return said !== undefined && !wanted.includes(String(said));
  };
  visit(document, {
    Pair(_, pair, path) {
      if (!unwanted(pair.value)) return undefined;
      // A property that is gone can no longer be required: the path ends schema, pair "properties", its map.
      const [schema, holder] = [path.at(-3), path.at(-2)];
      const inProperties = isPair(holder) && isScalar(holder.key) && holder.key.value === 'properties';
      const required = inProperties && isMap(schema) ? schema.get('required') : undefined;
      const name = isScalar(pair.key) ? pair.key.value : undefined;
      if (isSeq(required))
        required.items = required.items.filter(item => !isScalar(item) || item.value !== name);
      return visit.REMOVE;
    },
    Map(key, node) {
      return typeof key === 'number' && unwanted(node) ? visit.REMOVE : undefined;
    },
  });
}

/** YAML aliases can make a value contain itself, which nothing after this is made for. */
function findCycle(value: unknown, at = '', above = new Set<object>()): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.has(value)) return at;
  above.add(value);
  for (const [key, inner] of Object.entries(value)) {
    const cycle = findCycle(inner, at + pointer(key), above);
    if (cycle !== undefined) return cycle;
  }
  above.delete(value);
  return undefined;
}

export function isFault(read: Source | SyntaxFault): read is SyntaxFault {
  return 'message' in read;
}

const TOO_DEEP = 'it is nested too deeply';

interface Located {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function parse(text: string): Located {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  // Strings stay strings as in JSON: "merge" keys and timestamps are not part of YAML's core schema.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  return { document, lines };
}

function place(file: string, { document, lines }: Located, where: string): Clause {
  const { isMap, isScalar, isSeq } = yaml();
  let node: unknown = document.contents;
  let offset = isRanged(node) ? node.range[0] : 0;
  for (const step of splitPointer(where)) {
    if (isMap(node)) {
      const pair = node.items.find(item => String(isScalar(item.key) ? item.key.value : item.key) === step);
      if (pair === undefined) break;
      if (isRanged(pair.key)) offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isRanged(node)) break;
      offset = node.range[0];
    } else {
      break;
    }
  }
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), pointer: where };
}

function isRanged(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && Array.isArray((node as { range?: unknown }).range);
}

function firstSentence(message: string): string {
  if (message.startsWith('Maximum call stack')) return TOO_DEEP;
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
