// Generates bodies for random schemas. Another validator says of each whether it is valid, or the mock has said that it is not.
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/draft-2020-12';
import { expect, test } from 'vitest';
import type { Response } from '../../src/exchange/exchange.ts';
import { getCachedResponse } from '../../src/mock/respond/response-cache.ts';
import { subschemas } from '../../src/schema/dialect.ts';
import { randomPairs } from '../json-schema/random.ts';
import { seedOr } from '../suite.ts';
import { loadOperations } from './random-operations.ts';
import { type RandomSchemas, satisfiableSchemas } from './satisfiable-schemas.ts';

const BATCH = 100;
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Serves one operation for each schema and returns its static and its dynamic body, and whether the mock found it valid. */
async function* bodiesOf(
  schemas: readonly RandomSchemas[],
): AsyncGenerator<{ index: number; text: string; isReported: boolean }> {
  const operations = await loadOperations(schemas);
  for (const [index, operation] of operations.entries()) {
    for (const seed of [undefined, operation.id]) {
      const selection = { status: undefined, example: undefined, accept: undefined, seed };
      const { result, findings } = await getCachedResponse(operation, selection);
      expect(result).toHaveProperty('response');
      const { body } = (result as { response: Response }).response;
      const text = Buffer.from(body as Uint8Array).toString();
      yield { index, text, isReported: findings.some(({ code }) => code === 'response-body-schema') };
    }
  }
}

async function isValid(schema: object, value: unknown, uri: string): Promise<boolean> {
  registerSchema({ $schema: DIALECT, ...schema } as never, uri);
  const { valid } = await validate(uri, value as never);
  unregisterSchema(uri);
  return valid;
}

const isBeyondOther = (text: string): boolean => /__proto__|0\.01/.test(text);

/** The schema objects in a list of schemas, at every depth. */
function countSchemas(schemas: readonly unknown[]): number {
  let count = 0;
  const pending = [...schemas];
  for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
    if (typeof schema !== 'object' || schema === null) continue;
    count++;
    for (const inner of subschemas(schema as Record<string, unknown>)) pending.push(inner.schema);
  }
  return count;
}

const TOTAL = 6000;

test(`${TOTAL} bodies, whose schemas leave values and contain about 25 schemas each, are valid`, async () => {
  const seed = seedOr(1);
  let schemaCount = 0;
  for (let first = 0; first < TOTAL; first += BATCH) {
    const schemas = Array.from({ length: BATCH }, (_, index) => satisfiableSchemas(seed + first + index));
    for await (const { index, text, isReported } of bodiesOf(schemas)) {
      const { root, components } = schemas[index] as RandomSchemas;
      const where = `schema ${seed + first + index}: ${text}`;
      schemaCount += countSchemas([root, ...Object.values(components)]);
      expect(isReported, where).toBe(false);
      // The other validator does not know that name, divides by 0.01 inexactly, and is slow: it looks at every tenth.
      if (index % 10 !== 0 || isBeyondOther(JSON.stringify([root, components]))) continue;
      const schema = { ...root, components: { schemas: components } };
      expect(await isValid(schema, JSON.parse(text), `https://example.org/${first + index}`), where).toBe(
        true,
      );
    }
  }
  // The static and the dynamic body of each.
  expect(schemaCount).toBeGreaterThan(2 * 20 * TOTAL);
});

test('bodies of any schemas are valid, or are reported', async () => {
  const seed = seedOr(7);
  const total = 1000;
  const pairs = randomPairs(total, 0, seed).map(({ schema }) => {
    // The document around it resolves references by pointer only.
    const { $schema, $id, $dynamicAnchor, $defs, ...root } = schema as Record<string, unknown>;
    void [$schema, $id, $dynamicAnchor, $defs];
    return root;
  });
  const plain = pairs.filter(root => !/\$(?:ref|dynamicRef)/.test(JSON.stringify(root)));
  const counts = { valid: 0, reported: 0 };
  for await (const { index, text, isReported } of bodiesOf(plain.map(root => ({ root, components: {} })))) {
    const isRight = await isValid(
      plain[index] as object,
      JSON.parse(text),
      `https://example.org/any/${index}`,
    );
    expect(isRight, `${JSON.stringify(plain[index])} gives ${text}`).toBe(!isReported);
    counts[isRight ? 'valid' : 'reported']++;
  }
  console.log(counts);
  expect(counts.valid).toBeGreaterThan(counts.reported);
});
