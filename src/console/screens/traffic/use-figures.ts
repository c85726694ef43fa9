// The figures beside the list: charts of what is shown, and what the filter can choose. They follow at most twice a second.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type ChartData, toChartData } from './chart-data.ts';
import type { ExchangeSummary } from './exchange-summary.ts';
import { exchangeStore } from './traffic-data.ts';

export interface TrafficFigures {
  readonly charts: ChartData | undefined;
  /** Of all exchanges of the session, filtered or not: for each API its operations, and how often they were called. */
  readonly operations: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly statuses: ReadonlyMap<string, number>;
}

/** In milliseconds. */
const INTERVAL = 500;

export function useTrafficFigures(
  exchanges: readonly ExchangeSummary[],
  session: string | undefined,
  revision: number,
): TrafficFigures | undefined {
  const [figures, setFigures] = useState<TrafficFigures>();
  const latest = useRef({ exchanges, session });
  latest.current = { exchanges, session };
  const count = useRef(createFacetCounter()).current;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  // The first charts move the list down: they are drawn with it.
  const areFirst = figures?.charts === undefined && exchanges.length > 0;
  useLayoutEffect(() => {
    if (timer.current !== undefined && !areFirst) return;
    const update = (): void => {
      clearTimeout(timer.current);
      timer.current = undefined;
      last.current = performance.now();
      setFigures({ charts: toChartData(latest.current.exchanges), ...count(latest.current.session) });
    };
    if (areFirst) update();
    else timer.current = setTimeout(update, Math.max(0, last.current + INTERVAL - performance.now()));
  }, [exchanges, session, revision]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return figures;
}

interface Facets {
  readonly operations: Map<string, Map<string, number>>;
  readonly statuses: Map<string, number>;
}

/** Counts what is new since the last call, as long as only new exchanges were added. */
function createFacetCounter(): (session: string | undefined) => Facets {
  let facets: Facets = { operations: new Map(), statuses: new Map() };
  let seen = 0;
  let generation = -1;
  let counted: string | undefined;
  return session => {
    const exchanges = exchangeStore.exchanges();
    if (generation !== exchangeStore.generation() || counted !== session) {
      facets = { operations: new Map(), statuses: new Map() };
      seen = 0;
      generation = exchangeStore.generation();
      counted = session;
    }
    for (; seen < exchanges.length; seen++) {
      const exchange = exchanges[seen];
      if (exchange === undefined || (session !== undefined && exchange.session !== session)) continue;
      const { api, operation, status } = exchange;
      increment(facets.statuses, status === undefined ? 'none' : String(status));
      if (api === undefined || operation === undefined) continue;
      const ofApi = facets.operations.get(api) ?? new Map<string, number>();
      facets.operations.set(api, ofApi);
      increment(ofApi, operation);
    }
    return facets;
  };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
