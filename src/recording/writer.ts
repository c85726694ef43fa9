// Appends exchanges to a recording that is valid after every write. If the process is killed, at most the exchange being written is lost.
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Exchange } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';
import { type AppendableFile, createFile, type FileLayout, reopenFile } from './appendable-file.ts';
import { type RecordingCreator, toHarEntry } from './har-writer.ts';
import { acquireLock, type LockOwner } from './lock.ts';
import { toExchangeLine } from './ndjson.ts';

export interface RecordingOptions {
  readonly format: 'har' | 'ndjson';
  /** Appends to an existing file. False: an existing file is an error. */
  readonly append: boolean;
  /** Maximum size of a file in bytes; after that, a new file is created createNextFile to it. Undefined: one file. */
  readonly maxBytes: number | undefined;
  /** Its comment is added to each entry, too. */
  readonly creator: RecordingCreator;
  readonly owner: LockOwner;
  readonly onEvent: (event: RecordingEvent) => void;
}

export type RecordingEvent =
  /** An exchange could not be written. Reported once, until a write succeeds again. */
  | { readonly kind: 'write-failed'; readonly file: string; readonly message: string }
  /** Writing works again. `lost`: number of exchanges that were not recorded in between. */
  | { readonly kind: 'write-resumed'; readonly file: string; readonly lost: number };

export interface RecordingWriter {
  /** @returns false when the exchange could not be written */
  write(exchange: Exchange, origin: string | undefined, error?: string): boolean;
  close(): void;
  readonly stats: RecordingStats;
}

interface RecordingStats {
  /** Number of exchanges in the files. */
  readonly written: number;
  /** Number of exchanges that could not be written, or whose file was removed afterwards. */
  readonly lost: number;
  readonly files: readonly string[];
}

const HAR_TAIL = '\n]}}';

/**
 * Opens a recording for writing; creates its folder.
 * @throws InputError when the file exists (without `append`), was not written by this program, is locked, or cannot be written
 */
export function openRecording(file: string, options: RecordingOptions): RecordingWriter {
  const { append, maxBytes, creator, onEvent, owner } = options;
  const layout = fileLayoutOf(options);
  const unlock = lockFile(file, owner);
  let target: AppendableFile | undefined;
  let name = file;
  try {
    target = openRecordingFile(file, layout, append);
  } catch (error) {
    unlock();
    throw error;
  }
  const files = [file];
  let written = 0;
  let lost = 0;
  let lostSinceFailure: number | undefined;

  const createNextFile = (): AppendableFile => {
    for (let number = 2; ; number++) {
      const created = createFile(rotatedName(file, number), layout);
      if (created === undefined) continue;
      files.push(created.name);
      return created;
    }
  };
  const recordLoss = (count: number, why: string): void => {
    if (lostSinceFailure === undefined) onEvent({ kind: 'write-failed', file: name, message: why });
    lostSinceFailure = (lostSinceFailure ?? 0) + count;
    lost += count;
  };
  const writeEntry = (entry: string): void => {
    if (target?.isUnchanged() === false) {
      // The entries in it are lost, too.
      const removedEntries = target.addedEntries();
      target.close();
      target = undefined;
      written -= removedEntries;
      recordLoss(removedEntries, 'the file was moved, deleted or changed by another program');
    }
    target ??= createFile(name, layout) ?? reopenFile(name, layout);
    if (maxBytes !== undefined && !target.isEmpty() && target.sizeAfter(entry) > maxBytes) {
      const nextFile = createNextFile();
      target.close();
      target = nextFile;
      ({ name } = nextFile);
    }
    target.append(entry);
  };

  return {
    write(exchange, origin, error) {
      try {
        const entry =
          options.format === 'har'
            ? toHarEntry(exchange, origin, error)
            : toExchangeLine(exchange, origin, error);
        writeEntry(
          JSON.stringify(creator.comment === undefined ? entry : { ...entry, _comment: creator.comment }),
        );
      } catch (failure) {
        recordLoss(1, (failure as Error).message);
        return false;
      }
      written++;
      if (lostSinceFailure !== undefined)
        onEvent({ kind: 'write-resumed', file: name, lost: lostSinceFailure });
      lostSinceFailure = undefined;
      return true;
    },
    close() {
      target?.close();
      unlock();
    },
    get stats() {
      return { written, lost, files };
    },
  };
}

function fileLayoutOf({ format, creator }: RecordingOptions): FileLayout {
  if (format === 'ndjson') return { head: '', separator: '', terminator: '\n', tail: '', signature: '' };
  const head = `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"entries":[`;
  return {
    head,
    separator: ',',
    terminator: '',
    tail: HAR_TAIL,
    signature: `{"log":{"version":"1.2","creator":{"name":${JSON.stringify(creator.name)}`,
  };
}

/** "traffic.har" and 2 give "traffic.2.har". */
function rotatedName(file: string, number: number): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.${number}${ext}`);
}

/** Locks the real path, so that symbolic links to one file share one lock. */
function lockFile(file: string, owner: LockOwner): () => void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const folder = realpathSync(path.dirname(file));
    const exists = statSync(file, { throwIfNoEntry: false }) !== undefined;
    return acquireLock(exists ? realpathSync(file) : path.join(folder, path.basename(file)), owner);
  } catch (error) {
    throw toInputError(file, error);
  }
}

function openRecordingFile(file: string, layout: FileLayout, append: boolean): AppendableFile {
  try {
    const created = createFile(file, layout);
    if (created !== undefined) return created;
    if (append) return reopenFile(file, layout);
  } catch (error) {
    throw toInputError(file, error);
  }
  throw new InputError(`${file} exists: add --append to append to it, or choose another name`);
}

function toInputError(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof InputError || code === undefined) return error;
  return new InputError(
    `${file} cannot be written: ${ERROR_REASONS.get(code) ?? message}. Choose another place.`,
  );
}

const NOT_A_FOLDER = 'a part of the path is a file, not a folder';

/** Reasons by error code. The messages of Node name system calls and the full path. */
const ERROR_REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['ENOENT', 'the folder does not exist'],
  ['ENOTDIR', NOT_A_FOLDER],
  ['EEXIST', NOT_A_FOLDER],
  ['EISDIR', 'it is a folder'],
]);
