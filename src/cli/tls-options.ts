// The options of TLS: a certificate with its key, or a local certificate in the cache folder of the user.

import type { Command } from 'commander';
import type { TlsCertificate } from '../http/tls-server.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export interface TlsOptionValues {
  readonly tls?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export interface ConfiguredTls {
  readonly certificate: TlsCertificate;
  /** The file with the authority of a local certificate, which clients have to trust; undefined: the user knows it. */
  readonly caFile: string | undefined;
}

export function addTlsOptions(command: Command): Command {
  return command
    .option('--tls', 'serve HTTPS and HTTP/2 with a local certificate, which is created once and kept')
    .option('--tls-cert <file>', 'serve HTTPS and HTTP/2 with this certificate, in PEM form')
    .option(
      '--tls-key <file>',
      'private key of the certificate, in PEM form; DEADRINGER_TLS_PASSPHRASE decrypts it',
    );
}

/**
 * @param host the address to listen on
 * @returns undefined: plain HTTP
 */
export async function readTls(
  { tls, tlsCert, tlsKey }: TlsOptionValues,
  host: string,
  io: Io,
): Promise<ConfiguredTls | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) {
    if (tls !== true) return undefined;
    const { keepLocalCertificate } = await import('./local-certificate-files.ts');
    return await keepLocalCertificate(host, io);
  }
  if (tls === true) throw new UsageError('--tls creates a certificate: leave it out with --tls-cert');
  if (tlsCert === undefined)
    throw new UsageError('--tls-key is the key of a certificate: add --tls-cert <file>');
  if (tlsKey === undefined) throw new UsageError('--tls-cert requires the private key: add --tls-key <file>');
  // Most servers serve plain HTTP: load what reads certificates only now.
  const { readCertificate } = await import('./certificate-files.ts');
  return { certificate: readCertificate(tlsCert, tlsKey, io), caFile: undefined };
}
