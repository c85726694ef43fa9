// What is remembered of YAML files: never anything but what parsing them would say, whatever became of the memory.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as breathe } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isParseFailure, type ParseCache, type ParsedFile, parseFile } from '../../src/document/parse.ts';
import { parseCacheFor } from '../../src/document/parse-cache.ts';

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
async function learn(name: string, text = TEXT): Promise<{ memory: ParseCache; entry: string }> {
  const cache = path.join(folder, name);
  const memory = parseCacheFor('pets.yaml', cache) as ParseCache;
  parseFile('pets.yaml', text, undefined, memory);
  while (kept(cache).length === 0) await breathe(20);
  return { memory, entry: path.join(cache, 'deadringer', kept(cache)[0] as string) };
}

test('a cached value equals the parsed one and has the same positions', async () => {
  const { memory } = await learn('same');
  const parsed = parseFile('pets.yaml', TEXT) as ParsedFile;
  const recalled = parseFile('pets.yaml', TEXT, undefined, memory) as ParsedFile;
  expect(memory.get(TEXT)).toEqual({ value: parsed.value });
  expect(JSON.stringify(recalled.value)).toBe(JSON.stringify(parsed.value));
  for (const at of ['', '/paths', '/components/schemas/Pet/properties', '/paths/nowhere'])
    expect(recalled.locate(at)).toEqual(parsed.locate(at));
});

test('an edited file is parsed again, and so is one whose cache file is truncated, changed or empty', async () => {
  const { memory, entry } = await learn('broken');
  expect(memory.get(`${TEXT} `)).toBeUndefined();
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
    expect(memory.get(TEXT)).toBeUndefined();
    expect(isParseFailure(parseFile('pets.yaml', TEXT, undefined, memory))).toBe(false);
  }
});

test('concurrent writers leave one complete cache file and no temporary file', async () => {
  const cache = path.join(folder, 'many');
  await Promise.all(Array.from({ length: 20 }, () => learn('many')));
  const memory = parseCacheFor('pets.yaml', cache);
  while (readdirSync(path.join(cache, 'deadringer')).length > 1) await breathe(20);
  expect(memory?.get(TEXT)).toBeDefined();
});

test('a cache folder that cannot be written to is ignored silently', async () => {
  const cache = path.join(folder, 'none');
  mkdirSync(cache);
  writeFileSync(path.join(cache, 'deadringer'), 'a file');
  const memory = parseCacheFor('pets.yaml', cache) as ParseCache;
  parseFile('pets.yaml', TEXT, undefined, memory);
  await learn('meanwhile');
  expect(memory.get(TEXT)).toBeUndefined();
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
  parseFile('a.yaml', text, undefined, parseCacheFor('a.yaml', cache));
  await learn(`after ${_}`);
  expect(kept(cache)).toEqual([]);
});
