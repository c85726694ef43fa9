// Writes exchanges into a file that can be read at any moment: whatever kills the writer costs the exchange in flight at most.
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Exchange } from '../exchange/exchange.ts';
import { InputError } from '../finding/input-error.ts';
import { type Creator, toHarEntry } from './har.ts';
import { lock, type Owner } from './lock.ts';
import { toLine } from './ndjson.ts';
import { continueFile, createFile, type Shape, type TailedFile } from './tailed-file.ts';

export interface RecordingOptions {
  readonly format: 'har' | 'ndjson';
  /** True: goes on in a file that is there; else that is refused. */
  readonly append: boolean;
  /** Most bytes of a file, after which the next is begun beside it; undefined: one file. */
  readonly rotate: number | undefined;
  /** A comment is put on every entry, too. */
  readonly creator: Creator;
  readonly owner: Owner;
  readonly onTrouble: (trouble: RecordingTrouble) => void;
}

export type RecordingTrouble =
  /** Told once, until it is over. */
  | { readonly kind: 'losing'; readonly file: string; readonly why: string }
  /** `lost`: how many exchanges that has cost. */
  | { readonly kind: 'writing-again'; readonly file: string; readonly lost: number };

export interface Recording {
  /** @returns false when it was lost */
  write(exchange: Exchange, origin: string | undefined, error?: string): boolean;
  close(): void;
  readonly stats: RecordingStats;
}

interface RecordingStats {
  /** Exchanges that were written, and are there. */
  readonly written: number;
  /** Exchanges that could not be written, or were written into a file that somebody took away. */
  readonly lost: number;
  readonly files: readonly string[];
}

const HAR_TAIL = '\n]}}';

/** Makes the folder, too. @throws InputError when the file is there already, is not ours to go on in, or is being recorded into by another */
export function openRecording(file: string, options: RecordingOptions): Recording {
  const { append, rotate, creator, onTrouble, owner } = options;
  const shape = shapeOf(options);
  const unlock = locked(file, owner);
  let current: TailedFile | undefined;
  let name = file;
  try {
    current = begin(file, shape, append);
  } catch (error) {
    unlock();
    throw error;
  }
  const files = [file];
  let written = 0;
  let lost = 0;
  let losing: number | undefined;

  const next = (): TailedFile => {
    for (let number = 2; ; number++) {
      const found = createFile(numbered(file, number), shape);
      if (found === undefined) continue;
      files.push(found.name);
      return found;
    }
  };
  const lose = (count: number, why: string): void => {
    if (losing === undefined) onTrouble({ kind: 'losing', file: name, why });
    losing = (losing ?? 0) + count;
    lost += count;
  };
  const put = (entry: string): void => {
    if (current?.isThere() === false) {
      // What was written into it is gone, too.
      const taken = current.own();
      current.close();
      current = undefined;
      written -= taken;
      lose(taken, 'it was taken away');
    }
    current ??= createFile(name, shape) ?? continueFile(name, shape);
    if (rotate !== undefined && !current.isEmpty() && current.sizeWith(entry) > rotate) {
      const following = next();
      current.close();
      current = following;
      ({ name } = following);
    }
    current.add(entry);
  };

  return {
    write(exchange, origin, error) {
      try {
        const entry =
          options.format === 'har' ? toHarEntry(exchange, origin, error) : toLine(exchange, origin, error);
        put(JSON.stringify(creator.comment === undefined ? entry : { ...entry, _comment: creator.comment }));
      } catch (failure) {
        lose(1, (failure as Error).message);
        return false;
      }
      written++;
      if (losing !== undefined) onTrouble({ kind: 'writing-again', file: name, lost: losing });
      losing = undefined;
      return true;
    },
    close() {
      current?.close();
      unlock();
    },
    get stats() {
      return { written, lost, files };
    },
  };
}

function shapeOf({ format, creator }: RecordingOptions): Shape {
  if (format === 'ndjson') return { head: '', separator: '', end: '\n', tail: '', mark: '' };
  const head = `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"entries":[`;
  return {
    head,
    separator: ',',
    end: '',
    tail: HAR_TAIL,
    mark: `{"log":{"version":"1.2","creator":{"name":${JSON.stringify(creator.name)}`,
  };
}

/** "traffic.har" and 2 to "traffic.2.har". */
function numbered(file: string, number: number): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.${number}${ext}`);
}

/** By whatever name a file is called, it is one file. */
function locked(file: string, owner: Owner): () => void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const folder = realpathSync(path.dirname(file));
    const there = statSync(file, { throwIfNoEntry: false }) !== undefined;
    return lock(there ? realpathSync(file) : path.join(folder, path.basename(file)), owner);
  } catch (error) {
    throw explained(file, error);
  }
}

function begin(file: string, shape: Shape, append: boolean): TailedFile {
  try {
    const created = createFile(file, shape);
    if (created !== undefined) return created;
    if (append) return continueFile(file, shape);
  } catch (error) {
    throw explained(file, error);
  }
  throw new InputError(`${file} exists: add --append to go on in it, or choose another name`);
}

function explained(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof InputError || code === undefined) return error;
  return new InputError(`${file} cannot be written: ${REASONS.get(code) ?? message}. Choose another place.`);
}

const NO_FOLDER = 'what should be a folder there is a file';

/** What Node says names system calls, and the whole path on this machine. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['EROFS', 'that disk can only be read'],
  ['ENOSPC', 'that disk is full'],
  ['ENOENT', 'no file can be made there'],
  ['ENOTDIR', NO_FOLDER],
  ['EEXIST', NO_FOLDER],
  ['EISDIR', 'it is a folder'],
]);
