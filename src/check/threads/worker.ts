// The entry point of a worker thread. Enables the compile cache before it loads the checker.
import module from 'node:module';
import { workerData } from 'node:worker_threads';
import type { WorkerData } from './pool.ts';

// A worker thread does not inherit the compile cache. Without it, loading takes longer and needs more memory.
const { compileCache } = workerData as WorkerData;
if (compileCache !== undefined) module.enableCompileCache(compileCache);
await import('./task.ts');
