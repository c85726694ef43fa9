// The house rules that a machine can hold: layers, package fences, first lines, lengths, and what ARCHITECTURE.md promises.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = path.resolve('src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => name.split(path.sep).join('/'))
  .sort();
const text = new Map(files.map(file => [file, readFileSync(path.join(SRC, file), 'utf8')]));

/** Rooms from the ground up; a room may use those below it, and itself. Rooms of one floor may not see each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['exchange', 'finding', 'version.ts'],
  ['contract', 'recording'],
  ['scenario', 'check'],
  ['mock', 'reporters', 'replay', 'stories'],
  ['http'],
  ['start.ts', 'traffic.ts'],
  ['index.ts'],
  ['cli', 'vitest'],
];

/** Packages and globals that only these places may touch. */
const FENCES: readonly (readonly [RegExp, RegExp])[] = [
  [/^@stoplight\//, /^mock\/prism\.ts$/],
  [/^express$/, /^http\//],
  [/^ajv/, /^contract\/ajv\.ts$/],
  [/^yaml$/, /^(finding\/(locate|yaml)|recording\/vcr)\.ts$/],
  [/^yauzl$/, /^recording\/zip\.ts$/],
  [/^json-schema-faker$/, /^mock\/generate\.ts$/],
  [/^commander$/, /^cli\//],
  [
    /^node:fs/,
    /^(contract\/(load|parsed)\.ts|scenario\/load\.ts|recording\/(open|find|append|tailed-file|lock)\.ts|check\/run\.ts|version\.ts|http\/control\/server-routes\.ts|cli\/)/,
  ],
  [/^liquidjs$/, /^(scenario\/template|reporters\/html)\.ts$/],
  [/^fast-xml-parser$/, /^reporters\/junit\.ts$/],
  [/^json-p3$/, /^scenario\/when\.ts$/],
  [/^node:(https?|net)$/, /^http\//],
];

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] as string) : file;
}

function floorOf(room: string): number {
  return FLOORS.findIndex(floor => floor.includes(room));
}

function importsOf(file: string): string[] {
  return [...(text.get(file) ?? '').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
    match => match[1] as string,
  );
}

describe('every source file', () => {
  test('stands in a room of the plan', () => {
    expect(files.filter(file => floorOf(roomOf(file)) < 0)).toEqual([]);
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
          return from !== to && floorOf(to) >= floorOf(from);
        })
        .map(target => `${file} -> ${target}`),
    );
    expect(upward).toEqual([]);
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
        !/^(cli\/|(start|traffic)\.ts$)/.test(file) &&
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

  test('has at most 80 lines', () => {
    expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(80);
  });

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

  test('names only files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:src|test|specs|bench|bin|scenarios)\/[\w./-]+)`/g)].map(
      match => match[1] as string,
    );
    const all = new Set(
      readdirSync('.', { recursive: true, encoding: 'utf8' }).filter(name => !name.includes('node_modules')),
    );
    expect(named.filter(name => !all.has(name.replace(/\/$/, '')))).toEqual([]);
  });
});
