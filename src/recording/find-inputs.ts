// Finds the files of the inputs: files, folders, standard input. Errors name the remedy.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../finding/input-error.ts';
import { RECORDING_NAME } from './zip.ts';

export interface InputFile {
  readonly file: string;
  /** False for a file that was found in a folder and has a name that other files have, too, such as ".json". */
  readonly isExplicit: boolean;
  /** Bytes; undefined for a pipe or standard input. */
  readonly size: number | undefined;
  /** Why a link in a folder leads to no file. Such an input is skipped. */
  readonly problem?: string;
}

/**
 * @returns total size of the inputs in bytes; undefined when one is a pipe or standard input
 * @throws InputError when an input is missing
 */
export async function inputSize(inputs: readonly string[]): Promise<number | undefined> {
  const sizes = (await findInputs(inputs)).map(({ size }) => size);
  return sizes.every(size => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
}

/**
 * The input files in the order given. A file that is given twice is read once.
 * @throws InputError when an input is missing
 */
export async function findInputs(inputs: readonly string[]): Promise<InputFile[]> {
  const byPath = new Map<string, InputFile>();
  for (const inputPath of inputs) {
    if (inputPath === '-') {
      byPath.set('-', { file: '-', isExplicit: true, size: undefined });
      continue;
    }
    const files = await findInputFiles(inputPath);
    for (const file of files)
      if (!byPath.has(path.resolve(file.file))) byPath.set(path.resolve(file.file), file);
  }
  return [...byPath.values()];
}

async function findInputFiles(inputPath: string): Promise<InputFile[]> {
  try {
    const stats = await stat(inputPath);
    if (!stats.isDirectory())
      return [{ file: inputPath, isExplicit: true, size: stats.isFile() ? stats.size : undefined }];
    const entries = await readdir(inputPath, { recursive: true, withFileTypes: true });
    const files = entries
      .filter(entry => mayBeRecording(entry, inputPath))
      .map(entry => path.join(entry.parentPath, entry.name))
      .sort();
    if (files.length === 0) {
      throw new InputError(
        `${inputPath} contains no recording: give a folder with .har, .ndjson, .jsonl, .json, .yaml or .zip files.`,
      );
    }
    return await Promise.all(files.map(fileInFolder));
  } catch (error) {
    throw toInputFileError(inputPath, error);
  }
}

async function fileInFolder(file: string): Promise<InputFile> {
  const isExplicit = !isAmbiguousName(file);
  const skip = (problem: string): InputFile => ({ file, isExplicit, size: 0, problem: `${file} ${problem}` });
  try {
    const stats = await stat(file);
    // Opening a pipe would wait for a writer.
    return stats.isFile()
      ? { file, isExplicit, size: stats.size }
      : skip('is a link to something that is no file');
  } catch (error) {
    if (isFileSystemError(error) && error.code === 'ELOOP')
      return skip('is a link that leads back to itself');
    if (isFileSystemError(error) && error.code === 'ENOENT')
      return skip('is a link to a file that does not exist');
    throw toInputFileError(file, error);
  }
}

/** Whether files with such a name are usually not recordings. */
export function isAmbiguousName(file: string): boolean {
  return /\.(?:json|ya?ml)(?:\.gz)?$/i.test(file);
}

/** Hidden files, and files in hidden folders, are not recordings. */
function mayBeRecording(entry: Dirent, folder: string): boolean {
  const relativePath = path.relative(folder, path.join(entry.parentPath, entry.name));
  if (relativePath.split(path.sep).some(step => step.startsWith('.'))) return false;
  return (
    (entry.isFile() || entry.isSymbolicLink()) &&
    (RECORDING_NAME.test(entry.name) || /\.zip(?:\.gz)?$/i.test(entry.name))
  );
}

/** Converts a file system error to an InputError; returns any other error unchanged. */
export function toInputFileError(file: string, error: unknown): unknown {
  if (!isFileSystemError(error)) return error;
  if (error.code === 'ENOENT')
    return new InputError(`${file} does not exist. Give a file, a folder or "-" for standard input.`);
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new InputError(`permission denied: ${file}. Give this user read permission.`);
  }
  return new InputError(
    `${file} cannot be read (${error.code}). Give a file, a folder or "-" for standard input.`,
  );
}

export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
