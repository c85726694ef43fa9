// Packs the package and installs the tarball in an empty project, before the tests named *.package.test.ts.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

export function setup(project: TestProject): () => void {
  const home = mkdtempSync(path.join(tmpdir(), 'deadringer-package-'));
  try {
    const tarball = pack(home);
    // Dependencies come from the cache of npm where it has them.
    install(tarball, home, ['--prefer-offline']);
    project.provide('packedPackage', { tarball, folder: home });
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
  return () => rmSync(home, { recursive: true, force: true });
}

/** @returns the path of the tarball, in the folder */
export function pack(folder: string): string {
  const packed = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [entry] = JSON.parse(packed) as { filename: string }[];
  if (entry === undefined) throw new Error('npm pack made no tarball');
  return path.join(folder, entry.filename);
}

/** Installs the tarball in the folder, without packages for development. @returns what npm says */
export function install(tarball: string, folder: string, options: readonly string[]): string {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...options, tarball], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm cannot install ${tarball}: ${stderr}`);
  return stderr;
}
