// Compares the validator with another validator of JSON Schema 2020-12, on random schemas and values.
import { registerSchema, type Validator, validate } from '@hyperjump/json-schema/draft-2020-12';
import { expect, test } from 'vitest';
import { randomPairs } from './json-schema/random.ts';
import { createValueValidator } from './json-schema/validate-value.ts';
import { amount, seedOr } from './suite.ts';

test('The validator agrees with another validator on random schemas and values', async () => {
  const seed = seedOr(2020);
  const schemas = amount(20, 200);
  const differences: string[] = [];
  const counts = { valid: 0, invalid: 0 };
  for (const [index, { schema, values }] of randomPairs(schemas, 16, seed).entries()) {
    const validateValue = await createValueValidator({ schemas: { 'schema.json': schema } });
    const uri = `https://example.org/random/${index}`;
    registerSchema(schema as never, uri);
    const other: Validator = await validate(uri);
    for (const value of values) {
      // JSON text does not preserve -0.
      const sent = JSON.parse(JSON.stringify(value)) as never;
      const theirs = other(sent).valid ? 'valid' : 'invalid';
      const ours = validateValue('schema.json', sent);
      counts[theirs]++;
      if (ours !== theirs)
        differences.push(
          `${theirs}, and the validator says ${ours}: ${JSON.stringify(sent)} by ${JSON.stringify(schema)}`,
        );
    }
  }
  console.log(counts);
  expect(differences.slice(0, 5), `${differences.length} differences, seed ${seed}`).toEqual([]);
  // The test needs enough values of both kinds.
  expect(counts.valid).toBeGreaterThan(3 * schemas);
  expect(counts.invalid).toBeGreaterThan(3 * schemas);
});
