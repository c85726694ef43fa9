// When entries of journals are encoded: seldom while a replica is busy with requests, often while it is not.

/** Encoding takes so long at a time. */
const SLICE_MS = 5;
/** Then it pauses so many times as long: it takes 5 % of the time of a busy replica, and half of the time of another one. */
const PAUSE_FACTORS = { busy: 19, idle: 1 };
const MAX_PAUSE_MS = 2000;
/** Exchanges in a millisecond that make a replica busy, on average over a time. */
const BUSY_RATE = 0.2;
const BUSY_MS = 50;

export class EncodingPace {
  readonly #now: () => number;
  #pausesUntil = Number.NEGATIVE_INFINITY;
  #isBusy = false;
  /** Number of exchanges since a time. */
  #recorded = 0;
  #since: number;

  /** @param now milliseconds on a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** An exchange was recorded. */
  count(): void {
    this.#recorded++;
  }

  /** Until when entries may be encoded; in the past during a pause, unless it is urgent. */
  deadline(isUrgent: boolean): number {
    const now = this.#now();
    return isUrgent || now >= this.#pausesUntil ? now + SLICE_MS : Number.NEGATIVE_INFINITY;
  }

  /** Pauses, for longer if it pauses already. @param start when encoding began */
  pause(start: number): void {
    const end = this.#now();
    if (end - this.#since >= BUSY_MS) {
      this.#isBusy = this.#recorded > BUSY_RATE * (end - this.#since);
      this.#recorded = 0;
      this.#since = end;
    }
    const pause = (this.#isBusy ? PAUSE_FACTORS.busy : PAUSE_FACTORS.idle) * (end - start);
    this.#pausesUntil = Math.min(Math.max(this.#pausesUntil, end) + pause, end + MAX_PAUSE_MS);
  }

  /** Milliseconds until the pause ends. */
  get remaining(): number {
    return Math.max(0, this.#pausesUntil - this.#now());
  }
}
