// Reads secrets of the store from files, and keeps the key that seals what the store gets in a file of the user.

import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { readOptionFile } from './option-file.ts';

/** @returns the text of the file, without the line end that editors add. @throws UsageError */
export function readSecretFile(option: string, file: string): string {
  const text = readOptionFile(option, file).replace(/\r?\n$/, '');
  if (text === '') throw new UsageError(`${option}: ${file} is empty: write the secret into it`);
  if (/[\r\n]/.test(text))
    throw new UsageError(`${option}: ${file} has several lines: write the secret only`);
  return text;
}

/** The key of this user, which is created by the first server that shares a store. */
export function keepStoreKey(io: Io): string {
  const file = path.join(stateFolder(io), 'deadringer', 'store.key');
  try {
    return readKey(file) ?? createKey(file);
  } catch (error) {
    throw new UsageError(
      `the key of the store cannot be kept in ${file} (${(error as Error).message}): set DEADRINGER_STORE_KEY to a text that is hard to guess, the same for all servers that share the store`,
    );
  }
}

function readKey(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text === '') throw new Error('the file is empty');
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Of two servers that start at once, both use the key of the first. */
function createKey(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(32).toString('base64url');
  const temporary = `${file}-${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, `${key}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(temporary, file);
    return key;
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKey(file) : undefined;
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function stateFolder({ env }: Io): string {
  // An empty or relative folder must be ignored (XDG Base Directory Specification): the key would lie in the working folder.
  const [folder = path.join(homedir(), '.local', 'state')] = [
    env.XDG_STATE_HOME,
    env.LOCALAPPDATA,
    ...[env.HOME, env.USERPROFILE].map(home => home && path.join(home, '.local', 'state')),
  ].filter(each => each !== undefined && path.isAbsolute(each));
  return folder;
}
