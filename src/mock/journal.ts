// What a session has been through, bounded in number and bytes; the oldest goes first. Secrets never leave it.
import { secretNames } from '../contract/contract.ts';
import { isRecorded } from '../exchange/exchange.ts';
import { redact } from '../exchange/redact.ts';
import { askedAt } from './asked.ts';
import type { Served } from './stage.ts';

export interface JournalLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** A served exchange, numbered for those who follow. */
export interface Entry extends Served {
  readonly sequence: number;
}

export class Journal {
  readonly #limits: JournalLimits;
  readonly #entries: Entry[] = [];
  #bytes = 0;
  #sequence = 0;
  /** How many entries had to go. */
  dropped = 0;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  add(served: Served): Entry {
    const entry = { ...served, sequence: ++this.#sequence };
    this.#entries.push(entry);
    this.#bytes += sizeOf(entry);
    while (
      this.#entries.length > this.#limits.entries ||
      (this.#bytes > this.#limits.bytes && this.#entries.length > 1)
    ) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) break;
      this.#bytes -= sizeOf(oldest);
      this.dropped++;
    }
    return entry;
  }

  /** Leaves out so many entries that were lost before they could be written. */
  skip(count: number): void {
    this.#sequence += count;
    this.dropped += count;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** As they were, secrets and all, for judging within the mock. Never shown to anybody. */
  served(): readonly Served[] {
    return this.#entries;
  }

  /** Redacted: this and find() are the only ways out. */
  entries(): Entry[] {
    return this.#entries.map(withoutSecrets);
  }

  find(id: string): Entry | undefined {
    const found = this.#entries.find(({ exchange }) => exchange.id === id);
    return found && withoutSecrets(found);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#bytes = 0;
    this.dropped = 0;
  }
}

/** Redacting costs more than serving, so it is done when somebody looks. */
export function withoutSecrets<T extends Served>(served: T): T {
  const names = secretNames(served.operation?.api);
  const exchange = redact(served.exchange, names);
  const { upstream } = served;
  if (upstream === undefined) return { ...served, exchange };
  const { path } = redact(askedAt(upstream, served.exchange), names).request;
  return { ...served, exchange, upstream: { ...upstream, path } };
}

/** Bodies, and a flat share for the rest. */
function sizeOf({ exchange: { request, response } }: Served): number {
  let size = 1000 + request.path.length + request.query.length;
  if (isRecorded(request.body)) size += request.body.length;
  if (response !== undefined && isRecorded(response.body)) size += response.body.length;
  return size;
}
