// Locks a recording for one process with a lock file that contains the pid. A lock of a dead process is removed.
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { InputError } from '../finding/input-error.ts';

/** The process that records, and how it tells whether another still runs. */
export interface LockOwner {
  readonly pid: number;
  readonly isRunning: (pid: number) => boolean;
}

/**
 * @returns what lets the file go again
 * @throws InputError while another process records into it
 */
export function acquireLock(file: string, { pid, isRunning }: LockOwner): () => void {
  const lockFile = `${file}.lock`;
  for (;;) {
    if (createMarker(lockFile, pid)) return () => rmSync(lockFile, { force: true });
    const holderPid = lockHolderOf(lockFile);
    if (holderPid !== undefined && (holderPid === pid || isRunning(holderPid))) {
      throw new InputError(
        `process ${holderPid} is recording into ${file}: choose another file, or delete ${lockFile} if that process is not deadringer`,
      );
    }
    removeStaleMarker(lockFile, holderPid, pid);
  }
}

function createMarker(lockFile: string, pid: number): boolean {
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

/** @returns undefined when it is gone, or names nobody: whoever wrote it died over it */
function lockHolderOf(lockFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of several who find the marker of a dead process, one moves it away; what was no more that marker is put back. */
function removeStaleMarker(lockFile: string, stalePid: number | undefined, pid: number): void {
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
