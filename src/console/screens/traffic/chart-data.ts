// The figures of the charts: answers by status, and latency over time.
import type { ExchangeSummary } from './exchange-summary.ts';

const STATUS_CLASSES = ['2XX', '3XX', '4XX', '5XX', 'none'] as const;

export interface StatusCount {
  /** "4XX"; "none": no response. */
  readonly statusClass: (typeof STATUS_CLASSES)[number];
  readonly count: number;
}

/** A column of the latency chart, in milliseconds. `at` is 0 for the first exchange and 1 for the last. */
export interface LatencyColumn {
  readonly at: number;
  readonly lowest: number;
  readonly median: number;
  readonly highest: number;
}

export interface ChartData {
  readonly statuses: readonly StatusCount[];
  readonly columns: readonly LatencyColumn[];
  readonly median: number;
  /** 95 of 100 exchanges take at most this long. */
  readonly percentile95: number;
  readonly slowest: ExchangeSummary;
  readonly from: string;
  readonly to: string;
}

const COLUMNS = 80;

/** @returns undefined without exchanges */
export function toChartData(exchanges: readonly ExchangeSummary[]): ChartData | undefined {
  let slowest = exchanges[0];
  const first = exchanges[0];
  const last = exchanges.at(-1);
  if (first === undefined || last === undefined || slowest === undefined) return undefined;
  const counts = new Map<string, number>();
  const start = Date.parse(first.startedAt);
  const span = Math.max(1, Date.parse(last.startedAt) - start);
  const columns: number[][] = [];
  const durations = new Float64Array(exchanges.length);
  for (const [index, exchange] of exchanges.entries()) {
    const { status, milliseconds, startedAt } = exchange;
    const statusClass = status === undefined ? 'none' : `${Math.floor(status / 100)}XX`;
    counts.set(statusClass, (counts.get(statusClass) ?? 0) + 1);
    durations[index] = milliseconds;
    if (milliseconds > slowest.milliseconds) slowest = exchange;
    const share = Math.max(0, Math.min(1, (Date.parse(startedAt) - start) / span));
    const column = Math.floor(share * (COLUMNS - 1));
    columns[column] ??= [];
    columns[column].push(milliseconds);
  }
  durations.sort();
  return {
    statuses: STATUS_CLASSES.map(statusClass => ({
      statusClass,
      count: counts.get(statusClass) ?? 0,
    })).filter(({ count }) => count > 0),
    columns: [...columns.entries()].flatMap(([index, values]) => toColumn(values, index)),
    median: durations[Math.floor(durations.length / 2)] ?? 0,
    percentile95: durations[Math.ceil(durations.length * 0.95) - 1] ?? 0,
    slowest,
    from: first.startedAt,
    to: last.startedAt,
  };
}

function toColumn(values: readonly number[] | undefined, index: number): LatencyColumn[] {
  if (values === undefined) return [];
  const sorted = values.toSorted((left, right) => left - right);
  return [
    {
      at: index / (COLUMNS - 1),
      lowest: sorted[0] ?? 0,
      median: sorted[Math.floor(sorted.length / 2)] ?? 0,
      highest: sorted.at(-1) ?? 0,
    },
  ];
}
