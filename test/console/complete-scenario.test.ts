// Completion of scenarios: keys and values of the format, and names of the document. "^" marks the cursor.
import { expect, test } from 'vitest';
import {
  type Completion,
  completeScenario,
  type JsonSchema,
} from '../../src/console/screens/scenarios/complete.ts';
import { scenarioJsonSchema } from '../../src/scenario/scenario.ts';

const schema = scenarioJsonSchema() as JsonSchema;
const operations = [
  {
    id: 'listPets',
    method: 'GET',
    path: '/pets',
    responses: [
      { status: '200', sends: 200, description: 'All pets.', examples: ['two', 'none at all: 0'] },
      { status: '503', sends: 503, description: 'Down.', examples: ['down'] },
    ],
  },
  {
    id: 'getPet',
    method: 'GET',
    path: '/v1/pets/{id}',
    responses: [{ status: '4XX', sends: 400, examples: [] }],
  },
];

const readParameters = async (operation: string) =>
  operation === 'getPet'
    ? [
        { name: 'id', in: 'path' },
        { name: 'X-Tenant', in: 'header', description: 'Whose pet.' },
        { name: 'a: b', in: 'query' },
      ]
    : [];

function completionAt(marked: string): Promise<Completion | undefined> {
  const cursor = marked.indexOf('^');
  return completeScenario(marked.replace('^', ''), cursor, schema, operations, readParameters);
}

async function suggestionsAt(marked: string): Promise<string[]> {
  const completion = await completionAt(marked);
  return completion?.suggestions.map(({ label, apply = label }) => apply) ?? [];
}

test.each([
  ['^', ['title: ', 'description: ', 'on-by-default: ', 'rules: ']],
  ['title: x\n^', ['description: ', 'on-by-default: ', 'rules: ']],
  ['on-by-default: ^', ['true', 'false']],
  ['title: ^', []],
  ['rules:\n  - on: ^', ['listPets', 'getPet', '"*"']],
  ['rules:\n  - on: listPets\n    reply: ^', ['200', '503', 'upstream']],
  ['rules:\n  - on: GET /pets/{id}\n    reply: ^', ['400', 'upstream']],
  ['rules:\n  - reply: { status: ^ }\n    on: listPets', ['200', '503']],
  ['rules:\n  - on: listPets\n    reply: { status: 200, example: ^', ['two', '"none at all: 0"']],
  ['rules:\n  - on: listPets\n    reply: { example: ^', ['two', '"none at all: 0"', 'down']],
  [
    'rules:\n  - on: listPets\n    deliver: { fault: r^',
    ['reset', 'reset-mid-body', 'hang', 'empty', 'truncate', 'garbage', 'wrong-length'],
  ],
  ['rules:\n  - on: listPets\n    deliver:\n      delay: { min: 1, ^', ['max: ', 'p50: ', 'p99: ']],
  ['rules:\n  - on: listPets\n    when: { path: { ^', []],
  ['rules:\n  - on: getPet\n    when: { path: { ^', ['id: ']],
  ['rules:\n  - on: GET /pets/{id}\n    when:\n      headers:\n        ^', ['X-Tenant: ']],
  ['rules:\n  - on: getPet\n    when: { query: { ^', ['"a: b": ']],
  ['rules:\n  - on: listPets\n    then: ^', ['repeat-last', 'loop', 'pass-on', 'fail']],
  [
    'rules:\n  - on: listPets\n    reply: 503\n    b^',
    ['when: ', 'then: ', 'deliver: ', 'callbacks: ', 'remember: ', 'becomes: ', 'even-if-invalid: '],
  ],
  ['# a comment ^', []],
])('%j', async (marked, expected) => {
  expect(await suggestionsAt(marked)).toEqual(expected);
});

test('a list of replies completes statuses and the keys of a response', async () => {
  const found = await suggestionsAt('rules:\n  - on: listPets\n    reply: [503, ^]');
  expect(found.slice(0, 2)).toEqual(['200', '503']);
  expect(found).toContain('status: ');
  expect(found).toContain('upstream');
});

test('a condition completes its tests with their descriptions', async () => {
  const completion = await completionAt('rules:\n  - on: getPet\n    when:\n      path:\n        id: { ^');
  expect(completion?.suggestions.find(({ label }) => label === 'one-of')?.info).toBe(
    'The value must equal one of these.',
  );
});
