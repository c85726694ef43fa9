// Random documents in YAML and JSON: nested, aliased and merged ones are read as they are meant, or refused, and never crash.
import { expect, test } from 'vitest';
import { isParseFailure, parseFile } from '../../src/document/parse.ts';
import { fc } from '../random.ts';

const keys = fc.constantFrom('a', 'b', '007', 'yes', '1.0', 'null', '<', 'x-y', '200');
const scalars = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('', 'yes', '0123', '<<', 'a: b'),
);
const values = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

function read(file: string, text: string): unknown {
  const parsed = parseFile(file, text);
  if (isParseFailure(parsed)) return parsed;
  parsed.locate('/a/b/0/007');
  return parsed.value;
}

test('JSON is read as JSON.parse does, also as YAML', () => {
  fc.assert(
    fc.property(
      values,
      fc.constantFrom('a.json', 'a.yaml'),
      fc.constantFrom(undefined, 2),
      (value, file, space) => {
        expect(read(file, JSON.stringify(value, undefined, space))).toEqual(value);
      },
    ),
    { numRuns: 3000 },
  );
});

test('maps that are merged have the members of all, and the first counts', () => {
  const maps = fc.dictionary(keys, fc.integer(), { maxKeys: 5, noNullPrototype: true });
  fc.assert(
    fc.property(
      fc.array(maps, { minLength: 1, maxLength: 5 }),
      maps,
      fc.boolean(),
      (merged, own, isFirst) => {
        const anchors = merged.map((map, index) => `m${index}: &m${index} ${JSON.stringify(map)}\n`).join('');
        const merge = `  <<: [${merged.map((_, index) => `*m${index}`).join(', ')}]\n`;
        const members = Object.entries(own).map(([key, value]) => `  ${JSON.stringify(key)}: ${value}\n`);
        const text = `${anchors}all:\n${isFirst ? merge : ''}${members.join('')}${isFirst ? '' : merge}`;
        const expected = Object.assign({}, ...merged.toReversed(), own) as unknown;
        expect(read('a.yaml', text)).toHaveProperty('all', expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test('nesting of any depth and any brackets gives a value or a failure', () => {
  const brackets = fc.constantFrom(
    ['[', ']'],
    ['{"a":', '}'],
    ['{a: ', '}'],
    ['- ', ''],
    ['? ', ''],
    ['&a [', ', *a]'],
    ['[{<<: ', '}]'],
  );
  fc.assert(
    fc.property(
      fc.array(brackets, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 8000 }),
      fc.constantFrom('json', 'yaml'),
      (pairs, depth, kind) => {
        const open = pairs.map(([start]) => start).join('');
        const close = pairs
          .toReversed()
          .map(([, end]) => end)
          .join('');
        const result = read(`a.${kind}`, open.repeat(depth) + close.repeat(depth));
        expect(result).toBeDefined();
      },
    ),
    { numRuns: 150 },
  );
});
