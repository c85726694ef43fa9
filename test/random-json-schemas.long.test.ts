// The judge held against another validator of JSON Schema 2020-12, on schemas and values made at random.
import { registerSchema, type Validator, validate } from '@hyperjump/json-schema/draft-2020-12';
import { expect, test } from 'vitest';
import { randomPairs } from './json-schema/random.ts';
import { judgeOf } from './json-schema/validate-value.ts';
import { amount, seedOr } from './suite.ts';

test('The validator agrees with another validator on random schemas and values', async () => {
  const seed = seedOr(2020);
  const schemas = amount(20, 200);
  const unlike: string[] = [];
  const counts = { valid: 0, invalid: 0 };
  for (const [index, { schema, values }] of randomPairs(schemas, 16, seed).entries()) {
    const judge = await judgeOf({ schemas: { 'schema.json': schema } });
    const uri = `https://example.org/random/${index}`;
    registerSchema(schema as never, uri);
    const other: Validator = await validate(uri);
    for (const value of values) {
      // As it arrives: JSON knows no -0.
      const sent = JSON.parse(JSON.stringify(value)) as never;
      const theirs = other(sent).valid ? 'valid' : 'invalid';
      const ours = judge('schema.json', sent);
      counts[theirs]++;
      if (ours !== theirs)
        unlike.push(
          `${theirs}, and the judge says ${ours}: ${JSON.stringify(sent)} by ${JSON.stringify(schema)}`,
        );
    }
  }
  console.log(counts);
  expect(unlike.slice(0, 5), `${unlike.length} differences, seed ${seed}`).toEqual([]);
  // A corpus of which nearly everything is invalid would hold little.
  expect(counts.valid).toBeGreaterThan(3 * schemas);
  expect(counts.invalid).toBeGreaterThan(3 * schemas);
});
