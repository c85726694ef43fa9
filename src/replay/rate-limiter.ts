// Limits the number of requests per second.
import { setTimeout as wait } from 'node:timers/promises';

/** Returns a function that waits until the next request may be sent. */
export function createRateLimiter(
  rate: number | undefined,
  signal: AbortSignal | undefined,
): () => Promise<void> {
  if (rate === undefined) return () => Promise.resolve();
  let nextSlot: Promise<unknown> = Promise.resolve();
  return async () => {
    const slot = nextSlot;
    nextSlot = slot.then(() =>
      wait(1000 / rate, undefined, { ref: false, ...(signal !== undefined && { signal }) }),
    );
    // An abort rejects the slot that is awaited; the next slot may have no waiter.
    nextSlot.catch(() => {});
    await slot;
  };
}
