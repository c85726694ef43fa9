// Packs the package and installs the tarball in an empty project, before the tests named *.package.test.ts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import type { PackedPackage } from './installed-package.ts';

export function setup(project: TestProject): () => void {
  const home = mkdtempSync(path.join(tmpdir(), 'deadringer-package-'));
  try {
    project.provide('packedPackage', packAndInstall(home));
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
  return () => rmSync(home, { recursive: true, force: true });
}

/** Makes the tarball and the project in the folder. Dependencies come from the cache of npm where it has them. */
export function packAndInstall(home: string): PackedPackage {
  const npm = (args: readonly string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const packed = npm(['pack', '--json', '--silent', '--pack-destination', home], process.cwd());
  const [entry] = JSON.parse(packed) as { filename: string }[];
  if (entry === undefined) throw new Error('npm pack made no tarball');
  const tarball = path.join(home, entry.filename);
  const folder = home;
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const quiet = ['--silent', '--no-audit', '--no-fund', '--prefer-offline'];
  npm(['install', ...quiet, '--ignore-scripts', tarball], folder);
  return { tarball, folder };
}
