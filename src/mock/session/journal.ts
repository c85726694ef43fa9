// The journal of a session: bounded in entries and bytes, oldest dropped first, redacted on the way out.

import { type Exchange, type Headers, isRecorded } from '../../exchange/exchange.ts';
import type { SecretNames } from '../../exchange/personal-data.ts';
import { redact, redactWith } from '../../exchange/redact.ts';
import type { Finding } from '../../finding/finding.ts';
import { type Operation, redactedNames } from '../../openapi/model.ts';
import { EXCHANGE_ID_HEADER } from '../../routing/match-target.ts';
import type { ServeEvent, UpstreamAttempt } from '../serve-event.ts';

export interface JournalLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** Bytes that all journals of a store hold together. */
export interface JournalUsage {
  bytes: number;
}

/** What the journal keeps of an operation: the operation itself would keep its document in memory after a reload. */
interface ServedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly api: { readonly name: string };
  /** See redactedNames of the model. */
  readonly redactedNames: SecretNames;
}

const SERVED_OPERATIONS = new WeakMap<Operation, ServedOperation>();

function toServedOperation(operation: Operation): ServedOperation {
  let served = SERVED_OPERATIONS.get(operation);
  if (served === undefined) {
    const { id, method, path, api } = operation;
    served = { id, method, path, api: { name: api.name }, redactedNames: redactedNames(api) };
    SERVED_OPERATIONS.set(operation, served);
  }
  return served;
}

/** A served exchange in a journal. */
export interface JournaledEvent extends Omit<ServeEvent, 'operation'> {
  readonly operation: ServedOperation | undefined;
}

/** `sequence` counts the entries of the session from 1. */
export interface JournalEntry extends JournaledEvent {
  readonly sequence: number;
}

interface StoredEvent {
  readonly event: JournaledEvent;
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
    const operation = event.operation && toServedOperation(event.operation);
    const stored = { event: { ...event, operation }, sequence: ++this.#sequence, size };
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
    this.#count(-(this.#ring[this.#oldest]?.size ?? 0));
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
  events(): readonly JournaledEvent[] {
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
    this.#count(-this.#bytes);
    this.dropped = 0;
  }
}

function toJournalEntry({ event, sequence }: StoredEvent): JournalEntry {
  return { ...redactEvent(event), sequence };
}

/** Redaction costs more than serving a request, so it happens when the journal is read. */
function redactEvent(event: JournaledEvent): JournaledEvent {
  const names = event.operation?.redactedNames ?? redactedNames(undefined, event.redactPersonal);
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

/** In bytes: the bodies, heads and findings, and a flat 1000 for the rest. */
function estimateSize({ exchange: { request, response }, findings }: ServeEvent): number {
  let size = 1000 + request.path.length + request.query.length + sizeOfHeaders(request.headers);
  if (isRecorded(request.body)) size += request.body.length;
  for (const { message } of findings) size += 200 + message.length;
  if (response === undefined) return size;
  return size + sizeOfHeaders(response.headers) + (isRecorded(response.body) ? response.body.length : 0);
}

const HEADER_SIZES = new WeakMap<Headers, number>();

/** Repeated heads share their headers. */
function sizeOfHeaders(headers: Headers): number {
  let size = HEADER_SIZES.get(headers);
  if (size === undefined) {
    size = 0;
    for (const [name, values = []] of Object.entries(headers))
      for (const value of values) size += name.length + value.length;
    HEADER_SIZES.set(headers, size);
  }
  return size;
}

/** An exchange as a recording of the journal contains it. */
export interface RecordableExchange {
  readonly exchange: Exchange;
  /** "https://api.example.com"; undefined: the response is from the mock. */
  readonly origin: string | undefined;
}

export function toRecordable(event: JournaledEvent): RecordableExchange {
  const { upstream } = event;
  const exchange = withExchangeId(event);
  if (upstream === undefined || isMockResponse(event)) return { exchange, origin: undefined };
  return { exchange: asSentUpstream(upstream, exchange), origin: upstream.origin };
}

/** The exchange with the field that shows, whatever the host, that the mock sent the response. */
export function withExchangeId(event: JournaledEvent): Exchange {
  const { exchange } = event;
  const { id, response } = exchange;
  if (response === undefined || !isMockResponse(event)) return exchange;
  return {
    ...exchange,
    response: { ...response, headers: { ...response.headers, [EXCHANGE_ID_HEADER]: [id] } },
  };
}

/** Whether the mock responded, either without an upstream or because the upstream failed. */
export function isMockResponse({ exchange, problem, upstream }: Omit<ServeEvent, 'operation'>): boolean {
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
