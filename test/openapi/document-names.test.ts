// The names of APIs: given as "name=file", of the file, or of its folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toDocumentSource } from '../../src/openapi/document-names.ts';
import { parseDocumentSource } from '../../src/openapi/find-documents.ts';
import { loadContract } from '../../src/openapi/load.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'deadringer-names-'));
  for (const file of [
    'orders/openapi.yaml',
    'orders/openapi.json',
    'users/openapi.yaml',
    'old/v1/openapi.yaml',
    'new/v1/openapi.yaml',
    'a=b/openapi.yaml',
    'shop.yaml',
    '~x/shop.yaml',
  ]) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), '{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{}}');
  }
});
afterAll(() => rmSync(root, { recursive: true }));

/** @param sources relative to the folder: "orders/openapi.yaml", "name=orders/openapi.yaml" */
async function namesOf(...sources: string[]): Promise<string[]> {
  const absolute = sources.map(source =>
    source.replace(/^(?:([^=/]+)=)?(?=(?:orders|users|old|new|a=b|shop|~x|gone))/, (_, name?: string) =>
      name === undefined ? `${root}/` : `${name}=${root}/`,
    ),
  );
  const { contract } = await loadContract(absolute, { relativeTo: root });
  return contract.apis.map(({ name }) => name);
}

describe('a document is named', () => {
  test.each([
    [['orders/openapi.yaml'], ['openapi']],
    [
      ['orders/openapi.yaml', 'users/openapi.yaml'],
      ['openapi', 'users'],
    ],
    [
      ['orders/openapi.yaml', 'old/v1/openapi.yaml', 'new/v1/openapi.yaml'],
      ['openapi', 'v1', 'new-v1'],
    ],
    [
      ['shop.yaml', '~x/shop.yaml'],
      ['shop', path.basename('')],
    ],
    [
      ['first=orders/openapi.yaml', 'users/openapi.yaml', 'again=users/openapi.yaml'],
      ['first', 'openapi', 'again'],
    ],
    [['a=b/openapi.yaml'], ['openapi']],
    [['c=a=b/openapi.yaml'], ['c']],
  ])('%j', async (sources, expected) => {
    const names = await namesOf(...sources);
    // A folder that cannot be a name is left out: then it is the temporary folder.
    expect(names).toEqual(expected.map(name => (name === '' ? path.basename(root) : name)));
  });

  test.each([
    [
      ['orders/openapi.yaml', 'orders/openapi.json'],
      'openapi.json:1: the API name "openapi" is already used by',
    ],
    [['orders/openapi.yaml', 'orders/openapi.yaml'], 'orders/openapi.yaml is named twice; remove one'],
    [['x=orders/openapi.yaml', 'x=users/openapi.yaml'], 'the API name "x" is given twice'],
    [['shop=orders/openapi.yaml', 'shop.yaml'], '--specs <name>=shop.yaml'],
    [['x=orders'], 'is a folder, and "x" names one API'],
    [['~x=shop.yaml'], '"~x" cannot be the name of an API'],
    [['__x=shop.yaml'], '"__x" cannot be the name of an API'],
    [['x=gone.yaml'], 'gone.yaml cannot be read: the file does not exist'],
  ])('with an error: %j', async (sources, message) => {
    await expect(namesOf(...sources)).rejects.toThrow(message);
  });
});

test('a source is read and written', () => {
  expect(parseDocumentSource('pets=C:\\specs\\a.yaml')).toEqual({ name: 'pets', path: 'C:\\specs\\a.yaml' });
  expect(parseDocumentSource('C:\\a=b\\pets.yaml')).toEqual({ name: undefined, path: 'C:\\a=b\\pets.yaml' });
  expect(parseDocumentSource('./a=b/pets.yaml')).toEqual({ name: undefined, path: './a=b/pets.yaml' });
  expect(parseDocumentSource('a=b=c.yaml')).toEqual({ name: 'a', path: 'b=c.yaml' });
  expect(toDocumentSource('pets', '/x/pets.openapi.yaml')).toBe('/x/pets.openapi.yaml');
  expect(toDocumentSource('pets', '/x/openapi.yaml')).toBe('pets=/x/openapi.yaml');
});
