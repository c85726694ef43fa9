// A process that answers beside others on one port; see primary.ts. What it needs is compiled once for all of them.
import module from 'node:module';
import { keepMemoryEven } from '../heap.ts';

module.enableCompileCache();
keepMemoryEven();
await import('./answering.ts');
