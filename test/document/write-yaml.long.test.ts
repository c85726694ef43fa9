// Whatever text is written as YAML, as a key or as a value, reads back the same.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { isParseFailure, parseFile } from '../../src/document/parse.ts';
import { toCommentedYaml, toYaml } from '../../src/document/write-yaml.ts';
import { LONE_SURROGATES, oddText } from '../odd-texts.ts';
import { fc } from '../random.ts';
import { amount } from '../suite.ts';

/** As if it was written to a file in UTF-8, and read again. */
function readBack(yaml: string): unknown {
  const source = parseFile('a.yaml', Buffer.from(yaml).toString());
  return isParseFailure(source) ? source.message : source.value;
}

test('any text, as a key and as a value, with comments and without', { timeout: 600_000 }, () => {
  const text = oddText(...LONE_SURROGATES);
  fc.assert(
    fc.property(text, text, (one, two) => {
      const value = {
        list: [
          { first: one, [two]: two },
          { [one]: two, inner: [one, [two, { [one]: one }]] },
        ],
      };
      expect(readBack(toYaml(value))).toStrictEqual(value);
      const commented = toCommentedYaml(value, new Map([['/list/1', 'traffic.har entry 1']]));
      expect(readBack(commented)).toStrictEqual(value);
    }),
    { numRuns: amount(1000, 50_000) },
  );
});

test('a patch with lines of one blank, and one at the end, is read back the same', () => {
  const patch = '--- a\n+++ b\n@@ -1 +1,2 @@\n one\n \n \n+two\n three\n ';
  expect(readBack(toYaml({ patch }))).toEqual({ patch });
});

test('a text in plain lines stays a block, which people can read and edit', () => {
  expect(toYaml({ text: 'one\n  two: 2\n\n- three\n' })).toBe('text: |\n  one\n    two: 2\n\n  - three\n');
});

test('a reader that merges "<<" reads it as a plain name', () => {
  const value = { '<<': { a: 1 }, b: 2 };
  expect(parseDocument(toYaml(value), { merge: true }).toJS()).toEqual(value);
});
