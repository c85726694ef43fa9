// Random numbers from 0 to 1 that depend on a text only (Mulberry32).

import { fnv1a } from './fnv1a.ts';

export function randomFrom(text: string): () => number {
  let state = fnv1a(text);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** As randomFrom. Most requests draw none, so the generator is created at the first draw. */
export function lazyRandom(text: string): () => number {
  let draw: (() => number) | undefined;
  return () => {
    draw ??= randomFrom(text);
    return draw();
  };
}
