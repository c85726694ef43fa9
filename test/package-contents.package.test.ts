// What the tarball has in it, whether its types can be used, and under which licences its parts are.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPackage, packedTarball } from './installed-package.ts';

/** Licences that ask for no more than their text. */
const PERMISSIVE = /^(?:MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense)$/;

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, string | object>;
  peerDependencies?: Record<string, string>;
};
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-contents-'));
  installPackage(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the tarball has the program, its documents and its scenarios, and nothing else', () => {
  const files = execFileSync('tar', ['tzf', packedTarball()], { encoding: 'utf8' }).trim().split('\n');
  const kinds = files.map(file => {
    const [top, ...rest] = file.replace('package/', '').split('/');
    return rest.length === 0 ? top : `${top}/*${/(?:\.d)?\.\w+$/.exec(file)?.[0]}`;
  });
  const dist = ['.cjs', '.css', '.d.cts', '.d.ts', '.html', '.js', '.json', '.md', '.svg', '.txt', '.yaml'];
  expect([...new Set(kinds)].sort()).toEqual([
    ...['LICENSE', 'README.md', 'bin/*.js'],
    ...dist.map(kind => `dist/*${kind}`),
    ...['package.json', 'scenarios/*.json', 'scenarios/*.yaml', 'specs/*.yaml'],
  ]);
});

test('publint finds nothing to improve', () => {
  expect(peer('publint', 'run', '--strict', packedTarball())).toEqual([
    0,
    expect.stringContaining('All good'),
  ]);
});

describe('types', () => {
  test('are found from each entry point (are the types wrong?)', () => {
    // Node 22 requires ES modules; the resolution of Node 10 is not for packages that need Node 22.
    const [code, out] = peer('attw', '--profile', 'esm-only', packedTarball());
    expect(code, out).toBe(0);
  });

  test.each(['nodenext', 'bundler'])('compile with the resolution "%s", libraries included', resolution => {
    // What a user of an entry point has besides.
    for (const name of ['@types/node', 'undici-types', ...Object.keys(manifest.peerDependencies ?? {})]) {
      const link = path.join(folder, 'node_modules', name);
      mkdirSync(path.dirname(link), { recursive: true });
      if (!existsSync(link)) symlinkSync(path.resolve('node_modules', name), link);
    }
    const entries = Object.keys(manifest.exports).filter(name => typeof manifest.exports[name] === 'object');
    const imports = entries.map((name, index) => `export * as e${index} from 'deadringer${name.slice(1)}';`);
    writeFileSync(path.join(folder, 'use.mts'), imports.join('\n'));
    const { stdout } = spawnSync(
      path.resolve('node_modules/.bin/tsc'),
      [
        ...['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2024,dom', '--types', 'node'],
        ...['--module', resolution === 'nodenext' ? resolution : 'esnext', '--moduleResolution', resolution],
        'use.mts',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    const ours = stdout.split('\n').filter(line => /^(?:use|node_modules\/deadringer\/)/.test(line));
    expect(ours).toEqual([]);
  });
});

describe('licences', () => {
  test('of installed packages are permissive', () => {
    const lock = path.join(folder, 'node_modules/.package-lock.json');
    const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
      packages: Record<string, { license?: string }>;
    };
    const others = Object.entries(packages).filter(([, { license = '' }]) => !PERMISSIVE.test(license));
    expect(others.map(([name, { license }]) => [name, license])).toEqual([]);
  });

  test('of bundled packages are permissive, and their texts are in the package', () => {
    const dist = path.join(folder, 'node_modules/deadringer/dist');
    const notices = readFileSync(path.join(dist, 'bundled/licences.txt'), 'utf8').split(
      `\n\n${'-'.repeat(80)}\n\n`,
    );
    const names = notices.map(notice => {
      const [, name, licence] = /^(\S+) \S+ \{"licence":(?:\[\{"type":)?"([^"]+)"/.exec(notice) ?? [];
      return PERMISSIVE.test(licence ?? '') ? name : notice.slice(0, 200);
    });
    expect(names).toEqual(
      expect.arrayContaining(['lru-cache', 'liquidjs', 'prom-client', '@stoplight/prism-http']),
    );
    expect(names.filter(name => name === undefined || name.includes(' '))).toEqual([]);
    expect(readFileSync(path.join(dist, 'console/licences.md'), 'utf8')).toContain('preact');
  });
});

/** Runs a program of test/peers. */
function peer(name: string, ...args: readonly string[]): [code: number | null, output: string] {
  const program = path.resolve('test/peers/node_modules/.bin', name);
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  return [status, stdout + stderr];
}
