// The parse cache of YAML files: a cached value equals the parsed one, whatever happens to the cache file.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isParseFailure, type ParseCache, type ParsedFile, parseFile } from '../../src/document/parse.ts';
import { parseCacheFor } from '../../src/document/parse-cache.ts';

const TEXT = readFileSync('test/fixtures/pets.yaml', 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-parsed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const cacheFiles = (cache: string): string[] => {
  try {
    return readdirSync(path.join(cache, 'deadringer')).filter(name => name.endsWith('.json'));
  } catch {
    return [];
  }
};

/** Parses a text and waits until the cache file is written. */
async function fillCache(name: string, text = TEXT): Promise<{ parseCache: ParseCache; entry: string }> {
  const cache = path.join(folder, name);
  const parseCache = parseCacheFor('pets.yaml', cache) as ParseCache;
  parseFile('pets.yaml', text, undefined, parseCache);
  while (cacheFiles(cache).length === 0) await sleep(20);
  return { parseCache, entry: path.join(cache, 'deadringer', cacheFiles(cache)[0] as string) };
}

test('a cached value equals the parsed one and has the same positions', async () => {
  const { parseCache } = await fillCache('same');
  const parsed = parseFile('pets.yaml', TEXT) as ParsedFile;
  const cached = parseFile('pets.yaml', TEXT, undefined, parseCache) as ParsedFile;
  expect(parseCache.get(TEXT)).toEqual({ value: parsed.value });
  expect(JSON.stringify(cached.value)).toBe(JSON.stringify(parsed.value));
  for (const at of ['', '/paths', '/components/schemas/Pet/properties', '/paths/nowhere'])
    expect(cached.locate(at)).toEqual(parsed.locate(at));
});

test('an edited file is parsed again, and so is one whose cache file is truncated, changed or empty', async () => {
  const { parseCache, entry } = await fillCache('invalid');
  expect(parseCache.get(`${TEXT} `)).toBeUndefined();
  const complete = readFileSync(entry, 'utf8');
  for (const invalid of [
    '',
    '\n',
    'null',
    complete.slice(0, 40),
    complete.slice(0, -1),
    `${complete} `,
    complete.replace('pet', 'pat'),
    complete.slice(complete.indexOf('\n') + 1),
  ]) {
    writeFileSync(entry, invalid);
    expect(parseCache.get(TEXT)).toBeUndefined();
    expect(isParseFailure(parseFile('pets.yaml', TEXT, undefined, parseCache))).toBe(false);
  }
});

test('concurrent writers leave one complete cache file and no temporary file', async () => {
  const cache = path.join(folder, 'many');
  await Promise.all(Array.from({ length: 20 }, () => fillCache('many')));
  const parseCache = parseCacheFor('pets.yaml', cache);
  while (readdirSync(path.join(cache, 'deadringer')).length > 1) await sleep(20);
  expect(parseCache?.get(TEXT)).toBeDefined();
});

test('a cache folder that cannot be written to is ignored silently', async () => {
  const cache = path.join(folder, 'none');
  mkdirSync(cache);
  writeFileSync(path.join(cache, 'deadringer'), 'a file');
  const parseCache = parseCacheFor('pets.yaml', cache) as ParseCache;
  parseFile('pets.yaml', TEXT, undefined, parseCache);
  await fillCache('meanwhile');
  expect(parseCache.get(TEXT)).toBeUndefined();
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
  ['a syntax error', 'a: [\n'],
])('%s: the value is not cached', async (name, text) => {
  const cache = path.join(folder, name);
  parseFile('a.yaml', text, undefined, parseCacheFor('a.yaml', cache));
  await fillCache(`after ${name}`);
  expect(cacheFiles(cache)).toEqual([]);
});
