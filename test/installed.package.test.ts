// The installed package, outside the checkout.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installPackage } from './installed-package.ts';

test('the program runs from its own files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-installed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = installPackage(folder);
  expect(execFileSync(process.execPath, [program, '--version'], { cwd: folder, encoding: 'utf8' })).toMatch(
    /^\d+\.\d+\.\d+\n$/,
  );
});
