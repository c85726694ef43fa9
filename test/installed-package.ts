// The package as users have it, for tests named *.package.test.ts: packed and installed once in a run, then copied into folders.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';

/** Where `setup` of pack-and-install.ts has put the package. */
interface PackedPackage {
  readonly tarball: string;
  /** A project outside the checkout with the tarball and its dependencies in node_modules. */
  readonly folder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly packedPackage: PackedPackage;
  }
}

/** The tarball that users download. */
export function packedTarball(): string {
  return packedPackage().tarball;
}

/**
 * Puts node_modules with the package and its production dependencies into the folder, and an empty package.json if there is none.
 * The files are copies: a test may change them. Returns the path of the program.
 */
export function installPackage(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true, "type": "module" }');
  cpSync(path.join(packedPackage().folder, 'node_modules'), path.join(folder, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  return path.join(folder, 'node_modules', '.bin', 'deadringer');
}

function packedPackage(): PackedPackage {
  const packed: PackedPackage | undefined = inject('packedPackage');
  if (packed === undefined)
    throw new Error('no package was packed for this test: name its file *.package.test.ts');
  return packed;
}
