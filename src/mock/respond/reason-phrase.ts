// The name of a status.

import { STATUS_CODES } from 'node:http';

/** @returns "Not Found" for 404 */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}
