// The splitter: the same entries however the bytes arrive, and a place for everything that breaks.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { createJsonSplitter, type JsonSplitOptions } from '../../src/recording/split-json.ts';
import { createLineSplitter } from '../../src/recording/split-lines.ts';
import { fc } from '../random.ts';

const HAR: JsonSplitOptions = { lists: [['log', 'entries']], extraValues: [['log', 'creator']], limit: 1000 };

function split(text: string | Buffer, cuts: readonly number[] = [], options: JsonSplitOptions = HAR) {
  const bytes = Buffer.from(text as string);
  const splitter = createJsonSplitter(options);
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const pieces = places
    .slice(1)
    .flatMap((place, index) => splitter.push(bytes.subarray(places[index], place)));
  return {
    entries: pieces.map(piece =>
      'bytes' in piece ? Buffer.from(piece.bytes).toString('utf8') : piece.message,
    ),
    truncated: splitter.end(),
    list: splitter.matchedList(),
    before: splitter.extraValues('before-list').get('log.creator'),
    all: splitter.extraValues('all').get('log.creator'),
  };
}

describe('splitting a document', () => {
  test('the entries do not depend on the chunk boundaries', () => {
    const objects = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), { maxLength: 6 });
    const others = fc.dictionary(fc.string(), fc.jsonValue());
    const cuts = fc.array(fc.nat(5000), { maxLength: 30 });
    fc.assert(
      fc.property(objects, others, cuts, fc.constantFrom(0, 1, 3), (entries, other, where, indent) => {
        const log = { ...other, creator: { name: 'x' }, entries, pages: [other] };
        const text = JSON.stringify({ ...other, log }, null, indent);
        const result = split(text, where, { ...HAR, limit: 1e6 });
        expect(result.entries.map(each => JSON.parse(each))).toEqual(JSON.parse(JSON.stringify(entries)));
        expect(result.truncated).toBeUndefined();
        expect(result.all).toEqual({ name: 'x' });
      }),
      { numRuns: 300 },
    );
  });

  test('each byte can be a chunk', () => {
    const text = String.raw`{"log":{"comment":"\\\"[{","entries":[{"a":"x\\"},{"b":"\"}]"}]}}`;
    expect(
      split(
        text,
        Array.from({ length: text.length }, (_, at) => at),
      ).entries,
    ).toEqual([String.raw`{"a":"x\\"}`, String.raw`{"b":"\"}]"}`]);
  });

  test('a document truncated at any byte yields its complete entries and reports where it ends', () => {
    const text = '{"log":{"creator":{"name":"x"},"entries":[{"a":1},{"b":"}"}],"pages":[]}}';
    for (let length = 0; length < text.length; length++) {
      const { entries, truncated } = split(text.slice(0, length));
      expect(entries).toEqual(['{"a":1}', '{"b":"}"}'].filter(each => text.slice(0, length).includes(each)));
      expect(truncated).toContain(`byte ${length},`);
    }
  });

  test('an error names the byte, the entry and the expected token', () => {
    expect(split('{"log":{"entries":[{"a":1},{"b":').truncated).toBe(
      'it ends at byte 32, in the middle of entry 2, in an incomplete value',
    );
    expect(split('{"log":{"entries":[{"a":1}').truncated).toBe(
      'it ends at byte 26, after entry 1, where "," or "]" was expected',
    );
    expect(split('{"log":{"entries":[{"a":1} {"b":2}]}}').truncated).toBe(
      'at byte 27, after entry 1, "," or "]" was expected',
    );
  });

  test.each([
    ['{"log":{"entries":[{},]}}', 'an entry'],
    ['{"log":{"entries":[{}]} oops', '"," or "}"'],
    ['{"log":{"entries":[{}]}}{"log":{}}', 'nothing more'],
    ['{"log" {"entries":[]}}', '":"'],
    ['{log:{"entries":[]}}', 'a member name or "}"'],
    ['{"log":{"version":oops,"entries":[{}]}}', 'a value'],
    ['{"log":{"version":01x,"entries":[{}]}}', 'a value'],
  ])('invalid structure is reported: %s', (text, expected) => {
    expect(split(text).truncated).toContain(`${expected} was expected`);
  });

  test('a list of the same name elsewhere is ignored', () => {
    const text =
      '{"entries":[{"no":1}],"x":{"log":{"entries":[{"no":2}]}},"log":{"pages":[{"entries":[{"no":3}]}],"entries":[{"yes":1}],"_x":{"entries":[{"no":4}]}}}';
    expect(split(text).entries).toEqual(['{"yes":1}']);
  });

  test('member names can contain escapes', () => {
    expect(split(String.raw`{"\u006cog":{"entr\u0069es":[{"a":1}]}}`).entries).toEqual(['{"a":1}']);
  });

  test('a byte order mark is skipped, also across chunks', () => {
    expect(split('\uFEFF{"log":{"entries":[{"a":1}]}}', [1, 2]).entries).toEqual(['{"a":1}']);
  });

  test('entries that are not objects are reported, and splitting continues', () => {
    expect(split('{"log":{"entries":[null,"}",[{}],-1.5e3,{"a":1}]}}').entries).toEqual([
      ...Array.from({ length: 4 }, () => 'it is not a JSON object'),
      '{"a":1}',
    ]);
  });

  test('an entry above the limit is skipped', () => {
    const { entries, truncated } = split(
      `{"log":{"entries":[{"a":"${'x'.repeat(5000)}"},{"b":2}]}}`,
      [100, 3000],
    );
    expect(entries).toEqual(['it has 5008 bytes; the limit is 1000', '{"b":2}']);
    expect(truncated).toBeUndefined();
  });

  test('a creator behind the entries is known only at the end', () => {
    const text = '{"log":{"entries":[{}],"creator":{"name":"late"}}}';
    expect(split(text)).toMatchObject({ before: undefined, all: { name: 'late' } });
    expect(split('{"log":{"creator":{"name":"early"},"entries":[{}]}}').before).toEqual({ name: 'early' });
  });

  test('a document without the list has none', () => {
    expect(split('{"log":{"entries":{}}}')).toMatchObject({ list: undefined, truncated: undefined });
    expect(split('[1]')).toMatchObject({ list: undefined, truncated: undefined });
    expect(split('12')).toMatchObject({ list: undefined, truncated: undefined });
  });

  test('offsets above 4 GiB are correct, and memory is constant', () => {
    const splitter = createJsonSplitter(HAR);
    splitter.push(Buffer.from('{"log":{"comment":"'));
    const chunk = Buffer.alloc(64 * 2 ** 20, 'x');
    for (let round = 0; round < 80; round++) splitter.push(chunk);
    splitter.push(Buffer.from('","entries":[{"a":1},'));
    expect(splitter.end()).toBe(
      `it ends at byte ${19 + 80 * 64 * 2 ** 20 + 21}, after entry 1, where an entry was expected`,
    );
  });
});

describe('splitting lines', () => {
  function lines(text: string, cuts: readonly number[] = [], limit = 1000) {
    const bytes = Buffer.from(text);
    const splitter = createLineSplitter(limit);
    const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    const pieces = places
      .slice(1)
      .flatMap((place, index) => splitter.push(bytes.subarray(places[index], place)));
    const end = splitter.end();
    return {
      pieces: [...pieces, ...end.entries].map(piece => [
        piece.number,
        piece.line,
        'bytes' in piece ? Buffer.from(piece.bytes).toString('utf8').trimEnd() : piece.message,
      ]),
      truncated: end.truncated,
    };
  }

  test('lines do not depend on the chunk boundaries; blank lines are not entries', () => {
    const text = '{"a":1}\r\n\n  \n{"b":"ü"}\n{"c":3}';
    const expected = [
      [1, 1, '{"a":1}'],
      [2, 4, '{"b":"ü"}'],
      [3, 5, '{"c":3}'],
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(50)), cuts => {
        expect(lines(text, cuts)).toEqual({ pieces: expected, truncated: undefined });
      }),
    );
  });

  test('a truncated last line is reported by byte, line and entry', () => {
    expect(lines('{"a":1}\n\n{"b":')).toEqual({
      pieces: [[1, 1, '{"a":1}']],
      truncated: 'it ends at byte 14, in the middle of line 3 (entry 2)',
    });
  });

  test('a line above the limit is skipped, and splitting continues', () => {
    expect(lines(`{"a":"${'x'.repeat(50)}"}\n{"b":2}\n`, [3, 9], 20).pieces).toEqual([
      [1, 1, 'it has 58 bytes; the limit is 20'],
      [2, 2, '{"b":2}'],
    ]);
  });
});
