// The journal of a session in this process: bounded in entries and bytes, oldest dropped first, redacted on the way out.

import { type Headers, isRecorded } from '../exchange/exchange.ts';
import type { ServeEvent } from '../mock/serve-event.ts';
import { type CallCounts, countCall } from '../mock/session/call-counts.ts';
import { type ExchangeSummary, toExchangeSummary } from '../mock/session/exchange-summary.ts';
import {
  type JournalEntry,
  type JournaledEvent,
  redactEvent,
  toJournaledEvent,
} from '../mock/session/journaled-event.ts';
import type { JournalFilter, SessionJournal } from '../mock/session/session-journal.ts';
import type { JournalLimits } from '../mock/session/session-limits.ts';

/** Bytes that all journals of a store hold together. */
export interface JournalUsage {
  bytes: number;
}

interface StoredEvent {
  readonly event: JournaledEvent;
  readonly sequence: number;
  readonly size: number;
  /** Created when it is first read. */
  summary?: ExchangeSummary;
}

/** Of one operation and status. */
const CALL_COUNT_BYTES = 100;

export class MemoryJournal implements SessionJournal {
  readonly #limits: JournalLimits;
  /**
   * A ring buffer. Push and shift on a plain array copy it again and again, and the old copies keep dropped entries alive
   * until a full garbage collection.
   */
  readonly #ring: (StoredEvent | undefined)[] = [];
  /** Index of the oldest entry. */
  #oldest = 0;
  #length = 0;
  #bytes = 0;
  #sequence = 0;
  dropped = 0;
  /** An exchange is in the journal before its answer is sent. */
  readonly lost = 0;
  /** The calls of the dropped entries. */
  #droppedCalls: CallCounts = new Map();

  readonly #usage: JournalUsage;

  constructor(limits: JournalLimits, usage: JournalUsage) {
    this.#limits = limits;
    this.#usage = usage;
  }

  add(event: ServeEvent): void {
    const { entries, bytes } = this.#limits;
    const size = estimateSize(event);
    while (this.#length >= entries || (this.#length > 0 && this.#bytes + size > bytes)) this.dropOldest();
    const index = (this.#oldest + this.#length) % entries;
    const stored = { event: toJournaledEvent(event), sequence: ++this.#sequence, size };
    if (index === this.#ring.length) this.#ring.push(stored);
    else this.#ring[index] = stored;
    this.#length++;
    this.#count(size);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#usage.bytes += bytes;
  }

  /** Drops the oldest entry of a journal that has one. */
  dropOldest(): void {
    const oldest = this.#ring[this.#oldest];
    this.#count(-(oldest?.size ?? 0));
    if (oldest !== undefined && countCall(this.#droppedCalls, oldest.event)) this.#count(CALL_COUNT_BYTES);
    this.#ring[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#limits.entries;
    this.#length--;
    this.dropped++;
  }

  calls(): CallCounts {
    const counts: CallCounts = new Map(
      [...this.#droppedCalls].map(([target, statuses]) => [target, new Map(statuses)]),
    );
    for (const { event } of this.#newestFirst()) countCall(counts, event);
    return counts;
  }

  /** About what it keeps in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  *#newestFirst(): Generator<StoredEvent> {
    for (let back = this.#length - 1; back >= 0; back--) {
      const stored = this.#ring[(this.#oldest + back) % this.#limits.entries];
      if (stored !== undefined) yield stored;
    }
  }

  /** Oldest first. */
  #select({ after = 0, before, limit, matches }: JournalFilter): StoredEvent[] {
    const selected: StoredEvent[] = [];
    for (const stored of this.#newestFirst()) {
      if (stored.sequence <= after || selected.length === limit) break;
      if (before !== undefined && stored.sequence >= before) continue;
      if (matches === undefined || matches(summaryOf(stored))) selected.push(stored);
    }
    return selected.reverse();
  }

  #find(id: string): StoredEvent | undefined {
    return this.#ring.find(each => each?.event.exchange.id === id);
  }

  events(): readonly JournaledEvent[] {
    return this.#select({}).map(({ event }) => event);
  }

  entries(filter: JournalFilter = {}): JournalEntry[] {
    return this.#select(filter).map(toJournalEntry);
  }

  summaries(filter: JournalFilter = {}): ExchangeSummary[] {
    return this.#select(filter).map(summaryOf);
  }

  find(id: string): JournalEntry | undefined {
    const stored = this.#find(id);
    return stored && toJournalEntry(stored);
  }

  findSummary(id: string): ExchangeSummary | undefined {
    const stored = this.#find(id);
    return stored && summaryOf(stored);
  }

  clear(): void {
    this.#ring.length = 0;
    this.#oldest = 0;
    this.#length = 0;
    this.#count(-this.#bytes);
    this.dropped = 0;
    this.#droppedCalls = new Map();
  }
}

function summaryOf(stored: StoredEvent): ExchangeSummary {
  stored.summary ??= toExchangeSummary(stored.event, stored.sequence);
  return stored.summary;
}

function toJournalEntry({ event, sequence }: StoredEvent): JournalEntry {
  return { ...redactEvent(event), sequence };
}

/** In bytes: the bodies, heads and findings, and a flat 1000 for the rest. */
function estimateSize({ exchange: { request, response }, findings }: ServeEvent): number {
  let size = 1000 + request.path.length + request.query.length + sizeOfHeaders(request.headers);
  if (isRecorded(request.body)) size += request.body.length;
  for (const { message } of findings) size += 200 + message.length;
  if (response === undefined) return size;
  return size + measureHeaders(response.headers) + (isRecorded(response.body) ? response.body.length : 0);
}

const HEADER_SIZES = new WeakMap<Headers, number>();

/** Repeated heads of requests share their headers. Responses often have headers of their own, and few of them. */
function sizeOfHeaders(headers: Headers): number {
  let size = HEADER_SIZES.get(headers);
  if (size === undefined) {
    size = measureHeaders(headers);
    HEADER_SIZES.set(headers, size);
  }
  return size;
}

function measureHeaders(headers: Headers): number {
  let size = 0;
  for (const name in headers) for (const value of headers[name] ?? []) size += name.length + value.length;
  return size;
}
