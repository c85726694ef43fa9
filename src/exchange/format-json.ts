// Formats the text of JSON with two spaces, without reading its values: numbers and strings stay as they are written.
import { jsonPointer, splitPointer } from './json-pointer.ts';

export interface FormattedLine {
  readonly text: string;
  /** True: the line begins a value that was asked for. */
  readonly marked: boolean;
}

/** The last string may be cut. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** Deeper lines are not indented further: the text would grow with the square of the depth. */
const MAX_INDENT = 60;

/** Deeper values are marked at the innermost value around them that is not deeper. */
const MAX_MARKED_LEVELS = 200;

interface Container {
  readonly isList: boolean;
  /** The index of the current item, or the name of the current member as it is written. */
  key: string | number;
}

/**
 * @param text valid JSON, or the beginning of it
 * @param pointers the values to mark, as JSON Pointers; for one that does not exist the innermost value around it is marked
 */
export function formatJson(text: string, pointers: readonly string[] = []): FormattedLine[] {
  const lines: string[] = [];
  const lineOf = new Map<string, number>();
  const wanted = new Set(pointers.flatMap(withAncestors));
  const deepest = Math.min(
    Math.max(-1, ...pointers.map(pointer => splitPointer(pointer).length)),
    MAX_MARKED_LEVELS,
  );
  const containers: Container[] = [];
  let line = '';
  let previous = '';
  const endLine = (): void => {
    lines.push(line);
    line = '  '.repeat(Math.min(containers.length, MAX_INDENT));
  };
  const note = (): void => {
    if (containers.length > deepest) return;
    const at = jsonPointer(
      ...containers.map(({ key }) => (typeof key === 'number' ? key : (JSON.parse(key) as string))),
    );
    if (wanted.has(at)) lineOf.set(at, lines.length);
  };
  for (const [token] of text.matchAll(TOKEN)) {
    const parent = containers.at(-1);
    if (token === '}' || token === ']') {
      containers.pop();
      if (previous !== '{' && previous !== '[') endLine();
      line += token;
    } else if (token === ',') {
      if (parent?.isList) parent.key = Number(parent.key) + 1;
      line += token;
      endLine();
    } else if (token === ':') {
      line += ': ';
    } else {
      if (previous === '{' || previous === '[') endLine();
      const isName = parent !== undefined && !parent.isList && (previous === '{' || previous === ',');
      if (isName) parent.key = token;
      else note();
      line += token;
      if (token === '{' || token === '[')
        containers.push({ isList: token === '[', key: token === '[' ? 0 : '' });
    }
    previous = token;
  }
  lines.push(line);
  const marked = new Set(pointers.map(pointer => withAncestors(pointer).find(at => lineOf.has(at))));
  const markedLines = new Set([...marked].map(at => (at === undefined ? -1 : lineOf.get(at))));
  return lines.map((each, index) => ({ text: each, marked: markedLines.has(index) }));
}

/** The pointer and those of the values around it, innermost first. */
function withAncestors(pointer: string): string[] {
  const ancestors: string[] = [];
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    ancestors.push(at);
    if (at === '') return ancestors;
  }
}
