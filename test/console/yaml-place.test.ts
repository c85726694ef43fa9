// Where the cursor is in a scenario that is being typed: "^" marks it in each text.
import { expect, test } from 'vitest';
import { scanYaml } from '../../src/console/screens/scenarios/yaml-place.ts';

/** "path kind word", with "|" in place of the word if nothing is typed yet. */
function placeAt(marked: string): string | undefined {
  const cursor = marked.indexOf('^');
  const text = marked.replace('^', '');
  const { place } = scanYaml(text, cursor);
  return place && `${place.path.join('/')} ${place.kind} ${text.slice(place.from, cursor) || '|'}`;
}

test.each([
  ['^', ' key |'],
  ['ti^', ' key ti'],
  ['title: ^', 'title value |'],
  ['title: x\nru^', ' key ru'],
  ['title: x\n^', ' key |'],
  ['title: ^x\nrules: []', 'title value |'],
  ['rules:\n  - ^', 'rules/0 key |'],
  ['rules:\n  - o^', 'rules/0 key o'],
  ['rules:\n  - on: ^', 'rules/0/on value |'],
  ['rules:\n  - on: get^', 'rules/0/on value get'],
  ['rules:\n  - on: getPet\n    re^', 'rules/0 key re'],
  ['rules:\n  - on: getPet\n    ^', 'rules/0 key |'],
  ['rules:\n  - on: getPet\n    ^\n    reply: 404', 'rules/0 key |'],
  ['rules:\n- on: getPet\n  re^', 'rules/0 key re'],
  ['rules:\n- on: a\n- ^', 'rules/1 key |'],
  ['rules:\n  - on: a\n    reply:\n      st^', 'rules/0/reply key st'],
  ['rules:\n  - on: a\n    reply:\n      ^', 'rules/0/reply key |'],
  ['rules:\n  - on: a\n    reply:\n      - ^', 'rules/0/reply/0 key |'],
  ['rules:\n  - on: a\n    reply:\n      - 503\n      - 20^', 'rules/0/reply/1 key 20'],
  ['rules:\n  - on: a\n    reply:\n      - status: 503\n        ex^', 'rules/0/reply/0 key ex'],
  ['rules:\n  - on: a\n    reply: { ^ }', 'rules/0/reply key |'],
  ['rules:\n  - on: a\n    reply: { status: ^ }', 'rules/0/reply/status value |'],
  ['rules:\n  - on: a\n    reply: { status: 200, ex^', 'rules/0/reply key ex'],
  ['rules:\n  - on: a\n    reply: { status: 200, example: two^ }', 'rules/0/reply/example value two'],
  ['rules:\n  - on: a\n    reply: [503, ^]', 'rules/0/reply/1 key |'],
  ['rules:\n  - on: a\n    reply: [503, { st^', 'rules/0/reply/1 key st'],
  ['rules:\n  - on: a\n    when: { path: { id: 7 }, ^ }', 'rules/0/when key |'],
  ['rules:\n  - on: a\n    when:\n      path: { ^', 'rules/0/when/path key |'],
  ['rules:\n  - on: a\n  - on: b\n    deliver:\n      fault: ^', 'rules/1/deliver/fault value |'],
  ['rules:\n  - on: a # the ^list', undefined],
  ['title: |\n  some ^text\n', undefined],
  ['description: >-\n  two: 1\n\n  lines\nru^', ' key ru'],
  ['rules:\n  - on: a\n    reply: 4^\n    then: loop', 'rules/0/reply value 4'],
])('%j', (marked, expected) => {
  expect(placeAt(marked)).toBe(expected);
});

test('scalars and keys of the whole text are known', () => {
  const text =
    'title: x\nrules:\n  - on: "get"\n    reply: { status: 200, example: two words }\n  - reply: [503, 200]\n    on: b # x\n';
  const { scalars, keys } = scanYaml(text, 0);
  expect(Object.fromEntries(scalars)).toEqual({
    title: 'x',
    'rules/0/on': 'get',
    'rules/0/reply/status': '200',
    'rules/0/reply/example': 'two words',
    'rules/1/reply/0': '503',
    'rules/1/reply/1': '200',
    'rules/1/on': 'b',
  });
  expect(keys.get('rules/0')).toEqual(['on', 'reply']);
  expect(keys.get('')).toEqual(['title', 'rules']);
});

test('a large text takes little time', () => {
  const rule = '  - on: a\n    reply: { status: 200, body: { list: [1, 2, 3], text: "a: {b}" } }\n';
  const { scalars } = scanYaml(`rules:\n${rule.repeat(5000)}`, 10);
  expect(scalars.size).toBe(30_000);
});
