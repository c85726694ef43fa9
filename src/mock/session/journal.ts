// The journal of a session: bounded in entries and bytes, oldest dropped first, redacted on the way out.

import { isRecorded } from '../../exchange/exchange.ts';
import { redact, redactWith } from '../../exchange/redact.ts';
import type { Finding } from '../../finding/finding.ts';
import { secretNames } from '../../openapi/model.ts';
import { asSentUpstream } from '../asked.ts';
import type { ServeEvent } from '../serve-event.ts';

export interface JournalLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** A served exchange, numbered for those who follow. */
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
   * Written over in a circle once it is full. An array that is pushed and shifted moves again and again, and what it
   * leaves behind keeps what it held from being collected young: every entry would grow old.
   */
  readonly #ring: (StoredEvent | undefined)[] = [];
  /** Where the oldest stands. */
  #oldest = 0;
  #length = 0;
  #bytes = 0;
  #sequence = 0;
  /** How many entries had to go. */
  dropped = 0;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  add(served: ServeEvent): void {
    const { entries, bytes } = this.#limits;
    const size = estimateSize(served);
    while (this.#length >= entries || (this.#length > 0 && this.#bytes + size > bytes)) this.#drop();
    const at = (this.#oldest + this.#length) % entries;
    const stored = { event: served, sequence: ++this.#sequence, size };
    if (at === this.#ring.length) this.#ring.push(stored);
    else this.#ring[at] = stored;
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

  /** The oldest first. */
  #all(): StoredEvent[] {
    const inOrder = [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
    return inOrder.filter(stored => stored !== undefined);
  }

  /** As they were, secrets and all, for judging within the mock. Never shown to anybody. */
  events(): readonly ServeEvent[] {
    return this.#all().map(({ event }) => event);
  }

  /** Redacted: this and find() are the only ways out. */
  entries(): JournalEntry[] {
    return this.#all().map(toJournalEntry);
  }

  find(id: string): JournalEntry | undefined {
    const found = this.#ring.find(stored => stored?.event.exchange.id === id);
    return found && toJournalEntry(found);
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

/** Redacting costs more than serving, so it is done when somebody looks. */
export function redactEvent<T extends ServeEvent>(event: T): T {
  const names = secretNames(event.operation?.api);
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

/** Bodies, and a flat share for the rest. */
function estimateSize({ exchange: { request, response } }: ServeEvent): number {
  let size = 1000 + request.path.length + request.query.length;
  if (isRecorded(request.body)) size += request.body.length;
  if (response !== undefined && isRecorded(response.body)) size += response.body.length;
  return size;
}
