// Cuts JSON of any size into the elements of one list in it: on bytes, in flat memory, without decoding anything else.
import { Buffer } from 'node:buffer';
import { joined, type Piece } from './piece.ts';
import { beginScan, type Scan, scanValue, startsValue } from './scan.ts';

export interface SplitOptions {
  /** Where the list may be, as member names from the root on; the first that is met is the one. `[]` is the root itself. */
  readonly lists: readonly (readonly string[])[];
  /** Values to keep, up to 64 KiB each, that stand beside or above the list; told under their names joined by dots. */
  readonly notes: readonly (readonly string[])[];
  /** Most bytes of one element. A longer one is passed over without being held. */
  readonly limit: number;
}

export interface Splitter {
  /** @returns the elements that this chunk completes. The chunk may not be changed afterwards. */
  push(chunk: Uint8Array): Piece[];
  /** Call when there is no more. @returns where and why it broke off, or undefined when it was whole */
  end(): string | undefined;
  /** The list that was met. */
  list(): readonly string[] | undefined;
  /** The notes that were met, by their paths: those before the list, which its entries can be read by, or all so far. */
  notes(which: 'before' | 'all'): ReadonlyMap<string, unknown>;
}

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const NOTE_LIMIT = 64 * 1024;

/** What may stand next in the structure around the list, in the words that a complaint uses. */
const EXPECTED = {
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

export function createSplitter({ lists, notes, limit }: SplitOptions): Splitter {
  const containers: ('object' | 'list')[] = [];
  const path: string[] = [];
  const noted = new Map<string, unknown>();
  let notedBefore: ReadonlyMap<string, unknown> = noted;
  const scan: Scan = { depth: 0, inString: false, escaped: false, scalar: false };
  let expect: keyof typeof EXPECTED = 'value';
  let purpose: 'key' | 'element' | 'note' | 'skip' | undefined;
  let kept: Uint8Array[] = [];
  let size = 0;
  let offset = 0;
  let number = 0;
  let found: readonly string[] | undefined;
  let fault: string | undefined;
  let pieces: Piece[] = [];

  const most = (): number => (purpose === 'element' ? limit : NOTE_LIMIT);

  function begin(byte: number, why: NonNullable<typeof purpose>): void {
    purpose = why;
    kept = [];
    size = 0;
    beginScan(scan, byte);
  }

  function keep(bytes: Uint8Array): void {
    size += bytes.length;
    // Scalars are short, and looked at so that garbage is not taken for one.
    if (purpose === 'skip' && !scan.scalar) return;
    if (size <= most()) kept.push(bytes);
    else kept = [];
  }

  function finish(): void {
    const bytes = size <= most() ? joined(kept) : undefined;
    kept = [];
    const ended = purpose;
    purpose = undefined;
    if (ended === 'key') {
      // An overlong name is none that is looked for.
      const name = bytes === undefined ? '' : parsed(bytes);
      if (typeof name === 'string') {
        path.push(name);
        expect = 'colon';
      } else {
        complain(EXPECTED.key);
      }
    } else if (ended === 'element') {
      number++;
      if (bytes === undefined) {
        pieces.push({ number, why: `it has ${size} bytes; at most ${limit} are looked into` });
      } else if (bytes[0] === OPEN_BRACE) pieces.push({ number, bytes });
      else pieces.push({ number, why: 'it is no object' });
      expect = 'nextElement';
    } else if (scan.scalar && (bytes === undefined || parsed(bytes) === undefined)) {
      complain(EXPECTED.value);
    } else {
      if (ended === 'note' && bytes !== undefined) noted.set(path.join('.'), parsed(bytes));
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
    fault = `at byte ${offset}, ${after(number)}, ${expected} was expected`;
  }

  /** @returns whether the byte was used up; the first byte of a value is looked at again with the rest of it */
  function structure(byte: number): boolean {
    switch (expect) {
      case 'value':
        if (byte === OPEN_BRACE && lists.some(list => startsWith(list, path) && list.length > path.length)) {
          containers.push('object');
          expect = 'firstKey';
          return true;
        }
        if (byte === OPEN_BRACKET && isList()) {
          if (found === undefined) notedBefore = new Map(noted);
          found ??= [...path];
          containers.push('list');
          expect = 'firstElement';
          return true;
        }
        if (!startsValue(byte)) break;
        begin(byte, notes.some(note => same(note, path)) ? 'note' : 'skip');
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
    complain(EXPECTED[expect]);
    return true;
  }

  function isList(): boolean {
    return found === undefined ? lists.some(list => same(list, path)) : same(found, path);
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const start = offset;
      let at = 0;
      while (at < bytes.length && fault === undefined) {
        let from = at;
        if (purpose === undefined) {
          const byte = bytes[at] as number;
          offset = start + at;
          const blank = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
          const mark = offset < 3 && expect === 'value' && byte === BYTE_ORDER_MARK[offset];
          if (blank || mark || structure(byte)) {
            at++;
            continue;
          }
          from = scan.scalar ? at : at + 1;
        }
        const end = scanValue(bytes, from, scan);
        keep(bytes.subarray(at, end < 0 ? bytes.length : end));
        at = end < 0 ? bytes.length : end;
        offset = start + at;
        if (end >= 0) finish();
      }
      offset = start + bytes.length;
      // What goes on in the next chunk has to outlive this one.
      const last = kept.at(-1);
      if (last !== undefined) kept[kept.length - 1] = Buffer.from(last);
      const done = pieces;
      pieces = [];
      return done;
    },
    end() {
      if (fault !== undefined) return fault;
      if (purpose !== undefined) {
        if (scan.scalar && containers.length === 0) return undefined;
        const within = purpose === 'element' ? `in the middle of entry ${number + 1}` : after(number);
        return `it ends at byte ${offset}, ${within}, before what was begun is complete`;
      }
      if (expect === 'nothing') return undefined;
      return `it ends at byte ${offset}, ${after(number)}, where ${EXPECTED[expect]} was expected`;
    },
    list: () => found,
    notes: which => (which === 'before' ? notedBefore : noted),
  };
}

function after(number: number): string {
  return number === 0 ? 'before the first entry' : `after entry ${number}`;
}

/** @returns undefined when it is no JSON */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function startsWith(list: readonly string[], path: readonly string[]): boolean {
  return path.every((name, index) => name === list[index]);
}

function same(list: readonly string[], path: readonly string[]): boolean {
  return list.length === path.length && startsWith(list, path);
}
