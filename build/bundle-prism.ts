// Puts the part of Prism that the program uses into dist, with the licences of what is bundled, so that users install no Prism.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const folder = path.resolve('dist/mock/respond');
const entry = path.join(folder, 'prism.js');

/** Prism loads these for work that it is not asked for: random data, calls of real services, collections, logs. */
const UNUSED = ['@faker-js/faker', 'node-fetch', 'postman-collection', 'pino', 'http-proxy-agent'];

const bundle = await rolldown({
  input: entry,
  platform: 'node',
  external: (id, importer) => importer === entry && !id.includes('@stoplight/'),
  plugins: [
    {
      name: 'leave-out',
      resolveId: id => (UNUSED.includes(id) ? `\0unused:${id}` : undefined),
      load: id => (id.startsWith('\0unused:') ? 'module.exports = {};' : undefined),
    },
  ],
});
const { output } = await bundle.write({
  dir: folder,
  chunkFileNames: 'prism-[name].js',
  minify: { compress: false, mangle: false, codegen: true },
});

const modules = output.flatMap(file => (file.type === 'chunk' ? Object.keys(file.modules) : []));
const folders = new Set(
  modules.flatMap(id => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1] ?? []),
);
if (folders.size === 0) throw new Error(`${entry} bundles no package`);
const notices = [...folders].toSorted().map(home => {
  const { name, version, license, licenses, author } = JSON.parse(
    readFileSync(path.join(home, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  const texts = readdirSync(home)
    .filter(file => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .map(file => readFileSync(path.join(home, file), 'utf8').trim());
  const terms = license ?? licenses;
  if (terms === undefined) throw new Error(`${home} names no licence`);
  const facts = { licence: terms, author };
  return [`${name} ${version} ${JSON.stringify(facts)}`, ...texts].join('\n\n');
});
writeFileSync(path.join(folder, 'prism-licences.txt'), notices.join(`\n\n${'-'.repeat(80)}\n\n`));
