// node:http as a script gets it: an import makes every one of its exports, and one of them is a web client that takes 40 ms to load.
import { createRequire } from 'node:module';

export const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');
