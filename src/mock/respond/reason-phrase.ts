// The name of a status.

import { createRequire } from 'node:module';

// `import` evaluates all exports of node:http, such as a WebSocket client, which takes 40 ms.
const { STATUS_CODES } = createRequire(import.meta.url)('node:http') as typeof import('node:http');

/** @returns "Not Found" for 404 */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}
