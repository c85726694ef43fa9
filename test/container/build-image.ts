// Executes the steps of the Dockerfile, read from the file itself, on the root folders of root-folders.ts.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { environmentOf, type Instruction, readDockerfile, type Stage } from './dockerfile.ts';
import { makeBuildRoot, makeRuntimeRoot, runBelow } from './root-folders.ts';

/** What an instruction may be that changes no file. */
const SETTINGS = ['FROM', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD', 'LABEL'];

/** @returns the root folder of the last stage, and the stage */
export function buildImage(folder: string): { readonly root: string; readonly stage: Stage } {
  const stages = readDockerfile('Dockerfile');
  const [build, runtime] = stages;
  if (build === undefined || runtime === undefined || stages.length !== 2)
    throw new Error('the Dockerfile has other stages than one that builds and one that runs');
  if (!/^node:\d+-trixie-slim$/.test(build.image) || !/distroless\/nodejs\d+-debian13/.test(runtime.image))
    throw new Error(`no root folder stands in for ${build.image} or ${runtime.image}`);
  const roots = { build: path.join(folder, 'build'), runtime: path.join(folder, 'runtime') };
  if (existsSync(path.join(roots.runtime, 'app'))) {
    console.log(`${roots.runtime} exists, and is not built again`);
    return { root: roots.runtime, stage: runtime };
  }
  makeBuildRoot(roots.build);
  makeRuntimeRoot(roots.runtime, roots.build);
  execute(build, roots.build, new Map());
  execute(runtime, roots.runtime, new Map([[build.name ?? '', roots.build]]));
  return { root: roots.runtime, stage: runtime };
}

function execute(stage: Stage, root: string, earlier: ReadonlyMap<string, string>): void {
  let folder = '/';
  for (const instruction of stage.instructions) {
    const { name, text } = instruction;
    if (SETTINGS.includes(name)) continue;
    console.log(`  ${name} ${text}`);
    if (name === 'WORKDIR') {
      folder = path.resolve(folder, text);
      mkdirSync(path.join(root, folder), { recursive: true });
    } else if (name === 'RUN') runBelow(root, folder, text, environmentOf(stage));
    else if (name === 'COPY') copy(instruction, root, folder, earlier);
    else throw new Error(`the Dockerfile has ${name}, which is not executed here`);
  }
}

function copy(
  { text, flags }: Instruction,
  root: string,
  folder: string,
  earlier: ReadonlyMap<string, string>,
): void {
  const words = text.split(/\s+/);
  const target = words.pop() ?? '';
  const to = path.join(root, path.resolve(folder, target));
  const from = flags.from === undefined ? undefined : earlier.get(flags.from);
  if (flags.from !== undefined && from === undefined) throw new Error(`there is no stage ${flags.from}`);
  for (const word of words) {
    if (from !== undefined) cpSync(path.join(from, word), to, { recursive: true, verbatimSymlinks: true });
    else if (word === '.')
      for (const name of contextOf('.')) cpSync(name, path.join(to, name), { recursive: true });
    else cpSync(word, target.endsWith('/') ? path.join(to, word) : to);
  }
}

/** The files that .dockerignore leaves: it leaves out everything, and then lets names in. */
export function contextOf(folder: string): string[] {
  const rules = readFileSync(path.join(folder, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));
  if (rules[0] !== '*' || !rules.slice(1).every(rule => /^![\w.-]+$/.test(rule)))
    throw new Error('.dockerignore has other rules than "*" and "!name"');
  const names = readdirSync(folder);
  return rules
    .slice(1)
    .map(rule => rule.slice(1))
    .filter(name => names.includes(name));
}
