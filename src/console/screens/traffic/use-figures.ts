// The figures beside the list: charts of what is shown, and what the filter can choose. They follow at most twice a second.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ChartData, toChartData } from './chart-data.ts';
import type { ExchangeSummary } from './exchange-summary.ts';
import { exchangeStore } from './traffic-data.ts';

export interface TrafficFigures {
  readonly charts: ChartData | undefined;
  /** Of all exchanges of the session, filtered or not: "petstore.getPet" and how often it was called. */
  readonly operations: ReadonlyMap<string, number>;
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
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  useEffect(() => {
    if (timer.current !== undefined) return;
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        last.current = performance.now();
        setFigures(toFigures(latest.current.exchanges, latest.current.session));
      },
      Math.max(0, last.current + INTERVAL - performance.now()),
    );
  }, [exchanges, session, revision]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return figures;
}

function toFigures(exchanges: readonly ExchangeSummary[], session: string | undefined): TrafficFigures {
  const operations = new Map<string, number>();
  const statuses = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const { session: name, api, operation, status } of exchangeStore.exchanges()) {
    if (session !== undefined && name !== session) continue;
    if (operation !== undefined) count(operations, `${api}.${operation}`);
    count(statuses, status === undefined ? 'none' : String(status));
  }
  return { charts: toChartData(exchanges), operations, statuses };
}
