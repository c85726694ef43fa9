// Builds the page of the console into dist/console; --watch builds again at each change.
import path from 'node:path';
import { build, type InlineConfig } from 'vite';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Equal sources give equal files: their names are hashes of their content. */
export const CONSOLE_BUILD: InlineConfig = {
  configFile: false,
  root: path.join(ROOT, 'src/console'),
  // The page is served at any origin, and only its own folder belongs to it.
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path.join(ROOT, 'dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    license: { fileName: 'licences.md' },
    // An inlined asset would be a data: URL, which the policy of the page allows for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
};

if (import.meta.main) {
  const isWatching = process.argv.includes('--watch');
  const { build: output } = CONSOLE_BUILD;
  await build({ ...CONSOLE_BUILD, build: { ...output, ...(isWatching && { watch: {} }) } });
}
