// How far a long command is, on one line of a terminal; nothing where nobody looks, and nothing in the first second.
import type { Progress } from '../check/run.ts';
import type { Output } from './io.ts';

export interface Teller {
  readonly tell: (progress: Progress) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const FIRST = 1000;
const EVERY = 100;

/** @param size bytes in all, where that is known */
export function watchProgress(stream: Output, verb: string, size: number | undefined): Teller {
  const begun = Date.now();
  let told = 0;
  return {
    tell({ entries, bytes }) {
      const now = Date.now();
      if (!stream.isTTY || now - begun < FIRST || now - told < EVERY) return;
      told = now;
      const share = size ? ` ${Math.min(100, Math.floor((100 * bytes) / size))} %` : '';
      stream.write(`\r\u001B[K${verb} ${entries.toLocaleString('en')} entries${share}`);
    },
    end() {
      if (told > 0) stream.write('\r\u001B[K');
    },
  };
}
