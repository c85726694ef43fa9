// Documents in a volume that Kubernetes makes of a ConfigMap: links to files in a folder that is replaced as a whole.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadContract } from '../../src/index.ts';

test('each document is read once', async () => {
  const volume = mkdtempSync(path.join(tmpdir(), 'config-map-'));
  onTestFinished(() => rmSync(volume, { recursive: true }));
  mkdirSync(path.join(volume, '..2026_11_29'));
  cpSync('test/fixtures/pets.yaml', path.join(volume, '..2026_11_29', 'pets.yaml'));
  symlinkSync('..2026_11_29', path.join(volume, '..data'));
  symlinkSync('..data/pets.yaml', path.join(volume, 'pets.yaml'));
  const { contract } = await loadContract([volume], { relativeTo: volume });
  expect(contract.apis.map(({ name }) => name)).toEqual(['pets']);
});
