// What a replica recorded of one session and has not written to the store yet: bounded, the oldest dropped first.

import { isRecorded } from '../../exchange/exchange.ts';
import type { ServeEvent } from '../../mock/serve-event.ts';
import { type CallCounts, countCall } from '../../mock/session/call-counts.ts';
import { type JournaledEvent, toJournaledEvent } from '../../mock/session/journaled-event.ts';

/** What costs little to write, so it is written before the entries. */
export interface RecordedCounts {
  readonly recorded: number;
  readonly calls: number;
  /** Exchanges that were dropped before they were written. */
  readonly dropped: number;
  /** Time of the last exchange. */
  readonly usedAt: number;
  /** How the last request named the session; empty: there was none. */
  readonly boundBy: string;
  readonly counts: CallCounts;
}

/** Epochs of a session do not mix: a reset begins a new one. */
interface EpochBacklog {
  readonly epoch: number | undefined;
  readonly events: JournaledEvent[];
  counts: Mutable<RecordedCounts>;
}

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

export class Backlog {
  /** Number of events. */
  length = 0;
  /** About what the events keep in memory. */
  bytes = 0;
  /** The oldest epoch first. */
  readonly #epochs: EpochBacklog[] = [];

  /** True: there are neither events nor counts. */
  get isEmpty(): boolean {
    return this.#epochs.length === 0;
  }

  record(event: ServeEvent, epoch: number | undefined): void {
    let latest = this.#epochs.at(-1);
    if (latest === undefined || latest.epoch !== epoch) {
      latest = { epoch, events: [], counts: noCounts() };
      this.#epochs.push(latest);
    }
    const journaled = toJournaledEvent(event);
    latest.events.push(journaled);
    this.length++;
    this.bytes += sizeOf(event);
    const { counts } = latest;
    counts.recorded++;
    counts.usedAt = Math.max(counts.usedAt, event.exchange.startedAt);
    if (event.sent !== undefined) return;
    counts.calls++;
    counts.boundBy = event.sessionSource;
    countCall(counts.counts, journaled);
  }

  dropOldest(): void {
    const oldest = this.#epochs.find(({ events }) => events.length > 0);
    if (oldest === undefined) return;
    this.#shift(oldest);
    oldest.counts.dropped++;
  }

  /**
   * Takes the counts of the oldest epoch, and its events as long as `mayTake` says so.
   * @returns undefined if there is nothing
   */
  take(
    mayTake: () => boolean,
    use: (event: JournaledEvent) => void,
  ): (RecordedCounts & { readonly epoch: number | undefined }) | undefined {
    const [oldest] = this.#epochs;
    if (oldest === undefined) return undefined;
    const { epoch, events, counts } = oldest;
    while (events.length > 0 && mayTake()) use(this.#shift(oldest));
    oldest.counts = noCounts();
    if (events.length === 0) this.#epochs.shift();
    return { epoch, ...counts };
  }

  #shift({ events }: EpochBacklog): JournaledEvent {
    const event = events.shift() as JournaledEvent;
    this.length--;
    this.bytes -= sizeOf(event);
    return event;
  }
}

function noCounts(): Mutable<RecordedCounts> {
  return { recorded: 0, calls: 0, dropped: 0, usedAt: 0, boundBy: '', counts: new Map() };
}

/** In bytes: the bodies, and a flat 2000 for the rest. */
function sizeOf({ exchange: { request, response } }: Pick<ServeEvent, 'exchange'>): number {
  const bodies = [request.body, response?.body].map(body => (body && isRecorded(body) ? body.length : 0));
  return bodies.reduce((sum, length) => sum + length, 2000);
}
