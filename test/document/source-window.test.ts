// The lines of a file around a place, and the columns of places in long lines.
import { describe, expect, test } from 'vitest';
import { type ParsedFile, parseFile } from '../../src/document/parse.ts';
import { sourceWindow } from '../../src/document/source-window.ts';

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

describe('a window of lines', () => {
  test('has the lines around the marked one', () => {
    const { from, lines, total, cut } = sourceWindow(numbered(100), { line: 50 });
    expect({ from, first: lines[0], last: lines.at(-1), total, cut }).toEqual({
      from: 38,
      first: 'line 38',
      last: 'line 62',
      total: 100,
      cut: [],
    });
  });

  test('begins with the first line without a request', () => {
    expect(sourceWindow('a\r\nb', {})).toEqual({ from: 1, lines: ['a', 'b'], total: 2, cut: [] });
  });

  test('moves numbers outside of the file into it', () => {
    expect(sourceWindow(numbered(3), { line: 900 }).lines).toEqual(['line 1', 'line 2', 'line 3']);
    expect(sourceWindow(numbered(3), { from: 3, to: 1 }).lines).toEqual(['line 3']);
    expect(sourceWindow('', { line: 7 })).toEqual({ from: 1, lines: [''], total: 1, cut: [] });
  });

  test('has at most 1000 lines', () => {
    expect(sourceWindow(numbered(5000), { from: 10, to: 4000 }).lines).toHaveLength(1000);
  });

  test('cuts a long line around the marked column', () => {
    const line = `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`;
    const { lines, cut } = sourceWindow(`${line}\n${line}\n`, { line: 2, column: 5001 });
    expect(cut).toEqual([
      { line: 1, column: 1, length: 10_004 },
      { line: 2, column: 4801, length: 10_004 },
    ]);
    expect(lines.map(({ length }) => length)).toEqual([1000, 1000]);
    expect(lines[1]?.indexOf('HERE')).toBe(200);
  });
});

test('columns of a JSON text in one line count UTF-16 code units, wherever its blocks end', () => {
  const members = Array.from({ length: 4000 }, (_, index) => [
    `key${index}`,
    '\u{1f600}ä€x'.slice(0, (index % 4) + 2),
  ]);
  const text = JSON.stringify(Object.fromEntries(members));
  const parsed = parseFile('a.json', text) as ParsedFile;
  const wrong = members.filter(([key]) => parsed.locate(`/${key}`).column !== text.indexOf(`"${key}"`) + 1);
  expect(wrong).toEqual([]);
});

test('a parsed file keeps the text that was parsed', () => {
  for (const name of ['a.json', 'a.yaml'])
    expect((parseFile(name, '{ "a": "ä" }\n') as ParsedFile).text()).toBe('{ "a": "ä" }\n');
});
