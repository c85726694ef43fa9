// The house rules that a machine can hold: layers, package fences, first lines, lengths, and what ARCHITECTURE.md promises.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = path.resolve('src');
/** Its length and its names are those of the generator. */
const GENERATED = path.join('client', 'control-api.ts');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name) && name !== GENERATED)
  .map(name => name.split(path.sep).join('/'))
  .sort();
const text = new Map(files.map(file => [file, readFileSync(path.join(SRC, file), 'utf8')]));

/** Rooms from the lowest layer up. A room imports rooms of lower layers and itself; rooms of one layer do not import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['exchange', 'finding', 'version.ts'],
  ['document', 'recording', 'client'],
  ['schema'],
  ['openapi'],
  ['routing'],
  ['validate'],
  ['scenario', 'check'],
  ['mock', 'reporters', 'scenario-generator', 'importers', 'replay'],
  ['telemetry', 'store'],
  ['http'],
  ['start-options.ts'],
  ['start.ts', 'traffic.ts', 'option-names.ts'],
  ['start-mock.ts'],
  ['index.ts'],
  ['mcp'],
  ['cli', 'console', 'vitest', 'playwright'],
];

/** Packages and globals that only these places may touch. */
const FENCES: readonly (readonly [RegExp, RegExp])[] = [
  [/^@stoplight\//, /^mock\/respond\/prism\.ts$/],
  [/^express$/, /^http\/control\//],
  [/^ajv/, /^schema\//],
  [/^yaml$/, /^(document\/|recording\/vcr\.ts$)/],
  [/^yauzl$/, /^recording\/zip\.ts$/],
  [/^@faker-js\//, /^openapi\/faker-library\.ts$/],
  [/^json-schema-faker$/, /^mock\/respond\/generate\.ts$/],
  [/^commander$/, /^cli\//],
  [
    /^node:fs/,
    /^(document\/(?:parse-cache|write-file)\.ts|mock\/(?:scenario-files|default-sources)\.ts|mock\/state\/state-file\.ts|openapi\/(?:read-files|find-documents|document-names)\.ts|scenario\/(?:load|list-files|body-files)\.ts|importers\/read-inputs\.ts|recording\/|check\/run\.ts|version\.ts|http\/control\/server-routes\.ts|mcp\/read-recording\.ts|playwright\/test\.ts|cli\/)/,
  ],
  [/^liquidjs$/, /^(scenario\/template|reporters\/html-engine)\.ts$/],
  [/^fast-xml-parser$/, /^(reporters\/junit|exchange\/xml)\.ts$/],
  [/^json-p3$/, /^schema\/json-path\.ts$/],
  // The names of statuses are in node:http as well.
  [/^node:(https?|net)$/, /^(http\/|mock\/respond\/reason-phrase\.ts$)/],
  [/^(preact|@preact\/|uqr)/, /^console\//],
  [/^vitest/, /^vitest\//],
  [/^@playwright\//, /^playwright\//],
  [/^@modelcontextprotocol\//, /^mcp\//],
  [/^@(codemirror|lezer)\//, /^console\/screens\/scenarios\/(code-mirror|editor-theme)\.ts$/],
];

/** Entry points of the package: their names are those that users import, such as "test" of two test runners. */
const ENTRY_POINTS = ['index.ts', 'client/entry.ts', 'vitest/test.ts', 'playwright/test.ts'];

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] as string) : file;
}

function layerOf(room: string): number {
  return LAYERS.findIndex(layer => layer.includes(room));
}

function importsOf(file: string): string[] {
  return importsIn(text.get(file) ?? '');
}

function importsIn(source: string): string[] {
  return [...source.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(match => match[1] as string);
}

describe('every source file', () => {
  test('stands in a room of the plan', () => {
    expect(files.filter(file => layerOf(roomOf(file)) < 0)).toEqual([]);
  });

  test('says in its first line what it is for', () => {
    const mute = files.filter(file => !/^\/\/ \S.{20,}\n/.test(text.get(file) ?? ''));
    expect(mute).toEqual([]);
  });

  test('stays under 270 lines', () => {
    const long = files.filter(file => (text.get(file) ?? '').split('\n').length > 270);
    expect(long).toEqual([]);
  });

  test('imports only downward', () => {
    const upward = files.flatMap(file =>
      importsOf(file)
        .filter(target => target.startsWith('.'))
        .map(target => path.posix.join(path.posix.dirname(file), target))
        .filter(target => {
          const [from, to] = [roomOf(file), roomOf(target)];
          return from !== to && layerOf(to) >= layerOf(from);
        })
        .map(target => `${file} -> ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test('of the console imports nothing of the program but the types of the control API: it runs in a browser', () => {
    const types = /^import type [^;]*? from '(?:\.\.\/)+client\/control-(?:api|operation)\.ts';$/gm;
    const foreign = files
      .filter(file => roomOf(file) === 'console')
      .flatMap(file =>
        importsIn((text.get(file) ?? '').replace(types, ''))
          .filter(target => target.startsWith('node:') || target.startsWith('.'))
          .filter(
            target =>
              target.startsWith('node:') ||
              roomOf(path.posix.join(path.posix.dirname(file), target)) !== 'console',
          )
          .map(target => `${file} -> ${target}`),
      );
    expect(foreign).toEqual([]);
  });

  test('is in no import cycle, types included', () => {
    const graph = new Map(
      files.map(file => [
        file,
        importsOf(file)
          .filter(target => target.startsWith('.'))
          .map(target => path.posix.join(path.posix.dirname(file), target))
          .filter(target => text.has(target)),
      ]),
    );
    const cycles = new Set<string>();
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      const start = trail.indexOf(file);
      if (start >= 0) cycles.add([...trail.slice(start), file].join(' -> '));
      if (start >= 0 || done.has(file)) return;
      for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect([...cycles]).toEqual([]);
  });

  // The page is a program of its own: it imports nothing, and its types are those of the control API.
  test.each([false, true])('exports names that no other file exports (console: %s)', isConsole => {
    const homes = new Map<string, string[]>();
    const program = files.filter(each => (roomOf(each) === 'console') === isConsole);
    for (const file of program.filter(each => !ENTRY_POINTS.includes(each))) {
      const declared =
        /^export (?:declare )?(?:async )?(?:abstract )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
      const names = new Set([...(text.get(file) ?? '').matchAll(declared)].map(match => match[1] as string));
      for (const name of names) homes.set(name, [...(homes.get(name) ?? []), file]);
    }
    // Every command exports "build", with one meaning: the type Build.
    const doubled = [...homes].filter(([name, places]) => places.length > 1 && name !== 'build');
    expect(Object.fromEntries(doubled)).toEqual({});
  });

  test('keeps packages behind their fences', () => {
    const loose = files.flatMap(file =>
      importsOf(file).flatMap(target =>
        FENCES.filter(([fenced, home]) => fenced.test(target) && !home.test(file)).map(
          () => `${file} -> ${target}`,
        ),
      ),
    );
    expect(loose).toEqual([]);
  });

  test('leaves console and process to the command line, and clock and chance to the stage', () => {
    const loose = files.filter(
      file =>
        !/^(cli\/|console\/|vitest\/|playwright\/|mcp\/|(start|traffic)\.ts$)/.test(file) &&
        /\b(console\.|process\.|Date\.now\(|Math\.random\(|performance\.|randomUUID\()/.test(
          code(text.get(file) ?? ''),
        ),
    );
    expect(loose).toEqual([]);
  });

  test('names no vendor', () => {
    const named = files.filter(file =>
      /masivo|bunce|bonifiq|deliverect|imfpush|\bibm\b/i.test(text.get(file) ?? ''),
    );
    expect(named).toEqual([]);
  });
});

/** Comments may give an example; code may not know one. */
function code(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

describe('ARCHITECTURE.md', () => {
  const page = readFileSync('ARCHITECTURE.md', 'utf8');

  test('gives a reason for every dependency', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      object
    >;
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      name => !name.startsWith('@types/'),
    );
    expect(names.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('names every layer of the source', () => {
    expect(LAYERS.flat().filter(room => !page.includes(room))).toEqual([]);
  });
});

describe('every page of the documentation', () => {
  const pages = [
    ...readdirSync('.').filter(name => name.endsWith('.md')),
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.md'))
      .map(name => path.join('docs', name)),
  ];
  const topLevel = 'src|test|specs|bench|bin|scenarios|docs';

  test.each(pages)('%s names only files and folders that exist', page => {
    const written = readFileSync(page, 'utf8');
    const path = new RegExp(`(?<![\\w./-])(?:${topLevel})/(?:[\\w./-]*[\\w/])?`, 'g');
    const named = [...written.matchAll(path)].map(([name]) => name);
    expect(named.filter(name => !existsSync(name))).toEqual([]);
  });
});
