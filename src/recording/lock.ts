// One recorder for one file: a marker beside it that names the process, and that outlives a crash without blocking for ever.
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { InputError } from '../finding/input-error.ts';

/** The process that records, and how it tells whether another still runs. */
export interface Owner {
  readonly pid: number;
  readonly isRunning: (pid: number) => boolean;
}

/**
 * @returns what lets the file go again
 * @throws InputError while another process records into it
 */
export function lock(file: string, { pid, isRunning }: Owner): () => void {
  const marker = `${file}.lock`;
  for (;;) {
    if (create(marker, pid)) return () => rmSync(marker, { force: true });
    const holder = holderOf(marker);
    if (holder !== undefined && (holder === pid || isRunning(holder))) {
      throw new InputError(
        `${file} is being recorded into by process ${holder}: choose another file, or delete ${marker} if that is no deadringer`,
      );
    }
    clearAway(marker, holder, pid);
  }
}

function create(marker: string, pid: number): boolean {
  try {
    const handle = openSync(marker, 'wx', 0o600);
    writeSync(handle, `${pid}\n`);
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns undefined when it is gone, or names nobody: whoever wrote it died over it */
function holderOf(marker: string): number | undefined {
  try {
    const pid = Number(readFileSync(marker, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of several who find the marker of a dead process, one moves it away; what was no more that marker is put back. */
function clearAway(marker: string, dead: number | undefined, pid: number): void {
  const aside = `${marker}.${pid}`;
  try {
    renameSync(marker, aside);
    if (holderOf(aside) !== dead) linkSync(aside, marker);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
