// The slow suite, `npm run test:slow`: what needs a browser, much memory or much time, and long runs of random tests.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.slow.test.ts', 'test/**/*.long.test.ts'],
    globalSetup: ['test/build-console.ts'],
    env: { DEADRINGER_LONG_TESTS: '1' },
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: '100%',
    expect: { poll: { timeout: 60_000 } },
  },
});
