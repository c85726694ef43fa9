// The beginning of a thread that judges. What it loads is compiled once for all threads, where the program keeps such a cache.
import module from 'node:module';
import { workerData } from 'node:worker_threads';
import type { Assignment } from './crew.ts';

// A thread does not share it unasked; compiling everything again takes longer than loading it, and more memory.
const { compiled } = workerData as Assignment;
if (compiled !== undefined) module.enableCompileCache(compiled);
await import('./work.ts');
