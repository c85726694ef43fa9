// Locks a recording for one process with a lock file that contains the pid. A lock of a dead process is removed.
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { InputError } from '../finding/input-error.ts';

/** The recording process, and how it finds out whether another process is running. */
export interface LockOwner {
  readonly pid: number;
  readonly isRunning: (pid: number) => boolean;
}

/**
 * @returns a function that releases the lock
 * @throws InputError when another running process holds the lock
 */
export function acquireLock(file: string, { pid, isRunning }: LockOwner): () => void {
  const lockFile = `${file}.lock`;
  for (;;) {
    if (createLockFile(lockFile, pid)) return () => rmSync(lockFile, { force: true });
    const holderPid = lockHolderOf(lockFile);
    if (holderPid !== undefined && (holderPid === pid || isRunning(holderPid))) {
      throw new InputError(
        `process ${holderPid} is recording into ${file}: choose another file, or delete ${lockFile} if that process is not deadringer`,
      );
    }
    removeStaleLock(lockFile, holderPid, pid);
  }
}

function createLockFile(lockFile: string, pid: number): boolean {
  try {
    const handle = openSync(lockFile, 'wx', 0o600);
    writeSync(handle, `${pid}\n`);
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns undefined when the lock file is missing, or has no pid because its process died while writing it */
function lockHolderOf(lockFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Removes the lock file of a dead process. Only one of several processes succeeds in renaming it; if the renamed file is
 * already the lock of another process, it is put back.
 */
function removeStaleLock(lockFile: string, stalePid: number | undefined, pid: number): void {
  const movedLockFile = `${lockFile}.${pid}`;
  try {
    renameSync(lockFile, movedLockFile);
    if (lockHolderOf(movedLockFile) !== stalePid) linkSync(movedLockFile, lockFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(movedLockFile, { force: true });
  }
}
