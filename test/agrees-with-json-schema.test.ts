// Compares the validator with JSON Schema 2020-12: the official test suite.
import { describe, expect, test } from 'vitest';
import { DIFFERENCES, type Difference } from './json-schema/differences.ts';
import { type Group, remotesOf, suite } from './json-schema/suite.ts';
import { createValueValidator } from './json-schema/validate-value.ts';

const GROUPS = suite();
const FILES = [...new Set(GROUPS.map(({ file }) => file))];

/** How often each listed difference occurred. */
const occurred = new Map<Difference, number>();
let agreed = 0;

/** The cases of a group with another result than the suite expects, one line each. */
async function disagreements({ file, description, schema, tests }: Group): Promise<string[]> {
  const validateValue = await createValueValidator({
    schemas: { 'schema.json': schema },
    others: remotesOf(schema),
    // The other files expect formats to be annotations, which is the default.
    assertFormats: file.startsWith('optional/format/'),
  });
  const lines: string[] = [];
  for (const { description: what, data, valid } of tests) {
    const verdict = validateValue('schema.json', data);
    if (verdict === (valid ? 'valid' : 'invalid')) agreed++;
    else lines.push(`${description}: ${what}: the validator says ${verdict}`);
  }
  return lines;
}

describe('The validator agrees with the JSON Schema Test Suite', () => {
  test.for(FILES)('%s', async file => {
    const unlisted: string[] = [];
    for (const group of GROUPS.filter(each => each.file === file)) {
      const lines = await disagreements(group);
      const listed = DIFFERENCES.find(
        each => each.file === file && (each.groups?.test(group.description) ?? true),
      );
      if (listed === undefined) unlisted.push(...lines);
      else occurred.set(listed, (occurred.get(listed) ?? 0) + lines.length);
    }
    expect(unlisted).toEqual([]);
  });

  test('except for the listed differences, each with its exact size', () => {
    const listed = [...occurred.values()].reduce((sum, count) => sum + count, 0);
    console.log({ files: FILES.length, groups: GROUPS.length, agreed, listed });
    expect(
      DIFFERENCES.map(each => ({ file: each.file, cases: occurred.get(each) ?? 0, reason: each.reason })),
    ).toEqual(DIFFERENCES.map(({ file, cases, reason }) => ({ file, cases, reason })));
    expect(agreed + listed).toBe(GROUPS.reduce((sum, { tests }) => sum + tests.length, 0));
    // The size of the suite: the test must not pass with fewer files.
    expect(agreed + listed).toBe(2348);
  });
});
