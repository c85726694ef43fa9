// The addresses under which a server can be reached: from this machine, and from others if it listens to them.
import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

export interface ReachableUrl {
  /** Without a slash at the end: "http://192.168.1.20:4010". */
  readonly url: string;
  /** local: works on this machine only. network: for other machines in the same network. */
  readonly kind: 'local' | 'network';
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The URLs of a port. Home and office networks come before those of containers and virtual machines.
 * @param listening the address that the port is bound to; "0.0.0.0" and "::" stand for all
 */
export function reachableUrls(
  scheme: 'http' | 'https',
  listening: string,
  port: number,
  interfaces: Interfaces = networkInterfaces(),
): readonly ReachableUrl[] {
  const toUrl = (address: string): string =>
    `${scheme}://${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
  if (!/^(0\.0\.0\.0|::)$/.test(listening)) {
    const isLocal = /^(127\.|::1$)/.test(listening);
    return [{ url: toUrl(listening), kind: isLocal ? 'local' : 'network' }];
  }
  const addresses = Object.values(interfaces).flatMap(each => each ?? []);
  const outside = addresses.filter(({ family, internal }) => family === 'IPv4' && !internal);
  outside.sort((left, right) => rankOf(left.address) - rankOf(right.address));
  return [
    { url: toUrl('127.0.0.1'), kind: 'local' },
    ...outside.map(({ address }): ReachableUrl => ({ url: toUrl(address), kind: 'network' })),
  ];
}

/** Private networks (RFC 1918) in the order of how likely a phone is in them; 172.16.0.0/12 is used by containers. */
function rankOf(address: string): number {
  if (address.startsWith('192.168.')) return 0;
  if (address.startsWith('10.')) return 1;
  return /^172\.(1[6-9]|2\d|3[01])\./.test(address) ? 3 : 2;
}
