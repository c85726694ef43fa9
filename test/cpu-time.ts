// How the time of a function grows with its input, by CPU time, which other processes hardly change.

/** Milliseconds of CPU time that this process spends in `work`. */
export function cpuTimeOf(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/**
 * True if `cost(to)` is more than `factor` times `cost(from)`, and more than `noise` milliseconds.
 * A busy machine only ever adds time, so the fastest of up to five rounds is compared, after one that is not counted.
 */
export function growsBeyond(
  cost: (size: number) => number,
  { from, to, factor, noise }: { from: number; to: number; factor: number; noise: number },
): boolean {
  cost(from);
  let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 5; round++) {
    small = Math.min(small, cost(from), cost(from));
    large = Math.min(large, cost(to));
    if (large <= Math.max(noise, factor * small)) return false;
  }
  return true;
}
