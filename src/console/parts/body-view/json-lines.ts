// Splits JSON text into the lines of an indented view. It keeps the text as sent: no number loses a digit, no key is lost.

/** One entry a line. Offsets are those of the text. */
export interface JsonLines {
  readonly text: string;
  readonly depth: readonly number[];
  /** Where the line begins: its key, or its value if it has none. */
  readonly start: readonly number[];
  /** Where the key ends; 0: no key. */
  readonly keyEnd: readonly number[];
  readonly valueStart: readonly number[];
  readonly end: readonly number[];
  /** For a line that opens an object or array: the line that closes it; otherwise 0. */
  readonly close: readonly number[];
}

/** @returns undefined: the text is not JSON */
export function splitJson(text: string): JsonLines | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return splitValid(text);
}

/** One pass over text that is known to be JSON. */
function splitValid(text: string): JsonLines {
  const depth: number[] = [];
  const start: number[] = [];
  const keyEnd: number[] = [];
  const valueStart: number[] = [];
  const end: number[] = [];
  const close: number[] = [];
  const open: number[] = [];
  /** The key that waits for its value. */
  let key: { readonly start: number; readonly end: number } | undefined;
  const add = (from: number, to: number, level: number): void => {
    depth.push(level);
    start.push(key?.start ?? from);
    keyEnd.push(key?.end ?? 0);
    valueStart.push(from);
    end.push(to);
    close.push(0);
    key = undefined;
  };
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '{' || character === '[') {
      const next = skipSpace(text, at + 1);
      const isEmpty = text[next] === '}' || text[next] === ']';
      add(at, isEmpty ? next + 1 : at + 1, open.length);
      if (!isEmpty) open.push(depth.length - 1);
      at = isEmpty ? next + 1 : at + 1;
    } else if (character === '}' || character === ']') {
      const opened = open.pop() ?? 0;
      close[opened] = depth.length;
      add(at, at + 1, open.length);
      at++;
    } else if (character === '"') {
      const from = at;
      at = endOfString(text, at);
      if (text[skipSpace(text, at)] === ':' && key === undefined) key = { start: from, end: at };
      else add(from, at, open.length);
    } else if (/[-\dtfn]/.test(character)) {
      const from = at;
      while (at < text.length && /[-+.\w]/.test(text[at] as string)) at++;
      add(from, at, open.length);
    } else at++;
  }
  return { text, depth, start, keyEnd, valueStart, end, close };
}

/** As it is written, with its quotes; empty: the line has no key. */
export function keyText({ text, start, keyEnd }: JsonLines, line: number): string {
  return keyEnd[line] === 0 ? '' : text.slice(start[line], keyEnd[line]);
}

/** A value, the bracket that opens or closes a container, or an empty container. */
export function valueText({ text, valueStart, end }: JsonLines, line: number): string {
  const value = text.slice(valueStart[line], end[line]);
  return /^[[{]\s/.test(value) ? value[0] + value.slice(-1) : value;
}

/** Whether a comma follows the line. */
export function hasComma({ text, end, close }: JsonLines, line: number): boolean {
  return close[line] === 0 && isCommaNext(text, end[line] ?? 0);
}

export function isCommaNext(text: string, from: number): boolean {
  return text[skipSpace(text, from)] === ',';
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** @param from the opening quote */
function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from + 1);
  for (;;) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (at < 0) return text.length;
    if (escapes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
}

/** The line that shows what the JSON Pointer names, or the nearest ancestor that exists. */
export function lineOfPointer(lines: JsonLines, pointer: string): number {
  let line = 0;
  for (const segment of pointer.split('/').slice(1)) {
    const child = childOf(lines, line, segment.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (child === undefined) return line;
    line = child;
  }
  return line;
}

function childOf(lines: JsonLines, parent: number, name: string): number | undefined {
  const { text, start, keyEnd, close, valueStart } = lines;
  const last = close[parent] ?? 0;
  const isArray = text[valueStart[parent] ?? 0] === '[';
  let index = 0;
  for (let line = parent + 1; line < last; line = Math.max(close[line] ?? 0, line) + 1, index++) {
    if (isArray ? String(index) === name : keyName(text.slice(start[line], keyEnd[line])) === name)
      return line;
  }
  return undefined;
}

function keyName(key: string): string {
  return key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
}
