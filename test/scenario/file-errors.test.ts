// Findings of scenario files that cannot be read: message, line and column.
import { expect, test } from 'vitest';
import { loadScenarios } from '../../src/scenario/load.ts';
import { folderWith } from '../check/traffic.ts';

const REPLY = 'must be a number, or upstream, or an object';

test.each([
  ['reply: [upstraem]', '4:13', 'did you mean "upstream"?'],
  ['reply: [twice]', '4:13', REPLY],
  ['reply: "404"', '4:5', `${REPLY}, or an array`],
  ['reply: { status: abc }', '4:14', 'must be a number or a template, such as "{{ request.query.status }}"'],
  [
    'reply: { status: 200, deliver: { fault: rest } }',
    '4:38',
    'must be one of reset, reset-mid-body, hang, empty, truncate, garbage, wrong-length; did you mean "reset"?',
  ],
  ['replay: 404', '4:5', 'unknown key "replay"; did you mean "reply"?'],
])('%s', async (rule, position, expected) => {
  const text = `title: One\nrules:\n  - on: getPet\n    ${rule}\n`;
  const { findings } = await loadScenarios([folderWith({ 'pets/one.yaml': text })], '.');
  const [{ message, location } = { message: '', location: undefined }] = findings;
  expect([`${location?.line}:${location?.column}`, message]).toEqual([position, expected]);
});

test('a missing key is named', async () => {
  const { findings } = await loadScenarios([folderWith({ 'pets/one.yaml': 'rules: 4\n' })], '.');
  expect(findings.map(({ message }) => message)).toEqual(['"title" is missing', 'must be an array']);
});
