// Entry point of a checker thread. Enables the compile cache before it loads the checker.
import module from 'node:module';
import { workerData } from 'node:worker_threads';
import type { ThreadData } from './pool.ts';

// A thread does not share it unasked; compiling everything again takes longer than loading it, and more memory.
const { compileCacheFolder: compiled } = workerData as ThreadData;
if (compiled !== undefined) module.enableCompileCache(compiled);
await import('./task.ts');
