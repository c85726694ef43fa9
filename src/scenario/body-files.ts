// Reads the files that replies of a scenario send as their body (`body-file`).

import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeFileError } from '../finding/file-error.ts';
import type { BodyFile, Scenario } from './scenario.ts';

/** Bytes. Bodies are kept in memory. */
const MAX_SIZE = 10 * 1024 * 1024;

/**
 * The scenario with the files of its replies.
 * @param directory of the scenario file; files must be in the directory above it, which has the scenarios of all APIs
 * @param onRead called with the URL of each file before it is read
 */
export function withBodyFiles(
  scenario: Scenario,
  directory: string,
  onRead: (uri: string) => void = () => {},
): Scenario {
  const names = scenario.rules.flatMap(({ reply = [] }) =>
    [reply].flat().flatMap(step => (typeof step === 'object' && step['body-file']) || []),
  );
  if (names.length === 0) return scenario;
  const files = [...new Set(names)].map(name => [name, readBodyFile(name, directory, onRead)] as const);
  return { ...scenario, bodyFiles: new Map(files) };
}

function readBodyFile(name: string, directory: string, onRead: (uri: string) => void): BodyFile {
  const file = path.resolve(directory, name);
  try {
    const root = realpathSync(path.dirname(path.resolve(directory)));
    // A link may lead anywhere, so the place of the file itself counts.
    if (!isInside(file, path.dirname(path.resolve(directory))) || !isInside(realpathSync(file), root))
      return { problem: `${name} is not in the folder of the scenarios` };
    onRead(pathToFileURL(file).href);
    const found = statSync(file);
    const { size } = found;
    // The end of a pipe may never come.
    if (!found.isFile() && !found.isDirectory()) return { problem: `${name} is no regular file` };
    if (size > MAX_SIZE) return { problem: `${name} has ${size} bytes; a body has at most ${MAX_SIZE}` };
    return readFileSync(file);
  } catch (error) {
    // It may be created later.
    onRead(pathToFileURL(file).href);
    return { problem: `${name} cannot be read: ${describeFileError(error)}` };
  }
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(folder + path.sep);
}
