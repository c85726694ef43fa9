// The figures of the charts: answers by status, and latency over time.
import type { ExchangeSummary } from './exchange-summary.ts';

const STATUS_CLASSES = ['1XX', '2XX', '3XX', '4XX', '5XX', 'none'] as const;

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

/**
 * Costs a few milliseconds for 100,000 exchanges, so that it fits into a frame: it parses no times.
 * @param exchanges oldest first
 * @returns undefined without exchanges
 */
export function toChartData(exchanges: readonly ExchangeSummary[]): ChartData | undefined {
  const first = exchanges[0];
  const last = exchanges.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let slowest = first;
  /** By the first digit of the status; 0: no response. */
  const counts = [0, 0, 0, 0, 0, 0];
  const durations = new Float64Array(exchanges.length);
  for (const [index, exchange] of exchanges.entries()) {
    const { status = 0, milliseconds } = exchange;
    const digit = Math.floor(status / 100);
    counts[digit] = (counts[digit] ?? 0) + 1;
    durations[index] = milliseconds;
    if (milliseconds > slowest.milliseconds) slowest = exchange;
  }
  const columns = toColumns(exchanges, durations);
  durations.sort();
  const statuses = STATUS_CLASSES.map(statusClass => ({
    statusClass,
    count: counts[statusClass === 'none' ? 0 : Number(statusClass[0])] ?? 0,
  }));
  return {
    statuses: statuses.filter(({ count }) => count > 0),
    columns,
    median: durations[Math.floor(durations.length / 2)] ?? 0,
    percentile95: durations[Math.ceil(durations.length * 0.95) - 1] ?? 0,
    slowest,
    from: first.startedAt,
    to: last.startedAt,
  };
}

function toColumns(exchanges: readonly ExchangeSummary[], durations: Float64Array): LatencyColumn[] {
  const start = Date.parse(exchanges[0]?.startedAt ?? '');
  const span = Math.max(1, Date.parse(exchanges.at(-1)?.startedAt ?? '') - start);
  const columns: LatencyColumn[] = [];
  let from = 0;
  for (let column = 0; column < COLUMNS; column++) {
    const end = new Date(start + ((column + 1) * span) / COLUMNS).toISOString();
    const to = column === COLUMNS - 1 ? exchanges.length : firstAfter(exchanges, end, from);
    const values = durations.slice(from, to).sort();
    if (values.length > 0)
      columns.push({
        at: exchanges.length === 1 ? 0 : column / (COLUMNS - 1),
        lowest: values[0] ?? 0,
        median: values[Math.floor(values.length / 2)] ?? 0,
        highest: values.at(-1) ?? 0,
      });
    from = to;
  }
  return columns;
}

/** The index of the first exchange that began at the time or later. Times in the form of ISO 8601 sort as texts. */
function firstAfter(exchanges: readonly ExchangeSummary[], time: string, from: number): number {
  let low = from;
  let high = exchanges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((exchanges[middle]?.startedAt ?? '') < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
