// A progress line on a terminal, shown after one second.
import type { Progress } from '../check/run.ts';
import type { Output } from './io.ts';

export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  /** Removes the progress line. */
  readonly end: () => void;
}

const SHOW_AFTER_MS = 1000;
const INTERVAL_MS = 100;

/** @param size total bytes, if known */
export function createProgressLine(stream: Output, verb: string, size: number | undefined): ProgressLine {
  const startedAt = Date.now();
  let lastShown = 0;
  return {
    update({ entries, bytes }) {
      const now = Date.now();
      if (!stream.isTTY || now - startedAt < SHOW_AFTER_MS || now - lastShown < INTERVAL_MS) return;
      lastShown = now;
      const percent = size ? ` ${Math.min(100, Math.floor((100 * bytes) / size))}%` : '';
      stream.write(`\r\u001B[K${verb} ${entries.toLocaleString('en')} entries${percent}`);
    },
    end() {
      if (lastShown > 0) stream.write('\r\u001B[K');
    },
  };
}
