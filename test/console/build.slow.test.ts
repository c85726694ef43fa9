// The build of the page: small enough for a phone, equal for equal sources, without code that the policy forbids.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';
import { CONSOLE_BUILD } from '../../build/console.ts';

const FOLDER = 'dist/console';
const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => path.relative(FOLDER, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
const read = (file: string): Buffer => readFileSync(path.join(FOLDER, file));

/** Kilobytes, gzipped, that a first visit may load. */
const FIRST_LOAD_KB = 60;

test('the first load is at most 60 kB gzipped', () => {
  const html = read('index.html');
  const linked = [...html.toString().matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file = '']) => file);
  const loaded = new Set(['index.html', ...linked]);
  // What the entry imports without being asked is loaded as well.
  for (const file of loaded)
    if (file.endsWith('.js'))
      for (const [, name = ''] of read(file)
        .toString()
        .matchAll(/(?:^|;)import[^("']*?["']\.\/([^"']+)["']/g))
        loaded.add(`assets/${name}`);
  const bytes = [...loaded].map(file => gzipSync(read(file)).length).reduce((sum, each) => sum + each, 0);
  expect(bytes / 1000).toBeLessThanOrEqual(FIRST_LOAD_KB);
});

test('a second build makes the same files, byte for byte', async () => {
  const { build: output } = CONSOLE_BUILD;
  const again = (await build({
    ...CONSOLE_BUILD,
    build: { ...output, write: false },
  })) as Rolldown.RolldownOutput;
  const made = new Map(
    again.output.map(file => [file.fileName, Buffer.from(file.type === 'chunk' ? file.code : file.source)]),
  );
  expect([...made.keys()].sort()).toEqual([...files].sort());
  for (const file of files) expect(made.get(file)?.equals(read(file)), file).toBe(true);
});

test('the page has no inline script or style, and its scripts make no code or markup of text', () => {
  const html = read('index.html').toString();
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const file of files.filter(name => /\.js$/.test(name)))
    expect(read(file).toString(), file).not.toMatch(
      /\beval\(|new Function\(|document\.write|insertAdjacentHTML/,
    );
});

test('the licences of what is bundled are beside it', () => {
  const licences = read('licences.md').toString();
  for (const name of ['preact', '@preact/signals', 'uqr']) expect(licences).toContain(name);
});
