// Reads a file that an option names.

import { readFileSync } from 'node:fs';
import { UsageError } from './command.ts';

/** @param option for the message, such as "--tls-cert". @throws UsageError if the file cannot be read */
export function readOptionFile(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${option}: ${code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read: ${message}`}`,
    );
  }
}
