// The keyword x-faker.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadContract } from '../../src/index.ts';
import { loadFaker } from '../../src/openapi/faker-library.ts';
import { fakerProblem } from '../../src/openapi/x-faker.ts';
import { serveSchemas } from './serve-schemas.ts';

type Schema = Record<string, unknown>;

const object = (properties: Schema): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

test('x-faker names the method and its arguments, and an example comes before it', async () => {
  const served = await serveSchemas({
    responses: {
      x: object({
        plain: { type: 'string', 'x-faker': 'person.firstName' },
        options: { type: 'integer', 'x-faker': { 'number.int': [{ min: 18, max: 65 }] } },
        one: { type: 'number', 'x-faker': { 'commerce.price': { min: 5, max: 9 } } },
        choice: { type: 'string', 'x-faker': { 'helpers.arrayElement': [['red', 'blue']] } },
        text: { type: 'string', 'x-faker': 'Dear {{person.lastName}} of {{location.city}},' },
        date: { type: 'string', format: 'date', 'x-faker': 'date.past' },
        list: {
          type: 'array',
          items: { type: 'string' },
          'x-faker': { 'helpers.arrayElements': [['a', 'b'], 1] },
        },
        large: { type: 'integer', 'x-faker': { 'number.int': [{ min: 500_000, max: 600_000 }] } },
        given: { type: 'string', example: 'Ana', 'x-faker': 'person.firstName' },
        bounded: { type: 'string', maxLength: 3, 'x-faker': 'lorem.paragraph' },
      }),
    },
  });
  for (const query of ['', '?__seed=1', '?__seed=2']) {
    const { text, findings } = await served.ask(`/x${query}`);
    expect(findings).toEqual([]);
    const body = JSON.parse(text) as Record<string, number>;
    expect(body).toMatchObject({
      plain: expect.stringMatching(/^[A-Z]/),
      choice: expect.stringMatching(/^(?:red|blue)$/),
      text: expect.stringMatching(/^Dear \S.* of .+,$/),
      date: expect.stringMatching(/^202[456]-\d\d-\d\d$/),
      list: [expect.stringMatching(/^[ab]$/)],
      bounded: expect.stringMatching(/^.{0,3}$/),
    });
    expect(body.options).toBeGreaterThanOrEqual(18);
    expect(body.options).toBeLessThanOrEqual(65);
    expect(body.one).toBeGreaterThanOrEqual(5);
    expect(body.one).toBeLessThanOrEqual(9);
    expect(body.large).toBeGreaterThanOrEqual(500_000);
    if (query === '') expect(body.given).toBe('Ana');
  }
});

const UNUSABLE: readonly (readonly [keyword: unknown, message: RegExp])[] = [
  ['name.firstName', /"name.firstName" is no method of Faker \(did you mean "person.firstName"\?\)/],
  ['internet.emial', /did you mean "internet.email"/],
  ['constructor.constructor', /is no method/],
  ['__proto__.toString', /is no method/],
  ['person.constructor', /is no method/],
  ['person.__proto__', /is no method/],
  ['person.faker', /is no method/],
  ['person.firstName.constructor', /is no method/],
  ['helpers.multiple', /is no method/],
  [{ 'helpers.fake': ['{{constructor.constructor}}'] }, /is no method/],
  [{ 'lorem.words': [100_000_000] }, /an argument of lorem.words is above 1000/],
  [{ 'string.alpha': [{ length: { min: 1, max: 1e9 } }] }, /above 1000/],
  [{ 'number.int': [{ min: 8, max: 5 }] }, /Max 5 should be greater than min 8/],
  [7, /write a method such as/],
  [{ 'person.firstName': [], 'person.lastName': [] }, /write a method such as/],
];

test('an x-faker that cannot be used is reported with its line, and the value is generated without it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-faker-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lines = UNUSABLE.map(([keyword]) => `          - { x-faker: ${JSON.stringify(keyword)} }`);
  const text = [
    'openapi: 3.1.0',
    'info: { title: t, version: "1" }',
    'paths: {}',
    'components:',
    '  schemas:',
    '    All:',
    '      oneOf:',
    ...lines.map(line => line.slice(2)),
  ];
  writeFileSync(path.join(folder, 'api.yaml'), text.join('\n'));
  const { findings } = await loadContract([path.join(folder, 'api.yaml')], { relativeTo: folder });
  expect(findings.map(({ code, location, message }) => [code, location?.line, message])).toEqual(
    UNUSABLE.map(([, message], index) => ['spec-extension', 8 + index, expect.stringMatching(message)]),
  );
  const served = await serveSchemas({
    responses: {
      x: object(
        Object.fromEntries(
          UNUSABLE.map(([keyword], index) => [`m${index}`, { type: 'string', 'x-faker': keyword }]),
        ),
      ),
    },
  });
  const answer = await served.ask('/x');
  expect(answer.findings).toEqual([]);
  expect(Object.values(JSON.parse(answer.text) as object)).toEqual(UNUSABLE.map(() => expect.any(String)));
});

test('a method that would never end with its arguments is no method to use', async () => {
  const library = await loadFaker();
  for (const method of ['string.sample', 'string.nanoid'])
    expect(fakerProblem({ [method]: { length: 10 } }, library)).toContain('more than 100000 random numbers');
});
