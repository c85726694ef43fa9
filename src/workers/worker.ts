// A process that answers beside others on one port; see primary.ts. What it needs is compiled once for all of them.
import module from 'node:module';

module.enableCompileCache();
await import('./answering.ts');
