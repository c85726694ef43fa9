// Puts the parts of Prism and Faker that the program uses into dist, with the licences of what is bundled, so that users install neither.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

interface Bundled {
  /** The file in dist that imports the package. */
  readonly entry: string;
  /** The packages of this scope are bundled with all that they import. */
  readonly scope: string;
  /** The name of the files that are written beside the entry. */
  readonly name: string;
  /** Packages that are loaded for work that they are not asked for. */
  readonly unused: readonly string[];
}

const BUNDLES: readonly Bundled[] = [
  {
    entry: 'dist/mock/respond/prism.js',
    scope: '@stoplight/',
    name: 'prism',
    // Random data, calls of real services, collections, logs.
    unused: ['@faker-js/faker', 'node-fetch', 'postman-collection', 'pino', 'http-proxy-agent'],
  },
  { entry: 'dist/openapi/faker-library.js', scope: '@faker-js/', name: 'faker', unused: [] },
];

for (const bundle of BUNDLES) await write(bundle);

async function write({ entry: file, scope, name: prefix, unused }: Bundled): Promise<void> {
  const entry = path.resolve(file);
  const folder = path.dirname(entry);
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    external: (id, importer) => importer === entry && !id.includes(scope),
    plugins: [
      {
        name: 'leave-out',
        async resolveId(id, importer) {
          if (unused.includes(id)) return `\0unused:${id}`;
          if (id !== 'jsonc-parser') return undefined;
          // Its main file calls "require" through a parameter, which a bundle cannot follow.
          const resolved = await this.resolve(id, importer, { skipSelf: true });
          return resolved?.id.replace(/[\\/]umd[\\/]main\.js$/, '/esm/main.js');
        },
        // Its "this" is the exports of a CommonJS module, which the bundler does not see.
        transform: (code, id) =>
          id.includes('uri-template-lite') ? code.replaceAll('this.URI', 'exports.URI') : undefined,
        load: id => (id.startsWith('\0unused:') ? 'module.exports = {};' : undefined),
      },
    ],
  });
  const { output } = await bundle.write({
    dir: folder,
    chunkFileNames: `${prefix}-[name].js`,
    minify: { compress: false, mangle: false, codegen: true },
  });
  const modules = output.flatMap(each => (each.type === 'chunk' ? Object.keys(each.modules) : []));
  const folders = new Set(
    modules.flatMap(id => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1] ?? []),
  );
  if (folders.size === 0) throw new Error(`${entry} bundles no package`);
  const notices = [...folders].toSorted().map(noticeOf);
  writeFileSync(path.join(folder, `${prefix}-licences.txt`), notices.join(`\n\n${'-'.repeat(80)}\n\n`));
}

function noticeOf(home: string): string {
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
}
