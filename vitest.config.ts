// The fast suite, `npm test`: files in parallel on all cores, real sockets, no limits that judge speed.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/**/*.slow.test.ts', 'test/**/*.package.test.ts'],
    // Limits end a test that hangs. A busy machine may take many times what an idle one does.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Files share a process, one after the other, and with it the modules that they load: half the time went into loading.
    // A test that changes something of the process puts it back.
    isolate: false,
    // By default one processor is left to others, which on two cores is half of them.
    maxWorkers: '100%',
    expect: { poll: { timeout: 60_000 } },
  },
});
