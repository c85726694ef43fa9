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
  /**
   * Written over in a circle once it is full. An array that is pushed and shifted moves again and again, and what it
   * leaves behind keeps what it held from being collected young: every entry would grow old.
   */
  readonly #ring: (Kept | undefined)[] = [];
  /** Where the oldest stands. */
  #first = 0;
  #length = 0;
  #bytes = 0;
  #sequence = 0;
  /** How many entries had to go. */
  dropped = 0;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  add(served: Served): void {
    const { entries, bytes } = this.#limits;
    const size = sizeOf(served);
    while (this.#length >= entries || (this.#length > 0 && this.#bytes + size > bytes)) this.#drop();
    const at = (this.#first + this.#length) % entries;
    const kept = { served, sequence: ++this.#sequence, size };
    if (at === this.#ring.length) this.#ring.push(kept);
    else this.#ring[at] = kept;
    this.#length++;
    this.#bytes += size;
  }

  #drop(): void {
    this.#bytes -= this.#ring[this.#first]?.size ?? 0;
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#limits.entries;
    this.#length--;
    this.dropped++;
  }

  get length(): number {
    return this.#length;
  }

  /** The oldest first. */
  #all(): Kept[] {
    const inOrder = [...this.#ring.slice(this.#first), ...this.#ring.slice(0, this.#first)];
    return inOrder.filter(kept => kept !== undefined);
  }

  /** As they were, secrets and all, for judging within the mock. Never shown to anybody. */
  served(): readonly Served[] {
    return this.#all().map(({ served }) => served);
  }

  /** Redacted: this and find() are the only ways out. */
  entries(): Entry[] {
    return this.#all().map(entryOf);
  }

  find(id: string): Entry | undefined {
    const found = this.#ring.find(kept => kept?.served.exchange.id === id);
    return found && entryOf(found);
  }

  clear(): void {
    this.#ring.length = 0;
    this.#first = 0;
    this.#length = 0;
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
