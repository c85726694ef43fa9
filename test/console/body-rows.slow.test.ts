// The body view of the console: how JSON, XML, text and bytes become rows.
import { describe, expect, test } from 'vitest';
import { type BodyRow, type BodyRows, plainRows } from '../../src/console/parts/body-view/body-rows.ts';
import { lineOfPointer, splitJson } from '../../src/console/parts/body-view/json-lines.ts';
import { jsonRows } from '../../src/console/parts/body-view/json-rows.ts';
import { hexLines, textLines, xmlLines } from '../../src/console/parts/body-view/text-lines.ts';
import { visibleRuns } from '../../src/console/parts/visible-text.ts';
import { fc } from '../random.ts';

function show({ indent, tokens, note }: BodyRow): string {
  const text = note === undefined ? tokens.map(token => token.text).join('') : `^ ${note.text}`;
  return '  '.repeat(indent) + text;
}

function showAll(rows: BodyRows): string[] {
  return Array.from({ length: rows.count }, (_, index) => show(rows.rowAt(index)));
}

function showJson(text: string, folded: readonly number[] = [], columns = 100): string[] {
  const lines = splitJson(text);
  if (lines === undefined) throw new Error(`not JSON: ${text}`);
  return showAll(jsonRows(lines, { folded: new Set(folded), columns, notes: [] }));
}

describe('JSON', () => {
  test('gets a line for each member and item', () => {
    expect(showJson('{"a":1,"b":[true,null,{}],"c":{"d":"x"}}')).toEqual([
      '{',
      '  "a": 1,',
      '  "b": [',
      '    true,',
      '    null,',
      '    {}',
      '  ],',
      '  "c": {',
      '    "d": "x"',
      '  }',
      '}',
    ]);
  });

  test('keeps numbers, escapes and repeated keys as sent', () => {
    expect(showJson('{"id": 12345678901234567890, "x":1.0e0, "x":"\\u202e\\"" }')).toEqual([
      '{',
      '  "id": 12345678901234567890,',
      '  "x": 1.0e0,',
      '  "x": "\\u202e\\""',
      '}',
    ]);
  });

  test('is written as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(showJson(JSON.stringify(value), [], 10_000).join('\n')).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  test('is shown the same however it was spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(showJson(JSON.stringify(value, null, '\t'))).toEqual(showJson(JSON.stringify(value)));
      }),
    );
  });

  test('hides what is folded and counts it', () => {
    expect(showJson('{"a":[1,2,3],"b":{"c":0}}', [1, 5])).toEqual([
      '{',
      '  "a": [ … 3 items ],',
      '  "b": {',
      '    "c": 0',
      '  }',
      '}',
    ]);
    expect(showJson('{"a":[1,2,3],"b":{"c":0}}', [0])).toEqual(['{ … 2 members }']);
  });

  test('cuts a long value to several rows and loses nothing', () => {
    const rows = showJson(`["${'x'.repeat(150)}"]`, [], 60);
    expect(rows).toHaveLength(5);
    expect(
      rows
        .slice(1, 4)
        .map(row => row.trim())
        .join(''),
    ).toBe(`"${'x'.repeat(150)}"`);
  });

  test('is not cut inside a character', () => {
    const text = `["${'🐶'.repeat(100)}x${'🐱'.repeat(100)}"]`;
    const rows = showJson(text, [], 43);
    expect(rows.every(row => row.isWellFormed())).toBe(true);
    expect(rows.map(row => row.trim()).join('')).toBe(text);
  });

  test('has no empty row where a value ends at the edge', () => {
    for (let length = 30; length < 90; length++) {
      const rows = showJson(`{"k":"${'x'.repeat(length)}","l":[]}`, [], 62);
      expect(rows.filter(row => row.trim() === '')).toEqual([]);
      expect(rows).toHaveLength(length + 8 > 60 ? 5 : 4);
    }
  });

  test('is not text that JSON.parse rejects', () => {
    expect(splitJson('{"a":}')).toBeUndefined();
    expect(splitJson('')).toBeUndefined();
  });

  test('finds the line of a JSON Pointer, or of the nearest ancestor', () => {
    const lines = splitJson('{"a":[{"b":1},{"b":2}],"c/d":{"e~":3}}');
    if (lines === undefined) throw new Error('not JSON');
    const at = (pointer: string): string => lines.text.slice(lines.start[lineOfPointer(lines, pointer)]);
    expect(at('')).toMatch(/^\{"a"/);
    expect(at('/a/1/b')).toMatch(/^"b":2/);
    expect(at('/c~1d/e~0')).toMatch(/^"e~":3/);
    expect(at('/a/7/b')).toMatch(/^"a":/);
    expect(at('/missing')).toMatch(/^\{"a"/);
  });

  test('shows a remark below its line and marks the line', () => {
    const lines = splitJson('{"a":{"b":1},"c":2}');
    if (lines === undefined) throw new Error('not JSON');
    const notes = [
      { pointer: '/a/b', text: 'must be a string' },
      { pointer: '/c', text: 'is not declared' },
    ];
    const rows = jsonRows(lines, { folded: new Set(), columns: 80, notes });
    expect(showAll(rows)).toEqual([
      '{',
      '  "a": {',
      '    "b": 1',
      '    ^ must be a string',
      '  },',
      '  "c": 2',
      '  ^ is not declared',
      '}',
    ]);
    expect(rows.rowAt(2).isMarked).toBe(true);
    expect(rows.rowAt(1).isMarked).toBe(false);
    expect(rows.rowOfLine(lineOfPointer(lines, '/c'))).toBe(5);
  });

  test('of 5 MB is split in linear time, also if it is one string or one array of numbers', () => {
    for (const text of [
      JSON.stringify(
        Array.from({ length: 60_000 }, (_, id) => ({ id, name: `pet ${id}`, tags: ['a', 'b'] })),
      ),
      JSON.stringify('\\'.repeat(2_500_000)),
      JSON.stringify(new Array(2_500_000).fill(1)),
      `${'['.repeat(2000)}${']'.repeat(2000)}`,
    ]) {
      const lines = splitJson(text);
      if (lines === undefined) throw new Error('not JSON');
      const rows = jsonRows(lines, { folded: new Set(), columns: 80, notes: [] });
      expect(show(rows.rowAt(rows.count - 1)).trim()).toMatch(/[\]"]$/);
    }
  });
});

describe('other bodies', () => {
  test('XML is indented by its tags; short text stays beside its tag', () => {
    const xml =
      '<?xml version="1.0"?><pets><pet id="7"><name>Rex &amp; Co</name><tag/></pet><!-- end --></pets>';
    expect(showAll(plainRows(xmlLines(xml), 100))).toEqual([
      '<?xml version="1.0"?>',
      '<pets>',
      '  <pet id="7">',
      '    <name>Rex &amp; Co</name>',
      '    <tag/>',
      '  </pet>',
      '  <!-- end -->',
      '</pets>',
    ]);
  });

  test('broken XML is shown as far as it goes', () => {
    expect(showAll(plainRows(xmlLines('<a><b>text</a> < <'), 100)).join('')).toContain('text');
    for (const open of ['<', '<!--', '<![CDATA[', '<a', '<?', '<a>', '</a>', 'x>'])
      expect(xmlLines(open.repeat(200_000)).length).toBeGreaterThan(0);
  });

  test('text keeps its lines, and long lines continue on the next row', () => {
    const rows = plainRows(textLines('one\r\ntwo\n\nfour is long'), 8);
    expect(showAll(rows)).toEqual(['one', 'two', '', 'four is ', 'long']);
    expect(rows.rowAt(3).line).toBe(4);
    expect(rows.rowAt(4).line).toBeUndefined();
    expect(rows.rowOfLine(3)).toBe(3);
  });

  test('bytes are shown as a hex dump', () => {
    const bytes = new Uint8Array([0x3c, 0x73, 0x00, 0xff, ...new Array(13).fill(0x41)]);
    expect(showAll(plainRows(hexLines(bytes), 200))).toEqual([
      '00000000  3c 73 00 ff 41 41 41 41 41 41 41 41 41 41 41 41  <s..AAAAAAAAAAAA',
      `00000010  41${' '.repeat(47)}A`,
    ]);
  });

  test('hidden characters are named', () => {
    expect(visibleRuns('a\u202eb\u0000').map(({ text }) => text)).toEqual(['a', 'U+202E', 'b', 'U+0000']);
    expect(visibleRuns('\u{e0041}\ud800').map(({ text }) => text)).toEqual(['U+E0041', 'U+D800']);
    expect(visibleRuns('שלום 👨‍👩‍👧 tab\there')).toEqual([{ text: 'שלום 👨‍👩‍👧 tab\there', isName: false }]);
  });
});
