// The options of TLS: reads a certificate and its key, or keeps a local certificate in the cache folder of the user.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Command } from 'commander';
import type { TlsCertificate } from '../http/tls-server.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { keepLocalCertificate } from './local-certificate-files.ts';

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
    const { certificate, caFile } = await keepLocalCertificate(host, io);
    return { certificate, caFile };
  }
  if (tls === true) throw new UsageError('--tls creates a certificate: leave it out with --tls-cert');
  if (tlsCert === undefined)
    throw new UsageError('--tls-key is the key of a certificate: add --tls-cert <file>');
  if (tlsKey === undefined) throw new UsageError('--tls-cert requires the private key: add --tls-key <file>');
  return { certificate: readCertificate(tlsCert, tlsKey, io), caFile: undefined };
}

/**
 * Calls back with the certificate when its files change, or with the error if they cannot be used, as between the writing
 * of the one file and the other.
 * @param signal ends it
 */
export function followCertificate(
  { tlsCert, tlsKey }: TlsOptionValues,
  io: Io,
  signal: AbortSignal,
  onChange: (result: TlsCertificate | UsageError) => void,
): void {
  if (tlsCert === undefined || tlsKey === undefined) return;
  for (const file of [tlsCert, tlsKey]) {
    const listener = (): void => {
      try {
        onChange(readCertificate(tlsCert, tlsKey, io));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        onChange(error);
      }
    };
    watchFile(file, { interval: WATCH_MS, persistent: false }, listener);
    signal.addEventListener('abort', () => unwatchFile(file, listener));
  }
}

const WATCH_MS = 1000;

/** @throws UsageError if clients would reject the certificate, or the server cannot use it */
function readCertificate(certFile: string, keyFile: string, io: Io): TlsCertificate {
  const cert = readPem('--tls-cert', certFile);
  const key = readPem('--tls-key', keyFile);
  const passphrase = io.env.DEADRINGER_TLS_PASSPHRASE;
  const parsed = parseCertificate(certFile, cert);
  if (!parsed.checkPrivateKey(parseKey(keyFile, key, passphrase)))
    throw new UsageError(
      `the key in ${keyFile} does not belong to the certificate in ${certFile}: name the files of one pair`,
    );
  const now = Date.now();
  if (parsed.validToDate.getTime() < now)
    throw new UsageError(
      `the certificate in ${certFile} expired on ${parsed.validTo}: renew it, or use --tls instead`,
    );
  if (parsed.validFromDate.getTime() > now)
    throw new UsageError(`the certificate in ${certFile} is valid from ${parsed.validFrom} only`);
  const certificate = { cert, key, ...(passphrase !== undefined && { passphrase }) };
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new UsageError(`the certificate in ${certFile} cannot be used: ${(error as Error).message}`);
  }
  return certificate;
}

function readPem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${option}: ${code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read: ${message}`}`,
    );
  }
}

function parseCertificate(file: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new UsageError(
      `${file} contains no certificate in PEM form ("-----BEGIN CERTIFICATE-----"); "openssl x509 -inform der" converts one in DER form`,
    );
  }
}

function parseKey(file: string, key: string, passphrase: string | undefined): KeyObject {
  const isEncrypted = /ENCRYPTED/.test(key);
  if (isEncrypted && passphrase === undefined)
    throw new UsageError(`the key in ${file} is encrypted: set DEADRINGER_TLS_PASSPHRASE to its passphrase`);
  try {
    return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    throw new UsageError(
      isEncrypted
        ? `DEADRINGER_TLS_PASSPHRASE does not decrypt the key in ${file}`
        : `${file} contains no private key in PEM form ("-----BEGIN PRIVATE KEY-----")`,
    );
  }
}
