// Callbacks in scenarios: what the linter reports about them.
import { expect, test } from 'vitest';
import { parseFile } from '../../src/document/parse.ts';
import { loadContract } from '../../src/openapi/load.ts';
import { lintScenarios } from '../../src/scenario/lint.ts';
import { readScenario } from '../../src/scenario/load.ts';

const { contract } = await loadContract(['test/fixtures/streams.yaml'], { relativeTo: '.' });

/** @param callbacks in YAML */
function problems(callbacks: string): string[] {
  const file = parseFile('x.yaml', `title: x\nrules:\n  - on: subscribe\n    callbacks: ${callbacks}\n`);
  const scenario = readScenario(file, 'streams', 'x');
  const findings = Array.isArray(scenario) ? scenario : lintScenarios(contract, [scenario]);
  return findings.map(({ message, location }) => `${location?.line}:${location?.column} ${message}`);
}

test.each([
  '{ onData: { delay: 2s } }',
  '{ onData: { delay: { min: 1s, max: 2s }, example: second, patch: { n: "{{ response.body.key }}" } } }',
  '{ onData: [{ example: first }, { delay: 1m, body: { n: 1 } }], "*": off }',
])('%s is valid', callbacks => {
  expect(problems(callbacks)).toEqual([]);
});

test.each([
  ['{ onDate: off }', '4:18 subscribe declares no callback "onDate"; did you mean "onData"?'],
  [
    '{ onData: { example: frist } }',
    '4:28 the callback "onData" has no example "frist"; did you mean "first"?',
  ],
  ['{ onEnd: { example: x } }', '4:27 the callback "onEnd" has no example "x"; it has none'],
  [
    '{ onData: [{}, { example: third }] }',
    '4:33 the callback "onData" has no example "third"; it has first, second',
  ],
  ['{ onData: { delay: soon } }', '4:28 must be a number with a unit'],
  ['{ onData: { delayed: 1s } }', 'unknown key "delayed"; did you mean "delay"?'],
  ['{ onData: { body: 1, example: first } }', '"body" cannot be combined with "example" or "patch"'],
  ['{ onData: [] }', '4:18 must have at least 1 item'],
  ['{ onData: { body: "{{ response.body" } }', '4:28 output "{{ response.body" not closed'],
])('%s is reported', (callbacks, message) => {
  const found = problems(callbacks);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
});
