// The exchanges that the page knows, oldest first. What arrives is added once per frame, however much arrives.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ExchangeSummary } from './exchange-summary.ts';
import { searchTextOf } from './traffic-filter.ts';

/** The page keeps this many exchanges. */
export const MAX_EXCHANGES = 100_000;
/** How many more may collect before the oldest are dropped, because dropping moves all others. */
const SLACK = 5_000;

export interface ExchangeStore {
  /** Changes whenever the exchanges change. */
  readonly revision: ReadonlySignal<number>;
  /** Oldest first. The array grows in place until `generation` changes. */
  readonly exchanges: () => readonly ExchangeSummary[];
  /** Changes when exchanges were removed, or added elsewhere than at the end. */
  readonly generation: () => number;
  /** How many were dropped because there were too many. */
  readonly dropped: () => number;
  /** Adds an exchange that just happened; it is visible with the next frame. */
  readonly push: (exchange: ExchangeSummary) => void;
  /** Adds exchanges that happened earlier, in their order. Those that are known already are skipped. */
  readonly merge: (exchanges: readonly ExchangeSummary[]) => void;
  readonly removeSession: (session: string) => void;
}

/** @param onNextFrame runs its argument before the page is drawn again */
export function createExchangeStore(onNextFrame: (flush: () => void) => void): ExchangeStore {
  const revision = signal(0);
  let exchanges: ExchangeSummary[] = [];
  let ids = new Set<string>();
  let waiting: ExchangeSummary[] = [];
  let generation = 0;
  let dropped = 0;

  const replace = (next: ExchangeSummary[]): void => {
    exchanges = next;
    ids = new Set(next.map(({ id }) => id));
    generation++;
  };
  const limit = (): void => {
    const excess = exchanges.length - MAX_EXCHANGES;
    if (excess <= SLACK) return;
    dropped += excess;
    replace(exchanges.slice(excess));
  };
  const flush = (): void => {
    const arrived = waiting;
    waiting = [];
    for (const exchange of arrived) {
      if (ids.has(exchange.id)) continue;
      ids.add(exchange.id);
      exchanges.push(exchange);
      searchTextOf(exchange);
    }
    limit();
    revision.value++;
  };

  return {
    revision,
    exchanges: () => exchanges,
    generation: () => generation,
    dropped: () => dropped,
    push: exchange => {
      if (waiting.length === 0) onNextFrame(flush);
      waiting.push(exchange);
      // A hidden page draws no frames.
      if (waiting.length >= SLACK) flush();
    },
    merge: earlier => {
      const unknown = earlier.filter(({ id }) => !ids.has(id));
      if (unknown.length === 0) return;
      for (const exchange of unknown) searchTextOf(exchange);
      // Times in the form of ISO 8601 sort as texts. Two sorted runs, which is what arrives, are merged in linear time.
      replace(
        [...unknown, ...exchanges].sort((left, right) => {
          if (left.startedAt !== right.startedAt) return left.startedAt < right.startedAt ? -1 : 1;
          return left.session === right.session ? left.sequence - right.sequence : 0;
        }),
      );
      limit();
      revision.value++;
    },
    removeSession: session => {
      replace(exchanges.filter(exchange => exchange.session !== session));
      waiting = waiting.filter(exchange => exchange.session !== session);
      revision.value++;
    },
  };
}

export interface FilteredExchanges {
  /** The exchanges that match, oldest first: after a change of the store only the new ones are looked at. */
  readonly update: (matches: (exchange: ExchangeSummary) => boolean) => readonly ExchangeSummary[];
}

export function createFilteredExchanges(store: ExchangeStore): FilteredExchanges {
  let current: ExchangeSummary[] = [];
  let seen = 0;
  let generation = -1;
  let predicate: ((exchange: ExchangeSummary) => boolean) | undefined;
  return {
    update: matches => {
      const exchanges = store.exchanges();
      if (matches !== predicate || generation !== store.generation()) {
        current = [];
        seen = 0;
        predicate = matches;
        generation = store.generation();
      }
      for (; seen < exchanges.length; seen++) {
        const exchange = exchanges[seen];
        if (exchange !== undefined && matches(exchange)) current.push(exchange);
      }
      return current;
    },
  };
}
