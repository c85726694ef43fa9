// How long to wait before a process that has ended is started again.

/** A process that has run for so long gets no pause. */
const STABLE_MS = 5000;
const FIRST_MS = 100;
const LONGEST_MS = 30_000;

/** @returns a function to be called at each end, which returns milliseconds: none at first, then more each time */
export function restartPause(): () => number {
  let startedAt = performance.now();
  let ends = 0;
  return () => {
    const now = performance.now();
    ends = now - startedAt > STABLE_MS ? 1 : ends + 1;
    const pause = ends === 1 ? 0 : Math.min(FIRST_MS * 2 ** (ends - 2), LONGEST_MS);
    startedAt = now + pause;
    return pause;
  };
}
