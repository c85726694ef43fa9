// The tests of sessions with three replicas: the same files that test the memory of one process, on a shared store.
import { describe } from 'vitest';
import { testOnSharedStore } from './shared-start.ts';

testOnSharedStore();

describe.each([
  '../mock/session-clock.test.ts',
  '../mock/rate-limits.test.ts',
  '../mock/state.test.ts',
  '../mock/state-lists.test.ts',
  '../mock/patched-state.test.ts',
  '../mock/hostile-state.test.ts',
  '../mock/session-isolation.long.test.ts',
  '../http/session-per-credential.test.ts',
  '../http/control.test.ts',
  '../http/control-journal.test.ts',
  '../http/control-switches.test.ts',
  '../http/control-state.test.ts',
  '../http/callbacks.test.ts',
])('%s', async file => {
  await import(file);
});
