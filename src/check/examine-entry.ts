// Parses and checks one raw entry. Adds the position of the entry to internal errors.

import type { RawEntry } from '../recording/model.ts';
import { readRecordedEntry } from '../recording/read-entry.ts';
import type { Examiner } from './examine.ts';

/** @throws Error with the place of the entry on an internal error */
export function examineEntry(examiner: Examiner, raw: RawEntry): void {
  try {
    examiner.add(readRecordedEntry(raw));
  } catch (error) {
    const { file, entry } = raw.place;
    throw new Error(`${file} entry ${entry}: internal error in deadringer while checking this entry`, {
      cause: error,
    });
  }
}
