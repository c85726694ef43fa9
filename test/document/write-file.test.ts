// Replacing files: the previous content stays until the new one is complete.
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { replaceFile } from '../../src/document/write-file.ts';

const root = mkdtempSync(path.join(tmpdir(), 'write-file-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(root, 'test-'));
});

test('a file is created with its folder, and replaced with its permissions', async () => {
  const file = path.join(folder, 'a', 'b.yaml');
  await replaceFile(file, 'one');
  chmodSync(file, 0o600);
  await replaceFile(file, 'two');
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['two', 0o600]);
  expect(readdirSync(path.dirname(file))).toEqual(['b.yaml']);
});

test('the target of a link is replaced, and the link stays', async () => {
  writeFileSync(path.join(folder, 'target.yaml'), 'one');
  symlinkSync('target.yaml', path.join(folder, 'link.yaml'));
  await replaceFile(path.join(folder, 'link.yaml'), 'two');
  expect(readFileSync(path.join(folder, 'target.yaml'), 'utf8')).toBe('two');
});

test('a full disk and a folder in its place are errors, and leave no temporary file', async () => {
  await expect(replaceFile('/dev/full', 'text')).rejects.toMatchObject({ code: 'ENOSPC' });
  await replaceFile(path.join(folder, 'x.yaml', 'inside'), '');
  await expect(replaceFile(path.join(folder, 'x.yaml'), 'text')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(folder)).toEqual(['x.yaml']);
});
