// Schemas to which references lead in exponentially many ways: a body is validated in few steps, or is not checkable.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContract } from '../../src/openapi/load.ts';
import type { Operation } from '../../src/openapi/model.ts';
import { startServer } from '../../src/start.ts';
import { validateResponse } from '../../src/validate/response.ts';

type Json = Record<string, unknown>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-ways-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

function write(schemas: Json): string {
  const content = { 'application/json': { schema: refTo('S0') } };
  const document = {
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    paths: {
      '/a': {
        post: {
          requestBody: { content },
          responses: { 400: { description: 'd' }, 200: { description: 'd', content } },
        },
      },
    },
    components: { schemas },
  };
  const file = path.join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** The codes and places of the findings about a body. */
async function judge(schemas: Json, value: unknown): Promise<string[]> {
  const { contract } = await loadContract([write(schemas)], { relativeTo: folder });
  const findings = validateResponse(contract.apis[0]?.operations[0] as Operation, {
    status: 200,
    headers: { 'content-type': ['application/json'] },
    body: Buffer.from(JSON.stringify(value)),
  });
  return findings.map(({ code, at }) =>
    `${code.replace('response-', '')} ${at.replace('/response/body', '')}`.trim(),
  );
}

/** S0 applies the next schema twice, and so on. */
function ladder(levels: number, rung: (next: Json) => Json, last: Json): Json {
  const schemas: Json = {};
  for (let level = 0; level < levels; level++) schemas[`S${level}`] = rung(refTo(`S${level + 1}`));
  schemas[`S${levels}`] = last;
  return schemas;
}

const LAST = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };
/** A literal with a member `then` would look like a promise. */
const consequence = (schema: Json): Json => Object.fromEntries([['then', schema]]);

const RUNGS: Readonly<Record<string, (next: Json) => Json>> = {
  'allOf with the same schema twice': next => ({ allOf: [next, next] }),
  'anyOf with the same schema twice': next => ({ anyOf: [next, next] }),
  'two schemas that differ in their title': next => ({
    allOf: [
      { title: 'one', allOf: [next] },
      { title: 'other', allOf: [next] },
    ],
  }),
  'a condition and its consequence': next => ({ if: next, ...consequence(next) }),
  'oneOf beside a schema that fails': next => ({ oneOf: [{ allOf: [next, next] }, { type: 'string' }] }),
};

describe('sixty levels of', () => {
  test.each(Object.keys(RUNGS))('%s: a valid body has no findings', async name => {
    const schemas = ladder(60, RUNGS[name] as (next: Json) => Json, LAST);
    expect(await judge(schemas, { id: 1 })).toEqual([]);
  });

  test.each(Object.keys(RUNGS).filter(name => !name.startsWith('a condition')))(
    '%s: an invalid body has findings, and few',
    async name => {
      const schemas = ladder(60, RUNGS[name] as (next: Json) => Json, LAST);
      const findings = await judge(schemas, { id: 'x' });
      expect(findings[0]).toBe('body-schema /id');
      expect(findings.length).toBeLessThan(5);
    },
  );

  test('oneOf with the same schema twice: no body is valid', async () => {
    const schemas = ladder(60, next => ({ oneOf: [next, next] }), LAST);
    expect(await judge(schemas, { id: 1 })).not.toEqual([]);
    expect(await judge(schemas, { id: 'x' })).not.toEqual([]);
  });

  test('objects inside each other, each with two alternatives that lead on', async () => {
    const level = {
      type: 'object',
      properties: { next: { anyOf: [refTo('Left'), refTo('Right')] }, id: { type: 'integer' } },
    };
    const schemas = { S0: level, Left: { allOf: [refTo('S0')] }, Right: { allOf: [refTo('S0')] } };
    const nested = (innermost: unknown): unknown => {
      let value = innermost;
      for (let depth = 0; depth < 60; depth++) value = { next: value };
      return value;
    };
    expect(await judge(schemas, nested({ id: 1 }))).toEqual([]);
    expect((await judge(schemas, nested({ id: 'x' })))[0]).toMatch(/^(?:body-schema|not-checkable)/);
  });
});

test('the server answers its health while bodies of such schemas are validated', async () => {
  const file = write(
    ladder(
      40,
      next => ({ oneOf: [{ allOf: [next, next] }, { anyOf: [next, next], required: ['x'] }] }),
      LAST,
    ),
  );
  const mock = await startServer({ specs: [file] });
  try {
    const bodies = [{ id: 1 }, { id: 'x' }, { id: 'x', x: 1 }, [], 1];
    const answers = bodies.map(body =>
      fetch(`${mock.url}/spec/a`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then(async response => {
        await response.text();
        return response.status;
      }),
    );
    const health = await fetch(`${mock.url}/__deadringer/health`);
    expect(health.status).toBe(200);
    await health.text();
    for (const status of await Promise.all(answers)) expect([200, 400, 422]).toContain(status);
  } finally {
    await mock.close();
  }
});

describe('patterns of names', () => {
  const patterns = (count: number): Json => ({
    S0: {
      type: 'object',
      patternProperties: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`^k${index}x`, { type: 'string' }]),
      ),
      additionalProperties: { type: 'integer' },
    },
  });

  test('hundreds of them are validated', async () => {
    expect(await judge(patterns(500), { k1x: 'a', k2x: 1 })).toEqual(['body-schema /k2x']);
  });

  test('with very many names, the body is not checkable', async () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`n${index}`, 1]));
    expect(await judge(patterns(500), many)).toEqual(['not-checkable /response']);
  });

  test('a schema with thousands of them is not checkable in this keyword only', async () => {
    const schemas = patterns(20_000);
    expect(await judge(schemas, { k1x: 1, other: 'x' })).toEqual(['body-not-checkable']);
    expect(await judge(schemas, [])).toContain('body-schema');
  });
});
