// Collects what an import loses, with the places where it was written.
import { truncate } from '../finding/truncate.ts';
import type { ImportPlace, Loss } from './model.ts';
import { NotCarriedOver } from './not-carried-over.ts';

/** Losses beyond this number are counted, not listed: a file may have a million rules. */
const MAX_LOSSES = 10_000;

export class LossList {
  readonly losses: Loss[] = [];

  /** @param below pointer below the place */
  add(place: ImportPlace, below: string, construct: string, reason: string, remedy: string): void {
    if (this.losses.length > MAX_LOSSES) return;
    const { file, line } = place.source.locate(place.pointer + below);
    if (this.losses.length === MAX_LOSSES) {
      const text = `more than ${MAX_LOSSES} constructs are not carried over`;
      this.losses.push({
        file,
        line,
        construct: 'others',
        reason: text,
        remedy: 'import fewer files at once',
      });
      return;
    }
    this.losses.push({
      file,
      line,
      construct: truncate(construct, 80),
      reason: truncate(reason, 400),
      remedy,
    });
  }

  /** @returns undefined if the rule is left out, which is listed */
  attempt<Result>(place: ImportPlace, action: () => Result): Result | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof NotCarriedOver)) throw error;
      this.add(place, error.at, error.construct, `${error.message}; the rule is left out`, error.remedy);
      return undefined;
    }
  }
}
