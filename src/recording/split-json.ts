// Cuts JSON of any size into the elements of one list in it: on bytes, in flat memory, without decoding anything else.
import { Buffer } from 'node:buffer';
import { beginScan, type ScanState, scanValue, startsValue } from './scan-json.ts';
import { concatBytes, type SplitEntry } from './split-entry.ts';

export interface JsonSplitOptions {
  /** Where the list may be, as member names from the root on; the first that is met is the one. `[]` is the root itself. */
  readonly lists: readonly (readonly string[])[];
  /** Values to keep, up to 64 KiB each, that stand beside or above the list; told under their names joined by dots. */
  readonly extraValues: readonly (readonly string[])[];
  /** Most bytes of one element. A longer one is passed over without being held. */
  readonly limit: number;
}

export interface JsonSplitter {
  /** @returns the elements that this chunk completes. The chunk may not be changed afterwards. */
  push(chunk: Uint8Array): SplitEntry[];
  /** Call when there is no more. @returns where and why it broke off, or undefined when it was whole */
  end(): string | undefined;
  /** The list that was met. */
  matchedList(): readonly string[] | undefined;
  /** The notes that were met, by their paths: those before the list, which its entries can be read by, or all so far. */
  extraValues(which: 'before' | 'all'): ReadonlyMap<string, unknown>;
}

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const NOTE_LIMIT = 64 * 1024;

/** What may stand next in the structure around the list, in the words that a complaint uses. */
const EXPECTED_TOKENS = {
  value: 'a value',
  firstKey: 'a member name or "}"',
  key: 'a member name',
  colon: '":"',
  nextMember: '"," or "}"',
  firstElement: 'an entry or "]"',
  element: 'an entry',
  nextElement: '"," or "]"',
  nothing: 'nothing more',
} as const;

export function createJsonSplitter({ lists, extraValues: notes, limit }: JsonSplitOptions): JsonSplitter {
  const containers: ('object' | 'list')[] = [];
  const path: string[] = [];
  const extraValues = new Map<string, unknown>();
  let extraValuesBefore: ReadonlyMap<string, unknown> = extraValues;
  const scan: ScanState = { depth: 0, isInString: false, isEscaped: false, isScalar: false };
  let expect: keyof typeof EXPECTED_TOKENS = 'value';
  let scanning: 'key' | 'element' | 'note' | 'skip' | undefined;
  let chunks: Uint8Array[] = [];
  let size = 0;
  let offset = 0;
  let number = 0;
  let matchedList: readonly string[] | undefined;
  let error: string | undefined;
  let splitEntries: SplitEntry[] = [];

  const sizeLimit = (): number => (scanning === 'element' ? limit : NOTE_LIMIT);

  function begin(byte: number, use: NonNullable<typeof scanning>): void {
    scanning = use;
    chunks = [];
    size = 0;
    beginScan(scan, byte);
  }

  function keep(bytes: Uint8Array): void {
    size += bytes.length;
    // Scalars are short, and looked at so that garbage is not taken for one.
    if (scanning === 'skip' && !scan.isScalar) return;
    if (size <= sizeLimit()) chunks.push(bytes);
    else chunks = [];
  }

  function finish(): void {
    const bytes = size <= sizeLimit() ? concatBytes(chunks) : undefined;
    chunks = [];
    const ended = scanning;
    scanning = undefined;
    if (ended === 'key') {
      // An overlong name is none that is looked for.
      const name = bytes === undefined ? '' : parseJson(bytes);
      if (typeof name === 'string') {
        path.push(name);
        expect = 'colon';
      } else {
        complain(EXPECTED_TOKENS.key);
      }
    } else if (ended === 'element') {
      number++;
      if (bytes === undefined) {
        splitEntries.push({ number, message: `it has ${size} bytes; the limit is ${limit}` });
      } else if (bytes[0] === OPEN_BRACE) splitEntries.push({ number, bytes });
      else splitEntries.push({ number, message: 'it is not a JSON object' });
      expect = 'nextElement';
    } else if (scan.isScalar && (bytes === undefined || parseJson(bytes) === undefined)) {
      complain(EXPECTED_TOKENS.value);
    } else {
      if (ended === 'note' && bytes !== undefined) extraValues.set(path.join('.'), parseJson(bytes));
      leave();
    }
  }

  /** A value is over: on to what follows it. */
  function leave(): void {
    if (containers.length > 0) path.pop();
    expect = containers.length === 0 ? 'nothing' : 'nextMember';
  }

  function close(): void {
    containers.pop();
    leave();
  }

  function complain(expected: string): void {
    error = `at byte ${offset}, ${positionAfter(number)}, ${expected} was expected`;
  }

  /** @returns whether the byte was used up; the first byte of a value is looked at again with the rest of it */
  function structure(byte: number): boolean {
    switch (expect) {
      case 'value':
        if (
          byte === OPEN_BRACE &&
          lists.some(list => isPrefixPath(list, path) && list.length > path.length)
        ) {
          containers.push('object');
          expect = 'firstKey';
          return true;
        }
        if (byte === OPEN_BRACKET && isList()) {
          if (matchedList === undefined) extraValuesBefore = new Map(extraValues);
          matchedList ??= [...path];
          containers.push('list');
          expect = 'firstElement';
          return true;
        }
        if (!startsValue(byte)) break;
        begin(byte, notes.some(note => isSamePath(note, path)) ? 'note' : 'skip');
        return false;
      case 'firstElement':
      case 'element':
        if (expect === 'firstElement' && byte === 0x5d) {
          close();
          return true;
        }
        if (!startsValue(byte)) break;
        begin(byte, 'element');
        return false;
      case 'firstKey':
      case 'key':
        if (expect === 'firstKey' && byte === 0x7d) {
          close();
          return true;
        }
        if (byte !== QUOTE) break;
        begin(byte, 'key');
        return false;
      case 'colon':
        if (byte !== 0x3a) break;
        expect = 'value';
        return true;
      case 'nextMember':
      case 'nextElement': {
        const inObject = expect === 'nextMember';
        if (byte === 0x2c) expect = inObject ? 'key' : 'element';
        else if (byte === (inObject ? 0x7d : 0x5d)) close();
        else break;
        return true;
      }
      case 'nothing':
        break;
    }
    complain(EXPECTED_TOKENS[expect]);
    return true;
  }

  function isList(): boolean {
    return matchedList === undefined
      ? lists.some(list => isSamePath(list, path))
      : isSamePath(matchedList, path);
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const start = offset;
      let at = 0;
      while (at < bytes.length && error === undefined) {
        let from = at;
        if (scanning === undefined) {
          const byte = bytes[at] as number;
          offset = start + at;
          const blank = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
          const mark = offset < 3 && expect === 'value' && byte === BYTE_ORDER_MARK[offset];
          if (blank || mark || structure(byte)) {
            at++;
            continue;
          }
          from = scan.isScalar ? at : at + 1;
        }
        const end = scanValue(bytes, from, scan);
        keep(bytes.subarray(at, end < 0 ? bytes.length : end));
        at = end < 0 ? bytes.length : end;
        offset = start + at;
        if (end >= 0) finish();
      }
      offset = start + bytes.length;
      // What goes on in the next chunk has to outlive this one.
      const last = chunks.at(-1);
      if (last !== undefined) chunks[chunks.length - 1] = Buffer.from(last);
      const done = splitEntries;
      splitEntries = [];
      return done;
    },
    end() {
      if (error !== undefined) return error;
      if (scanning !== undefined) {
        if (scan.isScalar && containers.length === 0) return undefined;
        const within =
          scanning === 'element' ? `in the middle of entry ${number + 1}` : positionAfter(number);
        return `it ends at byte ${offset}, ${within}, in an incomplete value`;
      }
      if (expect === 'nothing') return undefined;
      return `it ends at byte ${offset}, ${positionAfter(number)}, where ${EXPECTED_TOKENS[expect]} was expected`;
    },
    matchedList: () => matchedList,
    extraValues: which => (which === 'before' ? extraValuesBefore : extraValues),
  };
}

function positionAfter(number: number): string {
  return number === 0 ? 'before the first entry' : `after entry ${number}`;
}

/** @returns undefined when it is no JSON */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isPrefixPath(list: readonly string[], path: readonly string[]): boolean {
  return path.every((name, index) => name === list[index]);
}

function isSamePath(list: readonly string[], path: readonly string[]): boolean {
  return list.length === path.length && isPrefixPath(list, path);
}
