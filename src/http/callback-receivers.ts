// Which URLs callbacks and webhooks are sent to: those of this machine, and of the hosts that the server was started with.

import { BlockList, isIP } from 'node:net';
import { InputError } from '../finding/input-error.ts';

export interface CallbackOptions {
  /**
   * Hosts besides this machine to which callbacks and webhooks may be sent: "app.test", or "app.test:3000" for one port.
   * Default: none.
   */
  readonly callbackHosts?: readonly string[];
  /** Milliseconds until the response to a callback or webhook must be complete. Default 10,000. */
  readonly callbackTimeout?: number;
}

/** @throws InputError if a host is invalid */
export function readCallbackOptions({
  callbackHosts = [],
  callbackTimeout = 10_000,
}: CallbackOptions): Required<CallbackOptions> {
  return { callbackHosts: callbackHosts.map(parseCallbackHost), callbackTimeout };
}

/** Longer URLs do not fit into the request line that servers accept. */
const MAX_URL = 8000;

/**
 * @param what "the URL of the callback, {$request.body#/url}": the URL itself may contain secrets, so it is not quoted
 * @throws InputError if the text is no URL to which HTTP requests can be sent
 */
export function parseReceiver(text: string, what: string): URL {
  const url = text.length > MAX_URL ? null : URL.parse(text);
  if (text.length > MAX_URL) throw new InputError(`${what} is longer than ${MAX_URL} characters`);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new InputError(
      `${what} is no absolute http or https URL: write one such as http://127.0.0.1:3000/events`,
    );
  if (url.username !== '' || url.password !== '')
    throw new InputError(`${what} contains a user and password: remove them`);
  return url;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** True for an address that only this machine has, also if it is an IPv4 address in IPv6. */
export function isLoopbackAddress(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * @param hosts host names and addresses, with a port or for all ports
 * @returns named: any address of the host is allowed. local: the addresses of the host must be those of this machine. forbidden:
 * it is an address of another machine
 */
export function trustOf(url: URL, hosts: readonly string[]): 'named' | 'local' | 'forbidden' {
  const { hostname, port, protocol } = url;
  const withPort = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  if (hosts.some(host => host === hostname || host === withPort)) return 'named';
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) === 0 || isLoopbackAddress(address) ? 'local' : 'forbidden';
}

/**
 * The host of `--callback-host` in the form that URLs have.
 * @throws InputError if it is no host
 */
function parseCallbackHost(text: string): string {
  const isAddress = isIP(text) === 6;
  const url = URL.parse(`http://${isAddress ? `[${text}]` : text}`);
  const isHost = url !== null && `${url.pathname}${url.search}${url.hash}${url.username}` === '/';
  if (!isHost || /[/\\]/.test(text))
    throw new InputError(
      `"${text}" is not a host to which callbacks may be sent: write a name or an address, such as app.test or app.test:3000`,
    );
  const [, port] = /:(\d+)$/.exec(isAddress ? '' : text) ?? [];
  return port === undefined ? url.hostname : `${url.hostname}:${Number(port)}`;
}

/** Why a host is refused, with the remedy. */
export function refusedHostText({ host }: URL): string {
  return `${host} is not on this machine: start the server with --callback-host ${host} to send requests there`;
}
