// Bundles packages into dist that are too large for what the program uses of them, with their licences, so that users do not install them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { minify } from 'rolldown/utils';

/** Each becomes a file with all that it imports, unless an earlier one has it. ARCHITECTURE.md gives the reasons. */
const PACKAGES = [
  'lru-cache',
  'liquidjs',
  'prom-client',
  '@faker-js/faker',
  '@stoplight/json-schema-sampler',
  '@stoplight/prism-http',
  '@modelcontextprotocol/server',
];

/** Installed, because the program imports it as well. */
const SHARED = /^zod(?:\/|$)/;

/** Loaded by Prism or by prom-client for what the program does not use: random data, calls of services, collections, logs, traces. */
const UNUSED = new Set([
  '@faker-js/faker',
  'node-fetch',
  'postman-collection',
  'pino',
  'http-proxy-agent',
  '@opentelemetry/api',
]);

const DIST = path.resolve('dist');
const FOLDER = 'bundled';

const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'));
const entries = files.filter(file => importsPackage(readFileSync(path.join(DIST, file), 'utf8')));
const bundle = await rolldown({
  input: Object.fromEntries(entries.map(file => [file.slice(0, -'.js'.length), path.join(DIST, file)])),
  platform: 'node',
  // Files of the program stay what they are, and what they import besides is installed.
  external: (id, importer, isResolved) =>
    !isResolved && (SHARED.test(id) || (isOurs(importer) && !isBundled(id))),
  plugins: [
    {
      name: 'leave-out',
      async resolveId(id, importer) {
        if (UNUSED.has(id) && !isOurs(importer)) return `\0unused:${id}`;
        if (id !== 'jsonc-parser') return undefined;
        // Its main file calls "require" through a parameter, which a bundle cannot follow.
        const resolved = await this.resolve(id, importer, { skipSelf: true });
        return resolved?.id.replace(/[\\/]umd[\\/]main\.js$/, '/esm/main.js');
      },
      // Its "this" is the exports of a CommonJS module, which the bundler does not see.
      transform: (code, id) =>
        id.includes('uri-template-lite') ? code.replaceAll('this.URI', 'exports.URI') : undefined,
      load: id => (id.startsWith('\0unused:') ? 'module.exports = {};' : undefined),
      async renderChunk(code, chunk) {
        if (chunk.isEntry) return undefined;
        return (await minify(chunk.fileName, code, { compress: false, mangle: false })).code;
      },
    },
  ],
});
const { output } = await bundle.write({
  dir: DIST,
  minify: false,
  chunkFileNames: `${FOLDER}/[name].js`,
  codeSplitting: {
    groups: PACKAGES.map(name => ({
      name: name.replace(/^@.*\//, ''),
      test: (id: string) => id.includes(path.join('node_modules', name) + path.sep),
    })),
  },
});
const modules = output.flatMap(each => (each.type === 'chunk' ? Object.keys(each.modules) : []));
const folders = new Set(
  modules.flatMap(id => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1] ?? []),
);
const notices = [...folders].toSorted().map(noticeOf);
writeFileSync(path.join(DIST, FOLDER, 'licences.txt'), notices.join(`\n\n${'-'.repeat(80)}\n\n`));

function isOurs(file: string | undefined): boolean {
  return file?.startsWith(DIST + path.sep) === true;
}

function importsPackage(code: string): boolean {
  return [...code.matchAll(/(?:\bfrom|\bimport\()\s*['"]([^'"]+)['"]/g)].some(([, id = '']) => isBundled(id));
}

function isBundled(id: string): boolean {
  return PACKAGES.some(name => id === name || id.startsWith(`${name}/`));
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
