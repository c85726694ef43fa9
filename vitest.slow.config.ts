// The slow suite, `npm run test:slow`: what needs a browser, much memory or much time, and long runs of random tests.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    env: { DEADRINGER_LONG_TESTS: '1' },
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // More than processors: many tests wait for browsers and other programs.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    expect: { poll: { timeout: 60_000 } },
    // The set-up of a project runs only if a file of the project does.
    projects: [
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.slow.test.ts', 'test/**/*.long.test.ts'],
          globalSetup: ['test/build-console.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/**/*.package.test.ts'],
          globalSetup: ['test/pack-and-install.ts'],
        },
      },
    ],
  },
});
