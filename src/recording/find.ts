// Finds the files that inputs name: files, folders of them, standard input. What cannot be found is told with the remedy.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../finding/input-error.ts';
import { RECORDING } from './zip.ts';

export interface Input {
  readonly file: string;
  /** False for what a folder happens to hold besides recordings. */
  readonly named: boolean;
  /** Undefined when it is no plain file: a pipe or standard input. */
  readonly size: number | undefined;
}

/**
 * @returns bytes of all inputs together, undefined when that is not known before they are read
 * @throws InputError when an input is missing
 */
export async function inputSize(inputs: readonly string[]): Promise<number | undefined> {
  const sizes = (await findInputs(inputs)).map(({ size }) => size);
  return sizes.every(size => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
}

/** In their order; a file that is named twice is read once. */
export async function findInputs(inputs: readonly string[]): Promise<Input[]> {
  const found = new Map<string, Input>();
  for (const given of inputs) {
    if (given === '-') {
      found.set('-', { file: '-', named: true, size: undefined });
      continue;
    }
    const files = await findFiles(given);
    for (const file of files)
      if (!found.has(path.resolve(file.file))) found.set(path.resolve(file.file), file);
  }
  return [...found.values()];
}

async function findFiles(given: string): Promise<Input[]> {
  try {
    const about = await stat(given);
    if (!about.isDirectory())
      return [{ file: given, named: true, size: about.isFile() ? about.size : undefined }];
    const entries = await readdir(given, { recursive: true, withFileTypes: true });
    const files = entries
      .filter(entry => isCandidate(entry, given))
      .map(entry => path.join(entry.parentPath, entry.name))
      .sort();
    if (files.length === 0) {
      throw new InputError(
        `${given} has no recording in it: name a folder with .har, .ndjson, .jsonl, .json, .yaml or .zip files.`,
      );
    }
    return await Promise.all(
      files.map(async file => ({ file, named: !isPerhaps(file), size: await sizeOf(file) })),
    );
  } catch (error) {
    throw unreadable(given, error);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Whether files of such a name are usually something else than recordings. */
export function isPerhaps(file: string): boolean {
  return /\.(?:json|ya?ml)(?:\.gz)?$/i.test(file);
}

/** Hidden files and folders are none of a recording's. */
function isCandidate(entry: Dirent, folder: string): boolean {
  const below = path.relative(folder, path.join(entry.parentPath, entry.name));
  if (below.split(path.sep).some(step => step.startsWith('.'))) return false;
  return (
    (entry.isFile() || entry.isSymbolicLink()) &&
    (RECORDING.test(entry.name) || /\.zip(?:\.gz)?$/i.test(entry.name))
  );
}

/** The file system's complaint as a sentence; every other error as it is. */
export function unreadable(file: string, error: unknown): unknown {
  if (!isOfFileSystem(error)) return error;
  if (error.code === 'ENOENT') return new InputError(`${file} does not exist. Name a file, a folder or "-".`);
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new InputError(`${file} may not be read by this user. Give it read permission.`);
  }
  return new InputError(`${file} cannot be read (${error.code}). Name a file, a folder or "-".`);
}

export function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
