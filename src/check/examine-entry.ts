// From the bytes of one entry to what it counts as. What goes wrong here is a bug, and names the entry that shows it.
import { toRecorded } from '../recording/entry.ts';
import type { RawEntry } from '../recording/recorded.ts';
import type { Examiner } from './examine.ts';

/** @throws Error with the place of the entry when a check fails instead of judging */
export function examineEntry(examiner: Examiner, raw: RawEntry): void {
  try {
    examiner.take(toRecorded(raw));
  } catch (error) {
    const { file, entry } = raw.place;
    throw new Error(`${file} entry ${entry} could not be judged, which is a fault of deadringer`, {
      cause: error,
    });
  }
}
