// Finds line and column of values in a JSON text. Scans only the objects on the path: documents can have megabytes.
import { Buffer } from 'node:buffer';
import { splitPointer } from '../exchange/json-pointer.ts';

/** Offsets in the text in bytes. */
interface MemberPosition {
  /** Offset of the key; in a list, of the item. */
  readonly keyOffset: number;
  readonly valueOffset: number;
}

/** A part of the text: its offset, and the UTF-16 code units before it. */
interface Block {
  readonly start: number;
  readonly units: number;
}

/** Bytes of a block. */
const BLOCK = 4096;

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const COMMA = 44;
const COLON = 58;

/** Line and column of the nodes of a valid JSON text. */
export class JsonPositions {
  /** UTF-8 takes half the memory of a string that has a character beyond Latin-1. */
  readonly #text: Buffer;
  /** The members of objects and lists that have been scanned, by their start offset. */
  readonly #members = new Map<number, ReadonlyMap<string, MemberPosition>>();
  readonly #lineStarts: number[] = [];
  readonly #blocks: Block[] = [];

  /** @param text valid JSON */
  constructor(text: string) {
    this.#text = Buffer.from(text);
  }

  text(): string {
    return this.#text.toString();
  }

  /** 1-based line and column of the key of a node, or of its value in a list. A missing node gives its nearest ancestor. */
  find(pointer: string): { line: number; column: number } {
    let value = this.#skipWhitespace(0);
    let at = value;
    for (const step of splitPointer(pointer)) {
      const code = this.#text[value];
      if (code !== OPEN_OBJECT && code !== OPEN_LIST) break;
      const member = this.#membersAt(value).get(code === OPEN_LIST ? String(Number(step)) : step);
      if (member === undefined) break;
      ({ keyOffset: at, valueOffset: value } = member);
    }
    const line = this.#lineOf(at);
    return { line, column: this.#unitsBefore(at) - this.#unitsBefore(this.#lineStarts[line - 1] ?? 0) + 1 };
  }

  /** The number of UTF-16 code units before an offset. A line may have megabytes, so blocks of the text are counted once. */
  #unitsBefore(offset: number): number {
    const text = this.#text;
    if (this.#blocks.length === 0) this.#blocks.push({ start: 0, units: 0 });
    let last = this.#blocks[this.#blocks.length - 1] as Block;
    while (last.start + 2 * BLOCK <= text.length && last.start + BLOCK <= offset) {
      let end = last.start + BLOCK;
      // A character is not divided.
      while (((text[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end++;
      last = { start: end, units: last.units + text.toString('utf8', last.start, end).length };
      this.#blocks.push(last);
    }
    const { start, units } = this.#blocks[this.#blockOf(offset)] as Block;
    return units + text.toString('utf8', start, offset).length;
  }

  /** Blocks are a few bytes longer than BLOCK. */
  #blockOf(offset: number): number {
    let index = Math.min(Math.floor(offset / BLOCK), this.#blocks.length - 1);
    while ((this.#blocks[index] as Block).start > offset) index--;
    return index;
  }

  #lineOf(offset: number): number {
    if (this.#lineStarts.length === 0) {
      const text = this.#text;
      this.#lineStarts.push(0);
      for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1))
        this.#lineStarts.push(at + 1);
    }
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #membersAt(start: number): ReadonlyMap<string, MemberPosition> {
    let members = this.#members.get(start);
    if (members === undefined) {
      members = this.#readMembers(start);
      this.#members.set(start, members);
    }
    return members;
  }

  #readMembers(start: number): Map<string, MemberPosition> {
    const text = this.#text;
    const isList = text[start] === OPEN_LIST;
    const members = new Map<string, MemberPosition>();
    let at = this.#skipWhitespace(start + 1);
    for (let index = 0; !isClosingBracket(text[at]); index++) {
      let value = at;
      let key = String(index);
      if (!isList) {
        const end = this.#endOfString(at);
        key = JSON.parse(text.toString('utf8', at, end)) as string;
        value = this.#skipWhitespace(this.#skipWhitespace(end) + 1);
      }
      // Of duplicate members, the first is reported.
      if (!members.has(key)) members.set(key, { keyOffset: at, valueOffset: value });
      at = this.#skipWhitespace(this.#endOf(value));
      if (text[at] === COMMA) at = this.#skipWhitespace(at + 1);
    }
    return members;
  }

  #skipWhitespace(from: number): number {
    let at = from;
    while ((this.#text[at] ?? Infinity) <= 32) at++;
    return at;
  }

  #endOf(value: number): number {
    const text = this.#text;
    let depth = 0;
    let at = value;
    do {
      const code = text[at];
      if (code === QUOTE) {
        at = this.#endOfString(at);
        continue;
      }
      if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
      else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--;
      else if (depth === 0) {
        while (!isDelimiter(text[at])) at++;
        return at;
      }
      at++;
    } while (depth > 0);
    return at;
  }

  #endOfString(quote: number): number {
    const text = this.#text;
    let end = text.indexOf(QUOTE, quote + 1);
    while (isEscaped(text, end)) end = text.indexOf(QUOTE, end + 1);
    return end + 1;
  }
}

function isEscaped(text: Buffer, quote: number): boolean {
  let before = quote - 1;
  while (text[before] === BACKSLASH) before--;
  return (quote - before) % 2 === 0;
}

function isClosingBracket(code: number | undefined): boolean {
  return code === CLOSE_OBJECT || code === CLOSE_LIST;
}

/** Whether a number or a literal ends here. The end of the text counts too. */
function isDelimiter(code: number | undefined): boolean {
  return code === undefined || code === COMMA || code === COLON || isClosingBracket(code) || code <= 32;
}
