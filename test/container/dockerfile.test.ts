// The Dockerfile agrees with the package: paths, user, port, Node, health check, and what the build reads.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { contextOf } from './build-image.ts';
import { environmentOf, readDockerfile, settingOf, wordsOf } from './dockerfile.ts';

const stages = readDockerfile('Dockerfile');
const image = stages.at(-1) as NonNullable<(typeof stages)[number]>;
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly bin: { readonly deadringer: string };
  readonly files: readonly string[];
  readonly devDependencies: { readonly node: string; readonly ioredis: string };
};

test('the entry point is the program of the package, and a user without a name that "runAsNonRoot" can verify starts it', () => {
  expect(wordsOf(image, 'ENTRYPOINT')).toEqual([
    '/nodejs/bin/node',
    path.posix.join('/app', manifest.bin.deadringer),
  ]);
  expect(wordsOf(image, 'CMD')).toEqual(['serve']);
  expect(settingOf(image, 'USER')).toBe('65532:65532');
});

test('both stages have the version of Node that the checkout pins', () => {
  const [major] = manifest.devDependencies.node.split('.');
  expect(stages.map(stage => stage.image)).toEqual([
    `node:${major}-trixie-slim`,
    `gcr.io/distroless/nodejs${major}-debian13:nonroot`,
  ]);
});

test('the server is reached from outside, on its default port', () => {
  expect(environmentOf(image).DEADRINGER_HOST).toBe('0.0.0.0');
  expect(readFileSync('src/cli/options.ts', 'utf8')).toContain("'DEADRINGER_HOST'");
  expect(readFileSync('src/cli/serve.ts', 'utf8')).toContain(`parsePort, ${settingOf(image, 'EXPOSE')})`);
});

test('the health check asks a path of the control API that needs no token', () => {
  const [node, flag, script = ''] = wordsOf(image, 'HEALTHCHECK');
  expect([node, flag]).toEqual(['/nodejs/bin/node', '-e']);
  const [, route = ''] = /'\/__deadringer(\/\w+)'/.exec(script) ?? [];
  const { paths } = parse(readFileSync('src/http/control/control.openapi.yaml', 'utf8'));
  expect(paths[route].get.security).toEqual([]);
  expect(script).toContain(`127.0.0.1:${settingOf(image, 'EXPOSE')}`);
});

test('the build keeps the client of a shared store, which is an optional peer of the package', () => {
  const steps = stages[0]?.instructions.filter(({ name }) => name === 'RUN').map(({ text }) => text) ?? [];
  const kept = steps.findIndex(text =>
    text.includes('"dependencies.ioredis=$(npm pkg get devDependencies.ioredis)"'),
  );
  const pruned = steps.findIndex(text => text.startsWith('npm prune --omit=dev'));
  expect(kept).toBeGreaterThan(0);
  expect(pruned).toBeGreaterThan(kept);
  expect(manifest.devDependencies.ioredis).toBeDefined();
});

test('the image is the same on every platform: its stage runs nothing, and its packages are plain JavaScript', () => {
  expect(image.instructions.filter(({ name }) => name === 'RUN')).toEqual([]);
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<
      Record<string, { dev?: true; optional?: true; os?: []; cpu?: []; hasInstallScript?: true }>
    >;
  };
  const native = Object.entries(lock.packages).filter(
    ([name, { dev, os, cpu, hasInstallScript }]) =>
      name !== '' && !dev && (os !== undefined || cpu !== undefined || hasInstallScript),
  );
  expect(native.map(([name]) => name)).toEqual([]);
});

test('the build gets everything that it reads, and nothing else', () => {
  const context = contextOf('.');
  expect(context.filter(name => !existsSync(name))).toEqual([]);
  // "dist" is built, and "!" leaves files out.
  const packed = manifest.files.filter(name => name !== 'dist' && !name.startsWith('!'));
  expect(packed.filter(name => !context.includes(name))).toEqual([]);
  expect(context.filter(name => /^(?:\.git|dist|node_modules|test)$/.test(name))).toEqual([]);
});
