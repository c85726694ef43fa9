// The option "store" of a mock: what a program, or the command line, says about the shared store.

import { InputError } from '../../finding/input-error.ts';
import { didYouMean } from '../../finding/nearest-word.ts';
import { DEFAULT_STORE_TIMEOUT_MS, parseStoreUrl, type StoreSettings } from './store-settings.ts';

/** Where sessions live. Mocks with the same store share them. */
export interface StoreOption {
  /** "memory", "valkey://host:6379/0?prefix=team", "redis://…", "rediss://…" (with TLS), or "unix:///path/to.sock". */
  readonly url: string;
  /** Default: that of the URL. */
  readonly username?: string;
  /** Default: that of the URL. */
  readonly password?: string;
  /** Seals what clients sent, before it is stored. Any text that is hard to guess, the same for all mocks that share the store. */
  readonly key?: string;
  /** Milliseconds that a request may wait for the store. Default 1000. */
  readonly timeout?: number;
}

const MEMBERS = ['url', 'username', 'password', 'key', 'timeout'] as const satisfies (keyof StoreOption)[];
const LONGEST_TIMEOUT_MS = 3_600_000;

/**
 * @returns undefined: sessions live in the memory of the process
 * @throws InputError that repeats no password and no key
 */
export function readStoreOption(option: StoreOption): StoreSettings | undefined {
  if (typeof option !== 'object' || option === null)
    throw new InputError(
      'the option "store" is an object: write store: { url: \'valkey://127.0.0.1:6379\', key }',
    );
  for (const name of Object.keys(option))
    if (!MEMBERS.some(each => each === name))
      throw new InputError(
        `the option "store" has no member "${name}"${didYouMean(name, MEMBERS)}; its members are ${MEMBERS.join(', ')}`,
      );
  for (const name of ['url', 'username', 'password', 'key'] as const)
    if (typeof option[name] !== 'string' && (name === 'url' || option[name] !== undefined))
      throw new InputError(`the option "store.${name}" is a text`);
  const { url, timeout = DEFAULT_STORE_TIMEOUT_MS, key } = option;
  if (!(Number.isInteger(timeout) && timeout >= 1 && timeout <= LONGEST_TIMEOUT_MS))
    throw new InputError(
      `the option "store.timeout" is a number of milliseconds from 1 to ${LONGEST_TIMEOUT_MS}`,
    );
  const address = parseStoreUrl(url);
  if (address.kind === 'memory') return undefined;
  if (key === undefined || key === '')
    throw new InputError(
      'the option "store.key" is missing: a text that is hard to guess, the same for all mocks that share the store',
    );
  const { username = address.username, password = address.password } = option;
  return { address: { ...address, username, password }, key, timeoutMs: timeout };
}
