// The journal of a session, as readers see it: what was served, redacted, wherever a store keeps it.

import type { CallCounts } from './call-counts.ts';
import type { ExchangeSummary } from './exchange-summary.ts';
import type { JournalEntry, JournaledEvent } from './journaled-event.ts';

/** A store outside the process answers with a promise. */
export type Maybe<Value> = Value | Promise<Value>;

/** Selects entries of a journal. */
export interface JournalFilter {
  /** Only entries with a greater sequence number. */
  readonly after?: number | undefined;
  /** Only entries with a smaller sequence number. */
  readonly before?: number | undefined;
  /** The greatest number of entries; the newest are selected. */
  readonly limit?: number | undefined;
  readonly matches?: ((summary: ExchangeSummary) => boolean) | undefined;
}

export interface SessionJournal {
  readonly length: number;
  /** Number of entries that were dropped because the journal was full. */
  readonly dropped: number;
  /** Number of exchanges that were answered and never reached the journal: their process or the store ended before. */
  readonly lost: number;
  /** The calls since the journal was cleared, also those whose entries were dropped. */
  calls(): Maybe<CallCounts>;
  /** Oldest first, for verification inside the mock. Only a store inside the process has them unredacted. */
  events(): Maybe<readonly JournaledEvent[]>;
  /** Redacted, oldest first. */
  entries(filter?: JournalFilter): Maybe<readonly JournalEntry[]>;
  /** Redacted, oldest first. Costs less than `entries`. */
  summaries(filter?: JournalFilter): Maybe<readonly ExchangeSummary[]>;
  /** Redacted. @param id of the exchange */
  find(id: string): Maybe<JournalEntry | undefined>;
  /** Redacted. @param id of the exchange */
  findSummary(id: string): Maybe<ExchangeSummary | undefined>;
  /** Call it inside of SessionStore.configure only. Sequence numbers go on. */
  clear(): void;
}
