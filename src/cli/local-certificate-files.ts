// Keeps the local certificate of the user in a folder, so that clients trust it once and not at each start.

import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { reachableUrls } from '../http/reachable-urls.ts';
import type { TlsCertificate } from '../http/tls-server.ts';
import { isLoopback } from '../start-options.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export interface KeptCertificate {
  readonly certificate: TlsCertificate;
  /** The file of the authority that clients have to trust. */
  readonly caFile: string;
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];
/** A certificate that ends sooner is replaced when a server starts. */
const RENEWED_BEFORE_MS = 30 * 24 * 60 * 60 * 1000;

/** @param host the address to listen on: another one than this machine's own adds the names that other machines use */
export async function keepLocalCertificate(host: string, io: Io): Promise<KeptCertificate> {
  const names = isLoopback(host) ? LOCAL_NAMES : [...new Set([...LOCAL_NAMES, ...networkNames(host)])];
  const folder = certificateFolder(names, io);
  try {
    return readKept(folder, names) ?? (await createKept(folder, names));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(
      `the local certificate cannot be kept in ${folder} (${message}): set XDG_CACHE_HOME to a folder that can be written, or use --tls-cert and --tls-key`,
    );
  }
}

/** Lets this process trust the local certificate if the URL is one of this machine. */
export function trustLocalAuthority(url: string, io: Io): void {
  const { ca } = filesIn(certificateFolder(LOCAL_NAMES, io));
  if (isLoopback((URL.parse(url)?.hostname ?? '').replace(/^\[|\]$/g, '')) && existsSync(ca))
    trustAuthority(ca);
}

/** Lets this process trust an authority beside those that it trusts already. */
export function trustAuthority(caFile: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
}

/** @returns a file beside that of the authority, which has the authorities of another file as well */
export function withAuthorities(caFile: string, otherFile: string): string {
  const other = existsSync(otherFile) ? readFileSync(otherFile, 'utf8') : '';
  const file = path.join(path.dirname(caFile), 'with-extra.pem');
  writeFileSync(file, `${readFileSync(caFile, 'utf8')}${other}`);
  return file;
}

function networkNames(host: string): string[] {
  const addresses = reachableUrls('https', host, 443).map(({ url }) => new URL(url).hostname);
  return [hostname(), ...addresses.map(each => each.replace(/^\[|\]$/g, ''))];
}

function certificateFolder(names: readonly string[], { env }: Io): string {
  // An empty or relative folder must be ignored (XDG Base Directory Specification): the key would lie in the working folder.
  const [caches = path.join(homedir(), '.cache')] = [
    env.XDG_CACHE_HOME,
    env.LOCALAPPDATA,
    ...[env.HOME, env.USERPROFILE].map(home => home && path.join(home, '.cache')),
  ].filter(folder => folder !== undefined && path.isAbsolute(folder));
  const name =
    names === LOCAL_NAMES
      ? 'localhost'
      : createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 12);
  return path.join(caches, 'deadringer', 'tls', name);
}

/** @returns undefined: there is none that can be used for some time */
function readKept(folder: string, names: readonly string[]): KeptCertificate | undefined {
  const files = filesIn(folder);
  if (!Object.values(files).every(file => existsSync(file))) return undefined;
  const cert = readFileSync(files.cert, 'utf8');
  const key = readFileSync(files.key, 'utf8');
  const parsed = parseOrNothing(cert);
  if (parsed === undefined) return undefined;
  const isValid = parsed.validToDate.getTime() > Date.now() + RENEWED_BEFORE_MS;
  const hasNames = names.every(name => parsed.checkHost(name) ?? parsed.checkIP(name));
  return isValid && hasNames ? { certificate: { cert, key }, caFile: files.ca } : undefined;
}

/** Undefined: the file is damaged, and a new one takes its place. */
function parseOrNothing(cert: string): X509Certificate | undefined {
  try {
    return new X509Certificate(cert);
  } catch {
    return undefined;
  }
}

/** Two servers that start at once use the certificate of one of them. */
async function createKept(folder: string, names: readonly string[]): Promise<KeptCertificate> {
  const { createLocalCertificate } = await import('../http/local-certificate.ts');
  const { ca, cert, key } = createLocalCertificate(names, Date.now());
  mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 });
  const temporary = mkdtempSync(`${folder}-`);
  try {
    const files = filesIn(temporary);
    writeFileSync(files.ca, ca);
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key, { mode: 0o600 });
    const other = readKept(folder, names);
    if (other !== undefined) return other;
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return { certificate: { cert, key }, caFile: filesIn(folder).ca };
}

function filesIn(folder: string): Readonly<Record<'ca' | 'cert' | 'key', string>> {
  const fileOf = (name: string): string => path.join(folder, `${name}.pem`);
  return { ca: fileOf('ca'), cert: fileOf('cert'), key: fileOf('key') };
}
