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

interface Kept {
  readonly served: Served;
  readonly sequence: number;
  readonly size: number;
}

export class Journal {
  readonly #limits: JournalLimits;
  readonly #kept: Kept[] = [];
  #bytes = 0;
  #sequence = 0;
  /** How many entries had to go. */
  dropped = 0;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  add(served: Served): void {
    const size = sizeOf(served);
    this.#kept.push({ served, sequence: ++this.#sequence, size });
    this.#bytes += size;
    while (
      this.#kept.length > this.#limits.entries ||
      (this.#bytes > this.#limits.bytes && this.#kept.length > 1)
    ) {
      this.#bytes -= this.#kept.shift()?.size ?? 0;
      this.dropped++;
    }
  }

  get length(): number {
    return this.#kept.length;
  }

  /** As they were, secrets and all, for judging within the mock. Never shown to anybody. */
  served(): readonly Served[] {
    return this.#kept.map(({ served }) => served);
  }

  /** Redacted: this and find() are the only ways out. */
  entries(): Entry[] {
    return this.#kept.map(entryOf);
  }

  find(id: string): Entry | undefined {
    const found = this.#kept.find(({ served }) => served.exchange.id === id);
    return found && entryOf(found);
  }

  clear(): void {
    this.#kept.length = 0;
    this.#bytes = 0;
    this.dropped = 0;
  }
}

function entryOf({ served, sequence }: Kept): Entry {
  return { ...withoutSecrets(served), sequence };
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
