// Where sessions live: the settings of the store, and the URL that names it.

import { InputError } from '../../finding/input-error.ts';
import { didYouMean } from '../../finding/nearest-word.ts';

/** How a replica reaches the shared store. */
export interface StoreSettings {
  readonly address: StoreAddress;
  /** Seals what clients sent. 32 bytes or any text; the same for all replicas. */
  readonly key: string;
  /** How long a command may wait for the store. */
  readonly timeoutMs: number;
}

export const DEFAULT_STORE_TIMEOUT_MS = 1000;

/** What the URL of a shared store says. */
export interface StoreAddress {
  readonly kind: 'shared';
  /** One; more of a cluster; none with a socket. */
  readonly hosts: readonly StoreHost[];
  /** Path of a Unix socket. */
  readonly socket: string | undefined;
  readonly isTls: boolean;
  readonly isCluster: boolean;
  readonly database: number;
  /** What the names of all keys begin with. */
  readonly prefix: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The address without credentials and parameters, for messages: "valkey://127.0.0.1:6379". */
  readonly name: string;
}

interface StoreHost {
  readonly host: string;
  readonly port: number;
}

const SCHEMES = ['valkey', 'valkeys', 'redis', 'rediss', 'unix'];
const EXAMPLE = 'write memory, valkey://127.0.0.1:6379 or unix:///run/valkey.sock';
const LONGEST = 2000;
const HOST = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})$/;
const PREFIX = /^[A-Za-z0-9._:-]{1,100}$/;

/**
 * Reads the URL of a store: "memory", "valkey://host:6379/0?prefix=team", "unix:///run/valkey.sock?db=1", a cluster
 * "valkey://a:7000,b:7001/?cluster=true". rediss and valkeys use TLS.
 * @throws InputError whose message repeats no part of a text that may have a password in it
 */
export function parseStoreUrl(text: string): StoreAddress | { readonly kind: 'memory' } {
  if (text === 'memory') return { kind: 'memory' };
  const schemeEnd = text.indexOf('://');
  if (schemeEnd === -1) throw storeUrlError('has no scheme');
  if (text.length > LONGEST) throw storeUrlError(`is longer than ${LONGEST} characters`);
  const scheme = text.slice(0, schemeEnd);
  if (!SCHEMES.includes(scheme)) {
    // A password whose characters are not encoded can stand here.
    const shown = text.includes('@') ? '' : ` "${scheme}"${suggestion(scheme, SCHEMES)}`;
    throw storeUrlError(`has an unknown scheme${shown}`);
  }
  const rest = text.slice(schemeEnd + 3);
  if (rest.includes('#')) throw storeUrlError('has a "#": write %23 where it belongs to a password');
  const [place, query] = splitAt(rest, rest.indexOf('?'));
  const [authority, afterSlash] = splitAt(place, place.indexOf('/'));
  if (afterSlash.includes('@') || query.includes('@'))
    throw storeUrlError('has a password that is not encoded: write %2F for /, %3F for ? and %40 for @');
  const credentialsEnd = authority.lastIndexOf('@');
  const common = {
    kind: 'shared',
    isTls: scheme === 'rediss' || scheme === 'valkeys',
    ...readCredentials(authority.slice(0, Math.max(credentialsEnd, 0))),
  } as const;
  const hosts = authority.slice(credentialsEnd + 1);
  if (scheme !== 'unix')
    return { ...common, ...readNetwork(scheme, hosts, afterSlash, readParameters(query, NETWORK)) };
  if (hosts !== '' || afterSlash === '')
    throw storeUrlError('has no absolute path of a socket after unix://');
  return { ...common, ...readSocket(`/${decode(afterSlash)}`, readParameters(query, SOCKET)) };
}

type Parameters = ReadonlyMap<string, string>;
const NETWORK = ['prefix', 'cluster'];
const SOCKET = ['prefix', 'db'];

function storeUrlError(problem: string): InputError {
  return new InputError(`the URL of the store ${problem}; ${EXAMPLE}`);
}

function readSocket(socket: string, parameters: Parameters): SocketOrNetwork {
  return {
    hosts: [],
    socket,
    isCluster: false,
    database: readDatabase(parameters.get('db') ?? ''),
    prefix: readPrefix(parameters),
    name: `unix://${socket}`,
  };
}

type SocketOrNetwork = Omit<StoreAddress, 'kind' | 'isTls' | 'username' | 'password'>;

function readNetwork(
  scheme: string,
  places: string,
  databaseText: string,
  parameters: Parameters,
): SocketOrNetwork {
  const hosts = places.split(',').map(readHost);
  const cluster = parameters.get('cluster') ?? 'false';
  if (cluster !== 'true' && cluster !== 'false')
    throw storeUrlError('has a "cluster" that is neither true nor false');
  const isCluster = cluster === 'true';
  if (hosts.length > 1 && !isCluster)
    throw storeUrlError('names several hosts: add ?cluster=true if they are one cluster');
  const database = readDatabase(databaseText);
  if (isCluster && database > 0) throw storeUrlError('has a database number: a cluster has database 0 only');
  const addresses = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return {
    hosts,
    socket: undefined,
    isCluster,
    database,
    prefix: readPrefix(parameters),
    name: `${scheme}://${addresses.join(',')}`,
  };
}

function readHost(text: string): StoreHost {
  const portAt = text.indexOf(':', text.lastIndexOf(']') + 1);
  const [host, port] = portAt === -1 ? [text, '6379'] : splitAt(text, portAt);
  if (host === '') throw storeUrlError('names no host');
  if (!HOST.test(host)) throw storeUrlError(`has the host "${host}", which is no name and no address`);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw storeUrlError('has a port that is no number from 1 to 65535');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function readDatabase(text: string): number {
  if (text !== '' && !/^\d{1,5}$/.test(text))
    throw storeUrlError('has a database that is no number, such as /0');
  return Number(text);
}

function readPrefix(parameters: Parameters): string {
  const prefix = parameters.get('prefix') ?? 'deadringer';
  if (PREFIX.test(prefix)) return prefix;
  throw storeUrlError(`has the prefix "${prefix}": use up to 100 letters, digits and the characters . _ - :`);
}

function readCredentials(text: string): Pick<StoreAddress, 'username' | 'password'> {
  const [username, password] = splitAt(text, text.indexOf(':')).map(decode);
  return { username: username || undefined, password: password || undefined };
}

function readParameters(query: string, known: readonly string[]): Parameters {
  const values = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const [name, value] = splitAt(part, part.indexOf('='));
    if (['password', 'pass', 'username', 'user'].includes(name))
      throw storeUrlError(
        `has the unknown parameter "${name}": set DEADRINGER_STORE_PASSWORD or use --store-password-file`,
      );
    if (!known.includes(name))
      throw storeUrlError(
        `has the unknown parameter "${name}"${suggestion(name, known)}: there are ${known.join(' and ')}`,
      );
    if (values.has(name)) throw storeUrlError(`has the parameter "${name}" twice`);
    values.set(name, decode(value));
  }
  return values;
}

/** @returns ` (did you mean "valkey"?)`, or nothing if no known word is near */
function suggestion(word: string, known: readonly string[]): string {
  const text = didYouMean(word, known);
  return text === '' ? '' : ` (${text.slice(2)})`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw storeUrlError('has a "%" that begins no encoded character: write %25');
  }
}

/** The texts before and after a character; all of it, and nothing, if the index is -1. */
function splitAt(text: string, index: number): readonly [string, string] {
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
