// The sentence that says what a scenario does, made from its rules.
import { expect, test } from 'vitest';
import { parseFile } from '../../src/document/parse.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { builtInScenarios } from '../../src/scenario/built-in.ts';
import { describeScenario } from '../../src/scenario/describe.ts';
import { readScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const { contract } = await loadContract(['test/fixtures/pets.yaml'], { relativeTo: process.cwd() });
const [pets] = contract.apis;

/** @param rules in YAML, below "rules:" */
function sentence(rules: string): string {
  const scenario = readScenario(parseFile('x.yaml', `title: x\nrules: ${rules}`), 'pets', 'x');
  if (Array.isArray(scenario)) throw new Error(scenario.map(({ message }) => message).join('; '));
  return describeScenario(scenario, pets);
}

test.each([
  ['[{ on: getPet, reply: 404 }]', 'GET /pets/{id} answers 404'],
  [
    '[{ on: getPet, when: { path: { id: 7 } }, reply: 404 }, { on: "*", deliver: { delay: 2s } }]',
    'GET /pets/{id} answers 404 when the path parameter id is 7; every call answers after 2 s',
  ],
  ['[{ on: gone, reply: 200 }]', 'gone answers 200'],
  ['[{ on: listPets, reply: [503, 503, 200] }]', 'GET /pets answers 503 twice, then 200'],
  [
    '[{ on: listPets, reply: [503, 503, 503], then: pass-on }]',
    'GET /pets answers 503 (3 times), then as usual',
  ],
  ['[{ on: listPets, reply: [200, 503], then: loop }]', 'GET /pets answers 200, then 503, again and again'],
  ['[{ on: listPets, reply: [200], then: fail }]', 'GET /pets answers 200, then with an error of the mock'],
  [
    '[{ on: listPets, reply: [{ status: 200, example: none }, { status: 200, patch: { a: 1, b: 2, c: 3, d: 4 } }] }]',
    'GET /pets answers 200 with the example "none", then 200 with changes in a, b, c and 1 more',
  ],
  [
    '[{ on: listPets, reply: { body: {}, headers: { X-A: 1, X-B: null }, deliver: { drip: 100 } } }]',
    'GET /pets answers as usual with its own body and the header X-A and no header X-B at 100 bytes per second',
  ],
  ['[{ on: listPets, reply: upstream }]', 'GET /pets answers with the response of the upstream service'],
  [
    '[{ on: listPets, deliver: { fault: reset, percent: 20, times: 3 } }]',
    'GET /pets resets the connection instead of responding in 20 % of the calls for the first 3 calls',
  ],
  [
    '[{ on: listPets, callbacks: { onEvent: { delay: 2s, patch: { a: 1 } }, onEnd: [{}, {}], "*": off } }]',
    'GET /pets answers as usual and sends the callback onEvent after 2 s with changes in a, the callback onEnd 2 times, no other callback',
  ],
  [
    '[{ on: listPets, reply: 503, deliver: { delay: { min: 100, max: 1m } } }]',
    'GET /pets answers 503 after 100 ms to 1 min',
  ],
  [
    '[{ on: listPets, when: { state: start }, reply: 200, becomes: done, remember: { a: x } }, { on: listPets, reply: 503, even-if-invalid: true }]',
    'GET /pets answers 200 when the state is "start", remembers a, and the state becomes "done"; otherwise it answers 503 even if the request is invalid',
  ],
  [
    '[{ on: listPets, when: { query: { q: { exists: false } }, headers: { X-A: { matches: "^a", not: true } }, cookies: { c: { one-of: [1, "a b"] } }, body: { /n: { greater: 1, less: 9 }, "": { schema: {} } }, valid: false }, reply: 200 }]',
    'GET /pets answers 200 when the query parameter q is absent and the header X-A does not match /^a/ and the cookie c is one of 1, "a b" and /n of the body is greater than 1 and is less than 9 and the body satisfies the schema of the rule and the request is invalid',
  ],
])('%s', (rules, expected) => {
  expect(sentence(rules)).toBe(expected);
});

test('many rules, names and long texts give a sentence of bounded length', () => {
  const names = Array.from({ length: 500 }, (_, index) => `"${'n'.repeat(500)}${index}": 1`).join(', ');
  const rule = `{ on: listPets, reply: { status: 200, patch: { ${names} } } }`;
  const text = sentence(`[${Array.from({ length: 50 }, () => rule).join(', ')}]`);
  expect(text).toMatch(/; and 47 more rules$/);
  expect(text.length).toBeLessThan(1000);
});

test('a built-in scenario is described like a file', () => {
  const sentences = builtInScenarios(contract).map((scenario: Scenario) => describeScenario(scenario, pets));
  expect(sentences).toContain('GET /pets answers 200 with the example "none"');
  expect(sentences).toContain('GET /pets/{id} answers 400');
});
