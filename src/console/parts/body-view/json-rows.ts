// The rows of a JSON body: unfolded lines, long values cut to several rows, and the remarks of the contract below their line.
import type { BodyNote, BodyRow, BodyRows, Token, TokenKind } from './body-rows.ts';
import { cutTokens } from './body-rows.ts';
import { hasComma, isCommaNext, type JsonLines, keyText, lineOfPointer, valueText } from './json-lines.ts';

/** Rows keep this many characters, however deep they are. */
const MIN_COLUMNS = 24;
/** Deeper levels are not indented further. */
const MAX_INDENT = 24;

interface JsonRowsOptions {
  /** Lines whose content is hidden. */
  readonly folded: ReadonlySet<number>;
  readonly columns: number;
  readonly notes: readonly BodyNote[];
}

export function jsonRows(lines: JsonLines, { folded, columns, notes }: JsonRowsOptions): BodyRows {
  const notesAt = new Map<number, BodyNote[]>();
  for (const note of notes) {
    const line = lineOfPointer(lines, note.pointer);
    notesAt.set(line, [...(notesAt.get(line) ?? []), note]);
  }
  const rowLine: number[] = [];
  /** The part of a line that is cut into several rows; below zero: the remarks on it. */
  const rowPart: number[] = [];
  const firstRow: number[] = [];
  for (let line = 0; line < lines.depth.length; line++) {
    firstRow[line] = rowLine.length;
    const isFolded = folded.has(line) && (lines.close[line] ?? 0) > 0;
    const parts = Math.ceil(lengthOfLine(lines, line) / columnsAt(lines.depth[line] ?? 0));
    for (let part = 0; part < parts; part++) {
      rowLine.push(line);
      rowPart.push(part);
    }
    const remarks = notesAt.get(line)?.length ?? 0;
    for (let remark = 1; remark <= remarks; remark++) {
      rowLine.push(line);
      rowPart.push(-remark);
    }
    if (!isFolded) continue;
    const close = lines.close[line] ?? line;
    for (let hidden = line + 1; hidden <= close; hidden++) firstRow[hidden] = firstRow[line] ?? 0;
    line = close;
  }

  function columnsAt(depth: number): number {
    return Math.max(MIN_COLUMNS, columns - 2 * Math.min(depth, MAX_INDENT));
  }

  function rowAt(index: number): BodyRow {
    const line = rowLine[index] ?? 0;
    const part = rowPart[index] ?? 0;
    const depth = lines.depth[line] ?? 0;
    const indent = Math.min(depth, MAX_INDENT);
    const remarks = notesAt.get(line);
    if (part < 0) {
      const note = remarks?.[-part - 1];
      return { indent, tokens: [], ...(note !== undefined && { note }) };
    }
    const isMarked = remarks !== undefined;
    const size = columnsAt(depth);
    const isFolded = folded.has(line);
    const tokens = cutTokens(tokensOf(lines, line, isFolded), part * size, size);
    if (part > 0) return { indent, tokens };
    const fold = (lines.close[line] ?? 0) > 0 ? { fold: { line, isFolded } } : {};
    return { indent, tokens, line: line + 1, isMarked, ...fold };
  }

  return { count: rowLine.length, rowAt, rowOfLine: line => firstRow[line] ?? 0 };
}

function tokensOf(lines: JsonLines, line: number, isFolded: boolean): Token[] {
  const { text, end, close } = lines;
  const tokens: Token[] = [];
  const key = keyText(lines, line);
  if (key !== '') tokens.push({ kind: 'key', text: key }, { kind: 'punctuation', text: ': ' });
  const value = valueText(lines, line);
  const opened = value[0] as string;
  tokens.push({ kind: kindOf(opened), text: value });
  const closed = close[line] ?? 0;
  if (isFolded && closed > 0) {
    const count = countChildren(lines, line);
    const noun = opened === '[' ? 'item' : 'member';
    tokens.push(
      { kind: 'muted', text: ` … ${count} ${noun}${count === 1 ? '' : 's'} ` },
      { kind: 'punctuation', text: opened === '{' ? '}' : ']' },
    );
  }
  const isFollowed = closed > 0 ? isFolded && isCommaNext(text, end[closed] ?? 0) : hasComma(lines, line);
  if (isFollowed) tokens.push({ kind: 'punctuation', text: ',' });
  return tokens;
}

/** The number of characters of a line that is not folded; a folded one is short. */
function lengthOfLine(lines: JsonLines, line: number): number {
  const { start, keyEnd, valueStart, end } = lines;
  const key = keyEnd[line] === 0 ? 0 : (keyEnd[line] ?? 0) - (start[line] ?? 0) + 2;
  return key + (end[line] ?? 0) - (valueStart[line] ?? 0) + (hasComma(lines, line) ? 1 : 0);
}

function countChildren({ close }: JsonLines, line: number): number {
  let count = 0;
  for (let child = line + 1; child < (close[line] ?? 0); child = Math.max(close[child] ?? 0, child) + 1)
    count++;
  return count;
}

function kindOf(character: string): TokenKind {
  if (character === '"') return 'string';
  if (/[-\d]/.test(character)) return 'number';
  return /[tfn]/.test(character) ? 'literal' : 'punctuation';
}
