// Reads a certificate and its private key from the files of the user, and says what is wrong with them.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsCertificate } from '../http/tls-server.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { readOptionFile } from './option-file.ts';

/**
 * Calls back with the certificate when its files change, or with the error if they cannot be used, such as when only
 * one of them is written yet.
 * @param signal ends it
 */
export function followCertificate(
  tlsCert: string,
  tlsKey: string,
  io: Io,
  signal: AbortSignal,
  onChange: (result: TlsCertificate | UsageError) => void,
): void {
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
export function readCertificate(certFile: string, keyFile: string, io: Io): TlsCertificate {
  const cert = readOptionFile('--tls-cert', certFile);
  const key = readOptionFile('--tls-key', keyFile);
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
