// Runs through npx: in a project that has deadringer as a dependency, and in this checkout.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, ROOT, scratch } from './processes.ts';

let project: string | undefined;

/** `npx <bin>` in a project with two dependencies: deadringer, and a package whose bin does nothing. */
export function npxInProject(bin: 'deadringer' | 'empty', ...args: string[]): Command {
  project ??= makeProject();
  return ['npx', '--prefix', project, bin, ...args];
}

/** npx finds the package's own bin only after it has read the whole tree of dependencies, which takes npm longer. */
export function npxInCheckout(...args: string[]): Command {
  return ['npx', 'deadringer', ...args];
}

function makeProject(): string {
  const folder = scratch('project');
  const modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(modules, '.bin'), { recursive: true });
  mkdirSync(path.join(modules, 'empty'));
  writeJson(path.join(folder, 'package.json'), { name: 'project', version: '1.0.0', private: true });
  const bin = { empty: 'empty.js' };
  writeJson(path.join(modules, 'empty', 'package.json'), { name: 'empty', version: '1.0.0', bin });
  const script = path.join(modules, 'empty', 'empty.js');
  writeFileSync(script, '#!/usr/bin/env node\n');
  chmodSync(script, 0o755);
  symlinkSync(script, path.join(modules, '.bin', 'empty'));
  symlinkSync(ROOT, path.join(modules, 'deadringer'));
  symlinkSync(path.join(ROOT, 'bin', 'deadringer.js'), path.join(modules, '.bin', 'deadringer'));
  return folder;
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value));
}
