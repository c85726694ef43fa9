// Lays random values over bodies of random schemas. The result is always valid.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeBody } from '../../src/exchange/body.ts';
import { writeExactJson } from '../../src/exchange/exact-json.ts';
import type { Response } from '../../src/exchange/exchange.ts';
import { isObject } from '../../src/exchange/json.ts';
import { jsonPointer } from '../../src/exchange/json-pointer.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { itemWriter } from '../../src/mock/respond/item-writer.ts';
import { type OverlayTarget, overlayTarget, overlayValues } from '../../src/mock/respond/overlay-values.ts';
import { getCachedResponse } from '../../src/mock/respond/response-cache.ts';
import type { Operation } from '../../src/openapi/model.ts';
import { validateResponse } from '../../src/validate/response.ts';
import { amount, seedOr } from '../suite.ts';
import { loadOperations } from './random-operations.ts';
import { satisfiableSchemas } from './satisfiable-schemas.ts';

const BATCH = amount(10, 50);
const TOTAL = amount(10, 200);

async function responseOf(operation: Operation, seed: string | undefined): Promise<Response> {
  const selection = { status: undefined, example: undefined, accept: undefined, seed };
  const { result } = await getCachedResponse(operation, selection);
  return (result as { response: Response }).response;
}

function jsonOf(response: Response): unknown {
  const decoded = decodeBody(response);
  return decoded.kind === 'json' ? decoded.value : undefined;
}

function targetOf(operation: Operation): OverlayTarget {
  const content = operation.responses[0]?.contents[0];
  return overlayTarget(operation.api, content ?? { schema: undefined }) as OverlayTarget;
}

/** Where the bodies have problems. Integers beyond 2^53 are none. */
function problemsIn(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ code }) => code !== 'response-number-imprecise')
    .map(({ code, at }) => `${code} ${at}`);
}

/** The value with members and items of another one in some places. */
function mixed(value: unknown, other: unknown, turn: number): unknown {
  if (!isObject(value) || !isObject(other)) return turn % 3 === 0 ? other : value;
  return Object.fromEntries(
    Object.entries({ ...other, ...value }).map(([name, inner], index) => [
      name,
      mixed(inner, other[name] ?? inner, turn + index),
    ]),
  );
}

test(`${TOTAL} bodies stay valid whatever is laid over them`, async () => {
  const seed = seedOr(11);
  const counts = { changed: 0, kept: 0, members: 0 };
  for (let first = 0; first < TOTAL; first += BATCH) {
    const schemas = Array.from({ length: BATCH }, (_, index) => satisfiableSchemas(seed + first + index));
    const operations = await loadOperations(schemas);
    let other: unknown = { id: 7, name: 'other', status: null, items: [{ id: 1 }], __proto__: 'x' };
    for (const [index, operation] of operations.entries()) {
      const base = await responseOf(operation, undefined);
      const body = jsonOf(base);
      // The generator may add a property that no schema names.
      const known = new Set(problemsIn(validateResponse(operation, base)));
      const own = jsonOf(await responseOf(operation, `${operation.id} other`));
      const target = targetOf(operation);
      for (const value of [own, other, mixed(own, other, index)])
        for (const keep of ['all', 'required'] as const) {
          const overlaid = overlayValues(target, body, value, { keep });
          const where = (): string =>
            `schema ${seed + first + index}, ${keep}: ${JSON.stringify([body, value, overlaid])}`;
          if (overlaid.body === body) counts.kept++;
          else counts.changed++;
          const text = writeExactJson(overlaid.body);
          const findings = validateResponse(operation, { ...base, body: Buffer.from(text) });
          const problems = problemsIn(findings).filter(each => !known.has(each));
          expect(problems, problems.length > 0 ? where() : '').toEqual([]);
          if (isObject(overlaid.body) && overlaid.body !== body)
            expect(itemWriter(target, body)?.(overlaid.body)).toBe(text);
          if (!isObject(value) || !isObject(overlaid.body) || overlaid.leftOff.includes('')) continue;
          for (const [name, member] of Object.entries(value)) {
            if (isObject(member) || Array.isArray(member)) continue;
            if (overlaid.leftOff.includes(jsonPointer(name))) continue;
            counts.members++;
            const laid: unknown = Object.getOwnPropertyDescriptor(overlaid.body, name)?.value;
            if (laid !== member) expect.fail(`${name} is ${String(laid)} in ${where()}`);
          }
        }
      other = own;
    }
  }
  // Both happen often.
  expect(counts.changed).toBeGreaterThan(TOTAL);
  expect(counts.kept).toBeGreaterThan(TOTAL / 10);
  expect(counts.members).toBeGreaterThan(TOTAL);
});
