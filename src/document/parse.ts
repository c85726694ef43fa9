// Parses YAML or JSON text to a value, and locates any node of it by line and column.
import { parseExactJson } from '../exchange/exact-json.ts';
import type { SourceLocation } from '../finding/finding.ts';
import { JsonPositions } from './json-positions.ts';
import { findTreeProblem, NESTED_TOO_DEEPLY } from './tree-problem.ts';
import { keepDigits, parseYaml, removeOtherProvenance, type YamlSource } from './yaml-source.ts';

export interface ParsedFile {
  /** The path as the user gave it, for messages. */
  readonly file: string;
  readonly value: unknown;
  /** Errors in spite of which there is a value: keys that a map has twice. */
  readonly errors?: readonly ParseFailure[];
  /** The location of a node. A missing node gives the location of its nearest ancestor. */
  locate(pointer: string): SourceLocation;
  /** The text that was parsed. The file may have changed since. */
  text(): string;
  /** Other files in which parts of the value were written. */
  readonly others?: readonly ParsedFile[];
  /** Set for the file of an example, which is sent as it is in other formats than JSON. */
  readonly bytes?: Uint8Array;
}

/** The files in which a value was written. */
export function sourcesOf(file: ParsedFile): readonly ParsedFile[] {
  return [file, ...(file.others ?? [])];
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

/**
 * Parses a file by its name: JSON for ".json", otherwise YAML 1.2 (of which JSON is a subset).
 * @param provenance keep only nodes whose `x-provenance` is one of these, or that have none; undefined: keep all
 * @param cache used for YAML without `provenance`
 * @param allowDuplicates true: keys that a map has twice are `errors` of the parsed file; the last one counts
 * @returns the parsed file, or the first syntax error with its location
 */
export function parseFile(
  file: string,
  text: string,
  provenance?: readonly string[],
  cache?: ParseCache,
  allowDuplicates = false,
): ParsedFile | ParseFailure {
  if (file.endsWith('.json') && provenance === undefined) {
    try {
      // JSON.parse is forty times faster than the YAML parser. Positions are computed when a finding needs them.
      const value: unknown = parseExactJson(text);
      const positions = new JsonPositions(text);
      const locate = (pointer: string): SourceLocation => ({ file, ...positions.find(pointer), pointer });
      return failureOf(value, locate) ?? { file, value, locate, text: () => positions.text() };
    } catch {
      // The YAML parser below reports the location of the error.
    }
  }
  const cached = provenance === undefined ? cache?.get(text) : undefined;
  if (cached !== undefined) {
    let parsed: YamlSource | undefined;
    const locate = (pointer: string): SourceLocation => {
      parsed ??= parseYaml(text);
      return { file, ...parsed.find(pointer), pointer };
    };
    return { file, value: cached.value, locate, text: () => text };
  }
  try {
    const source = parseYaml(text);
    const { document, error } = source;
    if (error !== undefined) {
      const { line, column, message } = error;
      return { location: { file, line, column, pointer: '' }, message };
    }
    if (provenance !== undefined) removeOtherProvenance(document, provenance);
    // maxAliasCount guards against "billion laughs".
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    keepDigits(document, value);
    const locate = (pointer: string): SourceLocation => ({ file, ...source.find(pointer), pointer });
    const failure = failureOf(value, locate);
    if (failure !== undefined) return failure;
    const errors = source.duplicates.map(({ line, column, message }) => ({
      location: { file, line, column, pointer: '' },
      message,
    }));
    const [first] = errors;
    if (first !== undefined)
      return allowDuplicates ? { file, value, errors, locate, text: () => text } : first;
    if (provenance === undefined) cache?.set(text, value);
    return { file, value, locate, text: () => text };
  } catch (error) {
    const message = error instanceof RangeError ? NESTED_TOO_DEEPLY : (error as Error).message;
    return { location: { file, line: 1, column: 1, pointer: '' }, message };
  }
}

/** How often one anchor may be used, times the uses of the anchors in it. */
const MAX_ALIASES = 100_000;

function failureOf(value: unknown, locate: ParsedFile['locate']): ParseFailure | undefined {
  const problem = findTreeProblem(value);
  return problem && { location: locate(problem.pointer), message: problem.message };
}

export function isParseFailure(result: ParsedFile | ParseFailure): result is ParseFailure {
  return 'message' in result;
}
