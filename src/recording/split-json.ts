// Splits JSON of any size into the elements of one list in it. Works on bytes, in constant memory, and decodes nothing else.
import { Buffer } from 'node:buffer';
import { beginScan, type ScanState, scanValue, startsValue } from './scan-json.ts';
import { concatBytes, parseJson, type SplitEntry } from './split-entry.ts';

export interface JsonSplitOptions {
  /** Paths where the list may be, as member names from the root; the first list found is used. `[]` is the root itself. */
  readonly lists: readonly (readonly string[])[];
  /** Paths of further values to keep, up to 64 KiB each; `extraValues` returns them by their names joined with dots. */
  readonly extraValues: readonly (readonly string[])[];
  /** Maximum size of one element in bytes. The bytes of a larger one are skipped, not stored. */
  readonly limit: number;
}

export interface JsonSplitter {
  /** @returns the elements that end in this chunk, as views of it where possible */
  push(chunk: Uint8Array): SplitEntry[];
  /** Call after the last chunk. @returns where and how the JSON is truncated or invalid; undefined when it is complete */
  end(): string | undefined;
  /** The path of the list; undefined until it is found. */
  matchedList(): readonly string[] | undefined;
  /** The extra values found before the list, or all found so far, by their paths. */
  extraValues(which: 'before-list' | 'all'): ReadonlyMap<string, unknown>;
}

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Maximum size of an extra value or a member name, in bytes. */
const EXTRA_VALUE_LIMIT = 64 * 1024;

/** The tokens that can come next around the list, as error messages name them. */
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

export function createJsonSplitter({
  lists,
  extraValues: extraPaths,
  limit,
}: JsonSplitOptions): JsonSplitter {
  const containers: ('object' | 'list')[] = [];
  const path: string[] = [];
  const extraValues = new Map<string, unknown>();
  let extraValuesBefore: ReadonlyMap<string, unknown> = extraValues;
  const scan: ScanState = { depth: 0, isInString: false, isEscaped: false, isScalar: false };
  let expect: keyof typeof EXPECTED_TOKENS = 'value';
  let scanning: 'key' | 'element' | 'extra-value' | 'skip' | undefined;
  let chunks: Uint8Array[] = [];
  let size = 0;
  let offset = 0;
  let number = 0;
  let matchedList: readonly string[] | undefined;
  let error: string | undefined;
  let splitEntries: SplitEntry[] = [];

  const sizeLimit = (): number => (scanning === 'element' ? limit : EXTRA_VALUE_LIMIT);

  function begin(byte: number, use: NonNullable<typeof scanning>): void {
    scanning = use;
    chunks = [];
    size = 0;
    beginScan(scan, byte);
  }

  function keep(bytes: Uint8Array): void {
    size += bytes.length;
    // Keep scalars even when skipping: they are short, and must be checked to be valid JSON.
    if (scanning === 'skip' && !scan.isScalar) return;
    if (size <= sizeLimit()) chunks.push(bytes);
    else chunks = [];
  }

  function finish(): void {
    const bytes = size <= sizeLimit() ? concatBytes(chunks) : undefined;
    chunks = [];
    const finished = scanning;
    scanning = undefined;
    if (finished === 'key') {
      // A name above the limit cannot be one of the paths.
      const name = bytes === undefined ? '' : parseJson(bytes);
      if (typeof name === 'string') {
        path.push(name);
        expect = 'colon';
      } else {
        fail(EXPECTED_TOKENS.key);
      }
    } else if (finished === 'element') {
      number++;
      if (bytes === undefined) {
        splitEntries.push({ number, message: `it has ${size} bytes; the limit is ${limit}` });
      } else if (bytes[0] === OPEN_BRACE) splitEntries.push({ number, bytes });
      else splitEntries.push({ number, message: 'it is not a JSON object' });
      expect = 'nextElement';
    } else if (scan.isScalar && (bytes === undefined || parseJson(bytes) === undefined)) {
      fail(EXPECTED_TOKENS.value);
    } else {
      if (finished === 'extra-value' && bytes !== undefined)
        extraValues.set(path.join('.'), parseJson(bytes));
      endValue();
    }
  }

  /** Continues behind a complete value. */
  function endValue(): void {
    if (containers.length > 0) path.pop();
    expect = containers.length === 0 ? 'nothing' : 'nextMember';
  }

  function close(): void {
    containers.pop();
    endValue();
  }

  function fail(expected: string): void {
    error = `at byte ${offset}, ${positionAfter(number)}, ${expected} was expected`;
  }

  /** @returns whether the byte is consumed; the first byte of a value is not, because the scan of the value starts at it */
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
        begin(byte, extraPaths.some(extraPath => isSamePath(extraPath, path)) ? 'extra-value' : 'skip');
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
    fail(EXPECTED_TOKENS[expect]);
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
          const isBlank = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
          const isByteOrderMark = offset < 3 && expect === 'value' && byte === BYTE_ORDER_MARK[offset];
          if (isBlank || isByteOrderMark || structure(byte)) {
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
      // The caller reuses the chunk: copy the part of a value that continues in the next one.
      const last = chunks.at(-1);
      if (last !== undefined) chunks[chunks.length - 1] = Buffer.from(last);
      const completed = splitEntries;
      splitEntries = [];
      return completed;
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
    extraValues: which => (which === 'before-list' ? extraValuesBefore : extraValues),
  };
}

function positionAfter(number: number): string {
  return number === 0 ? 'before the first entry' : `after entry ${number}`;
}

function isPrefixPath(list: readonly string[], path: readonly string[]): boolean {
  return path.every((name, index) => name === list[index]);
}

function isSamePath(list: readonly string[], path: readonly string[]): boolean {
  return list.length === path.length && isPrefixPath(list, path);
}
