// The limits of the session store, and their defaults.

import type { StateLimits } from '../state/tables.ts';

/** Of each journal. */
export interface JournalLimits {
  readonly entries: number;
  /** About what it keeps in memory. */
  readonly bytes: number;
}

/**
 * Limits of the session store. Each journal has at most `entries` entries and about `bytes` bytes; each session stores at most
 * `stateEntries` items of about `stateBytes` bytes.
 */
export interface SessionLimits extends JournalLimits, StateLimits {
  /** Number of sessions. */
  readonly count: number;
  /** Milliseconds without a request until a session is dropped. */
  readonly idle: number;
  /**
   * Bytes of all journals, remembered values and stored items together. The session that was not used for longest loses its oldest
   * entries first. If that is not enough, whole sessions are dropped.
   */
  readonly totalBytes: number;
}

export const DEFAULT_LIMITS: SessionLimits = {
  count: 1000,
  idle: 24 * 60 * 60 * 1000,
  entries: 1000,
  bytes: 16 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  stateEntries: 100_000,
  stateBytes: 64 * 1024 * 1024,
};
