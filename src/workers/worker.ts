// A process that answers beside others on one port; see primary.ts. What it needs is compiled once for all of them.
import module from 'node:module';
import { keepMemoryEven } from '../heap.ts';

// A signal for all processes of a terminal or a service, perhaps while this one is starting: the primary decides when a
// worker has finished.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

module.enableCompileCache();
keepMemoryEven();
await import('./answering.ts');
