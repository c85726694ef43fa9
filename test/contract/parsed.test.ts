// What is remembered of YAML files: never anything but what parsing them would say, whatever became of the memory.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as breathe } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rememberedOf } from '../../src/contract/parsed.ts';
import { isFault, type Remembered, readSource, type Source } from '../../src/finding/locate.ts';

const TEXT = readFileSync('test/fixtures/pets.yaml', 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-parsed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const kept = (cache: string): string[] => {
  try {
    return readdirSync(path.join(cache, 'deadringer')).filter(name => name.endsWith('.json'));
  } catch {
    return [];
  }
};

/** Has it parsed and waits until that is kept. */
async function learn(name: string, text = TEXT): Promise<{ memory: Remembered; entry: string }> {
  const cache = path.join(folder, name);
  const memory = rememberedOf('pets.yaml', cache) as Remembered;
  readSource('pets.yaml', text, undefined, memory);
  while (kept(cache).length === 0) await breathe(20);
  return { memory, entry: path.join(cache, 'deadringer', kept(cache)[0] as string) };
}

test('what is recalled is what was parsed, and stands where it stood', async () => {
  const { memory } = await learn('same');
  const parsed = readSource('pets.yaml', TEXT) as Source;
  const recalled = readSource('pets.yaml', TEXT, undefined, memory) as Source;
  expect(memory.recall(TEXT)).toEqual({ value: parsed.value });
  expect(JSON.stringify(recalled.value)).toBe(JSON.stringify(parsed.value));
  for (const at of ['', '/paths', '/components/schemas/Pet/properties', '/paths/nowhere'])
    expect(recalled.locate(at)).toEqual(parsed.locate(at));
});

test('an edit is parsed, and so is a file whose entry is cut off, changed, empty or something else', async () => {
  const { memory, entry } = await learn('broken');
  expect(memory.recall(`${TEXT} `)).toBeUndefined();
  const whole = readFileSync(entry, 'utf8');
  for (const broken of [
    '',
    '\n',
    'null',
    whole.slice(0, 40),
    whole.slice(0, -1),
    `${whole} `,
    whole.replace('pet', 'pat'),
    whole.slice(whole.indexOf('\n') + 1),
  ]) {
    writeFileSync(entry, broken);
    expect(memory.recall(TEXT)).toBeUndefined();
    expect(isFault(readSource('pets.yaml', TEXT, undefined, memory))).toBe(false);
  }
});

test('many who write at once leave one whole entry and nothing beside it', async () => {
  const cache = path.join(folder, 'many');
  await Promise.all(Array.from({ length: 20 }, () => learn('many')));
  const memory = rememberedOf('pets.yaml', cache);
  while (readdirSync(path.join(cache, 'deadringer')).length > 1) await breathe(20);
  expect(memory?.recall(TEXT)).toBeDefined();
});

test('where nothing can be written, nothing is said of it', async () => {
  const cache = path.join(folder, 'none');
  mkdirSync(cache);
  writeFileSync(path.join(cache, 'deadringer'), 'a file');
  const memory = rememberedOf('pets.yaml', cache) as Remembered;
  readSource('pets.yaml', TEXT, undefined, memory);
  await learn('meanwhile');
  expect(memory.recall(TEXT)).toBeUndefined();
  expect(readFileSync(path.join(cache, 'deadringer'), 'utf8')).toBe('a file');
});

test.each([
  ['numbers that JSON does not have', 'a: .nan\nb: -.inf\n'],
  ['a negative zero', 'a: -0.0\n'],
  [
    'aliases that multiply',
    `a: &a ${JSON.stringify(Array(50).fill('x'))}\n${'bcdefg'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(4).fill(`*${'abcdef'[index]}`).join(',')}]`)
      .join('\n')}\n`,
  ],
  ['a fault', 'a: [\n'],
])('%s are not kept', async (_, text) => {
  const cache = path.join(folder, _);
  readSource('a.yaml', text, undefined, rememberedOf('a.yaml', cache));
  await learn(`after ${_}`);
  expect(kept(cache)).toEqual([]);
});
