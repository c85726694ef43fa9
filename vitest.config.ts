// How the tests run: files in parallel on both cores, real sockets, no timeouts that judge speed.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // By default one processor is left to others, which here is half of them.
    maxWorkers: '100%',
  },
});
