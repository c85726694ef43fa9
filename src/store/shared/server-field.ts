// A field of the hash that all replicas share, which is written only if no other replica has changed it.

import type { StoreConnection } from './connect.ts';
import type { StoreKeys } from './keys.ts';

export interface ServerField {
  /** @returns '' if it is not set @throws StoreUnavailable */
  read(): Promise<string>;
  /** @returns false: it is no longer as it was read @throws StoreUnavailable */
  replace(before: string, after: string): Promise<boolean>;
}

/** KEYS: server. ARGV: field, value that it must have, new value. Replies 1 if it was written. */
const REPLACE = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

export function createServerField(
  connection: StoreConnection,
  { server }: StoreKeys,
  name: string,
): ServerField {
  return {
    read: async () => String((await connection.command('HGET', server, name)) ?? ''),
    replace: async (before, after) =>
      (await connection.script(REPLACE, [server], [name, before, after])) === 1,
  };
}
