// The journal of a session: bounded in entries and bytes, oldest dropped first, redacted on the way out.

import { type Exchange, isRecorded } from '../../exchange/exchange.ts';
import { redact, redactWith } from '../../exchange/redact.ts';
import type { Finding } from '../../finding/finding.ts';
import { redactedNames } from '../../openapi/model.ts';
import type { ServeEvent, UpstreamAttempt } from '../serve-event.ts';

export interface JournalLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** A served exchange. `sequence` counts the entries of the session from 1. */
export interface JournalEntry extends ServeEvent {
  readonly sequence: number;
}

interface StoredEvent {
  readonly event: ServeEvent;
  readonly sequence: number;
  readonly size: number;
}

export class Journal {
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
  /** Number of entries that were dropped. */
  dropped = 0;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  add(event: ServeEvent): void {
    const { entries, bytes } = this.#limits;
    const size = estimateSize(event);
    while (this.#length >= entries || (this.#length > 0 && this.#bytes + size > bytes)) this.#drop();
    const index = (this.#oldest + this.#length) % entries;
    const stored = { event, sequence: ++this.#sequence, size };
    if (index === this.#ring.length) this.#ring.push(stored);
    else this.#ring[index] = stored;
    this.#length++;
    this.#bytes += size;
  }

  #drop(): void {
    this.#bytes -= this.#ring[this.#oldest]?.size ?? 0;
    this.#ring[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#limits.entries;
    this.#length--;
    this.dropped++;
  }

  get length(): number {
    return this.#length;
  }

  /** Oldest first. */
  #all(): StoredEvent[] {
    const inOrder = [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
    return inOrder.filter(stored => stored !== undefined);
  }

  /** Not redacted: only for verification and coverage inside the mock. */
  events(): readonly ServeEvent[] {
    return this.#all().map(({ event }) => event);
  }

  /** Redacted, oldest first. */
  entries(): JournalEntry[] {
    return this.#all().map(toJournalEntry);
  }

  /** Redacted. @param id of the exchange */
  find(id: string): JournalEntry | undefined {
    const stored = this.#ring.find(each => each?.event.exchange.id === id);
    return stored && toJournalEntry(stored);
  }

  clear(): void {
    this.#ring.length = 0;
    this.#oldest = 0;
    this.#length = 0;
    this.#bytes = 0;
    this.dropped = 0;
  }
}

function toJournalEntry({ event, sequence }: StoredEvent): JournalEntry {
  return { ...redactEvent(event), sequence };
}

/** Redaction costs more than serving a request, so it happens when the journal is read. */
export function redactEvent<T extends ServeEvent>(event: T): T {
  const names = redactedNames(event.operation?.api, event.redactPersonal);
  const { exchange, scrub } = redactWith(event.exchange, names);
  const scrubMessage = (finding: Finding): Finding => ({ ...finding, message: scrub(finding.message) });
  const { upstream, refusedFor } = event;
  return {
    ...event,
    exchange,
    findings: event.findings.map(scrubMessage),
    ...(refusedFor !== undefined && { refusedFor: scrubMessage(refusedFor) }),
    ...(upstream !== undefined && {
      upstream: { ...upstream, path: redact(asSentUpstream(upstream, event.exchange), names).request.path },
    }),
  };
}

/** In bytes: the bodies, path and query, and a flat 1000 for the rest. */
function estimateSize({ exchange: { request, response } }: ServeEvent): number {
  let size = 1000 + request.path.length + request.query.length;
  if (isRecorded(request.body)) size += request.body.length;
  if (response !== undefined && isRecorded(response.body)) size += response.body.length;
  return size;
}

/** An exchange as a recording of the journal contains it. */
export interface RecordableExchange {
  readonly exchange: Exchange;
  /** "https://api.example.com"; undefined: the response is from the mock. */
  readonly origin: string | undefined;
}

export function toRecordable(event: ServeEvent): RecordableExchange {
  const { exchange, upstream } = event;
  if (upstream === undefined || isMockResponse(event)) return { exchange, origin: undefined };
  return { exchange: asSentUpstream(upstream, exchange), origin: upstream.origin };
}

/** Whether the mock responded, either without an upstream or because the upstream failed. */
export function isMockResponse({ exchange, problem, upstream }: ServeEvent): boolean {
  if (problem !== undefined || upstream === undefined) return true;
  // The body of an incomplete upstream response is not recorded, so a recorded body is from the mock.
  return (
    upstream.failure !== undefined && exchange.response !== undefined && isRecorded(exchange.response.body)
  );
}

/** The exchange with the path and host that were sent to the upstream. */
export function asSentUpstream({ origin, path }: UpstreamAttempt, exchange: Exchange): Exchange {
  const { request } = exchange;
  const headers = { ...request.headers, host: [origin.replace(/^.*:\/\//, '')] };
  return { ...exchange, request: { ...request, path, headers } };
}
