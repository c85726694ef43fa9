// Finds where the cursor is in a scenario that is being typed, so that completion knows what belongs there.

export type YamlPath = readonly (string | number)[];

export interface YamlPlace {
  /** The path of the map or list around the cursor; of the value, if the cursor is behind "key:". */
  readonly path: YamlPath;
  /** key: a new key of a map, or a value of a list. value: behind "key:". */
  readonly kind: 'key' | 'value';
  /** Where the word that is being typed begins. */
  readonly from: number;
}

export interface ScannedYaml {
  /** Undefined: in a comment, a quoted text with a blank, or a block of text. */
  readonly place: YamlPlace | undefined;
  /** The plain texts and numbers of the document, by their path joined with "/". */
  readonly scalars: ReadonlyMap<string, string>;
  /** The keys of each map, by its path joined with "/". */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** A map or list around the present place. Those in flow style, "{ }" and "[ ]", have no indentation. */
interface Level {
  readonly kind: 'map' | 'list';
  /** Undefined: flow style. */
  readonly indent: number | undefined;
  /** The present key or index. */
  step: string | number | undefined;
}

/**
 * A parser of YAML reads an unfinished line as a part of the line above, so this reads lines by their indentation. What a
 * scenario does not consist of (tags, several documents, "? key") is not known here, and is completed wrongly at worst.
 */
export function scanYaml(text: string, cursor: number): ScannedYaml {
  const levels: Level[] = [];
  const scalars = new Map<string, string>();
  const keys = new Map<string, string[]>();
  let place: YamlPlace | undefined;
  /** Lines that are indented further than this belong to a block of text. */
  let blockIndent: number | undefined;
  let offset = 0;

  const pathOf = (): (string | number)[] => levels.flatMap(({ step }) => (step === undefined ? [] : [step]));
  const addKey = (level: Level, key: string): void => {
    level.step = undefined;
    const map = pathOf().join('/');
    keys.set(map, [...(keys.get(map) ?? []), key]);
    level.step = key;
  };
  const isInFlow = (): boolean => levels.length > 0 && levels.at(-1)?.indent === undefined;
  /** @param isNewKey the cursor is beside the keys of the map, not behind the present one */
  const putCursor = (kind: YamlPlace['kind'], from: number, isNewKey = false): void => {
    const path = pathOf();
    const isBesideKey = isNewKey && levels.at(-1)?.kind === 'map' && levels.at(-1)?.step !== undefined;
    place = { path: isBesideKey ? path.slice(0, -1) : path, kind, from };
  };

  for (const line of text.split('\n')) {
    const end = offset + line.length;
    const holdsCursor = cursor >= offset && cursor <= end;
    const indent = line.search(/\S|$/);
    if (blockIndent !== undefined && (line.trim() === '' || indent > blockIndent)) {
      offset = end + 1;
      continue;
    }
    blockIndent = undefined;
    if (line.trim() !== '' || holdsCursor) readLine(line, indent, holdsCursor ? cursor - offset : -1);
    offset = end + 1;
  }
  return { place, scalars, keys };

  function readLine(line: string, indent: number, column: number): void {
    if (isInFlow()) {
      readValues(line, indent, column);
      return;
    }
    // On a line of blanks the cursor decides to which level it belongs.
    const depth = line.trim() === '' ? column : indent;
    const isItem = ITEM.test(line.slice(indent));
    while (levels.length > 0 && closes(levels.at(-1) as Level, depth, isItem)) levels.pop();
    let at = depth;
    while (ITEM.test(line.slice(at))) {
      const top = levels.at(-1);
      if (top?.kind === 'list' && top.indent === at) top.step = Number(top.step) + 1;
      else levels.push({ kind: 'list', indent: at, step: 0 });
      at += 1;
      while (line[at] === ' ') at += 1;
    }
    const key = keyAt(line, at);
    const word = key === undefined ? scalarAt(line, at, false) : line.slice(at, key.end);
    const isInWord = column >= at && column <= at + word.length && column !== key?.end;
    if (isInWord) putCursor('key', offset + (word === '' ? column : at), levels.at(-1)?.indent === at);
    else if (column > indent && column < at) putCursor('key', offset + column);
    if (key !== undefined) {
      const top = levels.at(-1);
      const isSameMap = top?.kind === 'map' && top.indent === at;
      if (!isSameMap) levels.push({ kind: 'map', indent: at, step: undefined });
      addKey(levels.at(-1) as Level, key.name);
      at = key.end;
      while (line[at] === ' ') at += 1;
      if (column >= key.end && column <= at) putCursor('value', offset + column);
      if (/^[|>][+-]?\d?[+-]?\s*(#.*)?$/.test(line.slice(at))) blockIndent = levels.at(-1)?.indent;
      else readValues(line, at, column);
    } else if (/^[{[]/.test(word) || levels.at(-1)?.kind === 'list') {
      readValues(line, at, isInWord && !/^[{[]/.test(word) ? -1 : column);
    } else if (column > at + word.length) place = undefined;
  }

  /** Reads scalars and flow style from a column to the end of the line. */
  function readValues(line: string, start: number, column: number): void {
    let at = start;
    while (at < line.length) {
      const character = line[at] as string;
      const top = levels.at(-1);
      if (/\s/.test(character)) {
        at += 1;
      } else if (character === '#') {
        if (column > at) place = undefined;
        return;
      } else if (character === '{' || character === '[') {
        const isList = character === '[';
        levels.push({ kind: isList ? 'list' : 'map', indent: undefined, step: isList ? 0 : undefined });
        at += 1;
        if (column >= at) putCursor('key', offset + column);
      } else if (isInFlow() && (character === '}' || character === ']')) {
        levels.pop();
        at += 1;
        if (column >= at) place = undefined;
      } else if (isInFlow() && character === ',') {
        if (top !== undefined) top.step = top.kind === 'list' ? Number(top.step) + 1 : undefined;
        at += 1;
        if (column >= at) putCursor('key', offset + column);
      } else {
        at = readScalar(line, at, column);
      }
    }
  }

  /** @returns the column behind the scalar, or behind the key and its colon */
  function readScalar(line: string, at: number, column: number): number {
    const top = levels.at(-1);
    const isFlow = isInFlow();
    const key = isFlow && top?.kind === 'map' && top.step === undefined ? keyAt(line, at) : undefined;
    const word = scalarAt(line, at, isFlow);
    const end = key?.end ?? at + word.length;
    if (column >= at && column <= at + word.length) {
      const isKey = isFlow && (top?.kind === 'list' || top?.step === undefined);
      putCursor(isKey ? 'key' : 'value', offset + at);
    }
    if (key !== undefined && top !== undefined) {
      addKey(top, key.name);
      if (column >= end) putCursor('value', offset + column);
    } else {
      scalars.set(pathOf().join('/'), word.replace(/^(["'])(.*)\1$/, '$2').trim());
      if (column > at + word.length) place = undefined;
    }
    return Math.max(end, at + 1);
  }
}

const ITEM = /^-(\s|$)/;

/** Items of a list stand at its indentation; a list may stand at the indentation of the key above it. */
function closes({ kind, indent }: Level, depth: number, isItem: boolean): boolean {
  if (indent === undefined) return false;
  if (kind === 'list') return isItem ? indent > depth : indent >= depth;
  return indent > depth;
}

const KEY = /^(?:"((?:[^"\\]|\\.)*)"\s*|'((?:[^']|'')*)'\s*|([^\s#{}[\],"'&*!|>%@`][^#{}[\],:]*)):(?=\s|$)/;

function keyAt(line: string, at: number): { readonly name: string; readonly end: number } | undefined {
  const match = KEY.exec(line.slice(at));
  if (match === null) return undefined;
  return { name: match[1] ?? match[2] ?? match[3]?.trimEnd() ?? '', end: at + match[0].length };
}

function scalarAt(line: string, at: number, isFlow: boolean): string {
  const rest = line.slice(at);
  const quoted = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/.exec(rest)?.[0];
  if (quoted !== undefined) return quoted;
  const end = rest.search(isFlow ? /[,{}[\]]|\s#|:\s|$/ : /\s#|$/);
  return rest.slice(0, end).trimEnd() || rest.slice(0, 1);
}
