// The options of the store of sessions and of worker processes; the key and the password come from files or the environment.

import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { StoreOption } from '../store/shared/store-option.ts';
import { DEFAULT_STORE_TIMEOUT_MS, parseStoreUrl } from '../store/shared/store-settings.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { parseTime } from './options.ts';
import { keepStoreKey, readSecretFile } from './store-key-file.ts';
import { WORKER_STORE } from './worker-environment.ts';

export interface StoreOptionValues {
  readonly store: string;
  readonly storeTimeout: number;
  readonly storePasswordFile?: string;
  readonly storeKeyFile?: string;
}

const MAX_WORKERS = 256;

export function addStoreOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--store <url>',
        'where sessions live: memory, or a Valkey or Redis that several servers share, such as valkey://host:6379/0?prefix=team, rediss://host or unix:///run/valkey.sock',
      )
        .env('DEADRINGER_STORE')
        .default('memory'),
    )
    .addOption(
      new Option('--store-timeout <time>', 'time that a request may wait for the store')
        .argParser(parseTime)
        .default(DEFAULT_STORE_TIMEOUT_MS, '1s'),
    )
    .option(
      '--store-password-file <file>',
      'file with the password of the store; DEADRINGER_STORE_PASSWORD is the other way to give it',
    )
    .option(
      '--store-key-file <file>',
      'file with the key that seals what the store gets, the same for all servers; DEADRINGER_STORE_KEY is the other way to give it (default: a file of this user, which is created once)',
    )
    .hook('preAction', () => {
      // Compose files and workflows set variables that have no value.
      if (command.getOptionValueSource('store') === 'env' && command.getOptionValue('store') === '')
        command.setOptionValueWithSource('store', 'memory', 'default');
      if (command.getOptionValueSource('store') !== 'cli') return;
      const address = parseStoreUrl(command.getOptionValue('store') as string);
      if (address.kind === 'shared' && address.password !== undefined)
        throw new UsageError(
          'the password in --store is visible to all users of this machine in the list of processes: leave it out, and set DEADRINGER_STORE_PASSWORD or use --store-password-file',
        );
    });
}

export const workersOption = new Option(
  '--workers <number>',
  `processes that serve the port together, 1 to ${MAX_WORKERS}, or auto: one for each core; without --store they share a valkey-server or redis-server of their own`,
).argParser(parseWorkers);

function parseWorkers(text: string): number {
  if (text === 'auto') return Math.min(availableParallelism(), MAX_WORKERS);
  const workers = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new InvalidArgumentError(`Must be a number from 1 to ${MAX_WORKERS}, or auto.`);
}

/** @returns the options of the server; without `store`, sessions live in the memory of the process */
export function readStoreOptions(values: StoreOptionValues, io: Io): { readonly store?: StoreOption } {
  const timeout = values.storeTimeout;
  const { [WORKER_STORE]: ownStore, DEADRINGER_STORE_KEY: key, DEADRINGER_STORE_PASSWORD: password } = io.env;
  if (ownStore !== undefined && key !== undefined) return { store: { url: ownStore, key, timeout } };
  const { store: url, storePasswordFile, storeKeyFile } = values;
  if (parseStoreUrl(url).kind === 'memory') {
    const useless =
      (storePasswordFile !== undefined && '--store-password-file') ||
      (storeKeyFile !== undefined && '--store-key-file');
    if (useless)
      throw new UsageError(`${useless} is for a store that servers share: add --store valkey://host:6379`);
    return {};
  }
  const givenPassword = readOneOf(
    ['DEADRINGER_STORE_PASSWORD', password],
    ['--store-password-file', storePasswordFile],
  );
  return {
    store: {
      url,
      ...(givenPassword !== undefined && { password: givenPassword }),
      key: readOneOf(['DEADRINGER_STORE_KEY', key], ['--store-key-file', storeKeyFile]) ?? keepStoreKey(io),
      timeout,
    },
  };
}

function readOneOf(
  [variable, value]: readonly [string, string | undefined],
  [option, file]: readonly [string, string | undefined],
): string | undefined {
  if (value && file !== undefined)
    throw new UsageError(`${variable} and ${option} are both set: leave one of them out`);
  return file === undefined ? value || undefined : readSecretFile(option, file);
}
