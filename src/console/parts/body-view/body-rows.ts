// What a body view shows: rows of coloured text, made when they scroll into view.

export type TokenKind =
  | 'key'
  | 'string'
  | 'number'
  | 'literal'
  | 'punctuation'
  | 'tag'
  | 'text'
  | 'offset'
  | 'muted';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** A remark of the contract on a part of a body. */
export interface BodyNote {
  /** JSON Pointer into the body; "" is the whole body. */
  readonly pointer: string;
  readonly text: string;
}

export interface BodyRow {
  /** Levels of indentation. */
  readonly indent: number;
  readonly tokens: readonly Token[];
  /** Number of the line; undefined: the row continues the line above it. */
  readonly line?: number;
  /** Set if the row opens an object or array: the line to fold, and whether it is folded. */
  readonly fold?: { readonly line: number; readonly isFolded: boolean };
  /** The row is a remark on the row above it. */
  readonly note?: BodyNote;
  /** A remark belongs to this row. */
  readonly isMarked?: boolean;
}

export interface BodyRows {
  readonly count: number;
  readonly rowAt: (index: number) => BodyRow;
  /** The first row of the line. */
  readonly rowOfLine: (line: number) => number;
}

/** The lines of a body that have no structure to fold, cut to rows of at most `columns` characters. */
export function plainRows(lines: readonly (readonly Token[])[], columns: number): BodyRows {
  const rowLine: number[] = [];
  const rowPart: number[] = [];
  const firstRow: number[] = [];
  for (const [line, tokens] of lines.entries()) {
    firstRow.push(rowLine.length);
    const parts = Math.max(1, Math.ceil(lengthOf(tokens) / columns));
    for (let part = 0; part < parts; part++) {
      rowLine.push(line);
      rowPart.push(part);
    }
  }
  return {
    count: rowLine.length,
    rowOfLine: line => firstRow[line] ?? 0,
    rowAt: index => {
      const line = rowLine[index] ?? 0;
      const part = rowPart[index] ?? 0;
      const tokens = cutTokens(lines[line] ?? [], part * columns, columns);
      return { indent: 0, tokens, ...(part === 0 && { line: line + 1 }) };
    },
  };
}

function lengthOf(tokens: readonly Token[]): number {
  return tokens.reduce((total, { text }) => total + text.length, 0);
}

/** The part of a line that one row shows. */
export function cutTokens(tokens: readonly Token[], from: number, length: number): Token[] {
  const cut: Token[] = [];
  let at = 0;
  for (const { kind, text } of tokens) {
    const start = wholeCharacter(text, Math.max(0, from - at));
    const end = wholeCharacter(text, Math.min(text.length, from + length - at));
    if (end > start) cut.push({ kind, text: text.slice(start, end) });
    at += text.length;
  }
  return cut;
}

/** The offset, or the one before it where it would split a character of two code units. */
function wholeCharacter(text: string, offset: number): number {
  const isSecond =
    /[\udc00-\udfff]/.test(text[offset] ?? '') && /[\ud800-\udbff]/.test(text[offset - 1] ?? '');
  return isSecond ? offset - 1 : offset;
}
