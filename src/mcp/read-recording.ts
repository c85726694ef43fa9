// Reads a recording that a tool names: a regular file below the working folder, of limited size.
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { describeFileError } from '../finding/file-error.ts';
import { InputError } from '../finding/input-error.ts';

/** Bytes of a recording. `deadringer check` has no limit. */
const MAX_RECORDING = 64 * 2 ** 20;

/** @throws InputError if the file is elsewhere, cannot be read, or is too large */
export async function readRecording(folder: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const root = await realpath(folder);
  let file: string;
  try {
    // A link may lead out of the folder.
    file = await realpath(path.resolve(root, name));
  } catch (error) {
    throw new InputError(`${name} cannot be read: ${describeFileError(error)}`);
  }
  const relative = path.relative(root, file);
  if (/^\.\.(?:[\\/]|$)/.test(relative) || path.isAbsolute(relative))
    throw new InputError(`${name} is not below ${root}, the folder in which "deadringer mcp" was started`);
  // Opening a pipe would wait for its writer.
  const stats = await stat(file);
  if (!stats.isFile()) throw new InputError(`${name} is not a file: name one recording`);
  if (stats.size > MAX_RECORDING)
    throw new InputError(
      `${name} has ${stats.size} bytes, and the limit is ${MAX_RECORDING}: use "deadringer check ${name}"`,
    );
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new InputError(`${name} cannot be read: ${describeFileError(error)}`);
  }
}
