// Reads the files of another mock server: one file, or a folder of them. Nothing in them is executed.
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isParseFailure, type ParsedFile, parseFile } from '../document/parse.ts';
import { describeFileError } from '../finding/file-error.ts';
import { formatLocation } from '../finding/finding.ts';
import { InputError } from '../finding/input-error.ts';
import type { ImportInput } from './import-input.ts';

/** Bytes of one file of rules, and of one body. */
const MAX_FILE = 50 * 1024 * 1024;
const MAX_BODY = 10 * 1024 * 1024;

const ZIP_START = Buffer.from('PK\x03\x04', 'latin1');

/** Files in a folder that are looked at. */
const MAX_FILES = 10_000;

/** Folders that a tool looks into, and ones that hold no rules. */
const RULE_FOLDERS = ['mappings', 'mocks'];
const OTHER_FOLDERS = new Set(['node_modules', '__files']);

export interface ReadInputs extends ImportInput {
  /** Files that are not read because they are programs, or no JSON. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * @param given a file, or a folder
 * @param displayed the name of the input in messages
 * @throws InputError when it cannot be read
 */
export function readInputs(given: string, displayed: string): ReadInputs {
  const files: ParsedFile[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const isFolder = attempt(displayed, () => statSync(given).isDirectory());
  const root = isFolder ? given : path.dirname(given);
  if (isFolder) {
    const inner = RULE_FOLDERS.find(name => isDirectory(path.join(given, name)));
    for (const file of listFiles(inner === undefined ? given : path.join(given, inner))) {
      const name = path.join(displayed, path.relative(given, file));
      if (/\.(?:[cm]?[jt]s)$/.test(file))
        skipped.push({ file: name, reason: 'it is a program, and programs of others are never run' });
      else if (/\.(?:json|ya?ml)$/i.test(file)) {
        const parsed = parseFile(name, readRules(file, name));
        if (isParseFailure(parsed))
          skipped.push({ file: name, reason: `${formatLocation(parsed.location)}: ${parsed.message}` });
        else files.push(parsed);
      }
    }
  } else {
    if (/\.(?:[cm]?[jt]s)$/.test(given))
      throw new InputError(
        `${displayed} is a program, and programs of others are never run: export the rules as JSON`,
      );
    const parsed = parseFile(displayed, readRules(given, displayed));
    if (isParseFailure(parsed)) throw new InputError(`${formatLocation(parsed.location)}: ${parsed.message}`);
    files.push(parsed);
  }
  return { files, skipped, readBody: name => readBody(root, name) };
}

function attempt<Result>(displayed: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${displayed} cannot be read: ${describeFileError(error)}`);
  }
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** In the order of their names, as a listing shows them. */
function listFiles(folder: string): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const file = path.join(next, entry.name);
      if (entry.isDirectory() && !OTHER_FOLDERS.has(entry.name) && !entry.name.startsWith('.'))
        folders.push(file);
      else if (entry.isFile()) found.push(file);
      if (found.length > MAX_FILES)
        throw new InputError(
          `${folder} has more than ${MAX_FILES} files: name the folder that has the rules`,
        );
    }
  }
  return found.sort();
}

function readRules(file: string, displayed: string): string {
  return attempt(displayed, () => {
    const { size } = statSync(file);
    if (size > MAX_FILE) throw new InputError(`${displayed} has ${size} bytes; at most ${MAX_FILE} are read`);
    const bytes = readFileSync(file);
    if (bytes.subarray(0, 4).equals(ZIP_START))
      throw new InputError(`${displayed} is a ZIP archive: unpack it, and import the folder`);
    if (bytes.subarray(0, 8192).includes(0))
      throw new InputError(`${displayed} is no text in UTF-8: export the rules as JSON`);
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  });
}

/** A file below the root. A name or a link that leads elsewhere is not followed. */
function readBody(root: string, name: string): Uint8Array | string {
  const file = path.resolve(root, name);
  try {
    const real = realpathSync(file);
    if (!real.startsWith(realpathSync(root) + path.sep)) return `${name} is not in the folder of the rules`;
    const { size } = statSync(real);
    return size > MAX_BODY ? `${name} has ${size} bytes; a body has at most ${MAX_BODY}` : readFileSync(real);
  } catch (error) {
    return `${name} cannot be read: ${describeFileError(error)}`;
  }
}
