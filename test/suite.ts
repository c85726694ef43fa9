// How long this run may take, and which seeds it uses: `npm test` is short, `npm run test:slow` is long.

/** True in `npm run test:slow`. */
export const isLong = process.env.DEADRINGER_LONG_TESTS === '1';

/** The amount for this run: of random documents, of requests, of rounds. */
export function amount(short: number, long: number): number {
  return isLong ? long : short;
}

/**
 * The seed of a random test: fixed, so that every run tests the same, unless DEADRINGER_SEED names another.
 * fast-check prints the seed of a property that fails; tests that sample print it in their message.
 */
export function seedOr(fixed: number): number {
  const given = process.env.DEADRINGER_SEED;
  if (given === undefined || given === '') return fixed;
  const seed = Number(given);
  if (!Number.isSafeInteger(seed)) throw new Error(`DEADRINGER_SEED is a whole number; got "${given}"`);
  return seed;
}

/** Picks one of `n` in turn, beginning with the first: for a short run through what a long one takes whole. */
export function oneOf(n: number): () => boolean {
  let calls = 0;
  return () => calls++ % n === 0;
}
