// The charts above the list: answers by status, which also filter, and latency over time. Each says in words what it shows.
import type { VNode } from 'preact';
import { formatDelay, formatDuration, formatTime } from '../../parts/format.ts';
import type { ChartData, LatencyColumn, StatusCount } from './chart-data.ts';

interface TrafficChartsProps {
  readonly data: ChartData;
  /** The status of the filter. */
  readonly status: string;
  readonly onStatus: (status: string) => void;
  readonly linkTo: (id: string) => string;
}

const NAMES: Readonly<Record<StatusCount['statusClass'], string>> = {
  '1XX': '1xx',
  '2XX': '2xx',
  '3XX': '3xx',
  '4XX': '4xx',
  '5XX': '5xx',
  none: 'no answer',
};

export function TrafficCharts({ data, status, onStatus, linkTo }: TrafficChartsProps): VNode {
  return (
    <div class="traffic-charts">
      <StatusChart statuses={data.statuses} status={status} onStatus={onStatus} />
      <LatencyChart data={data} linkTo={linkTo} />
    </div>
  );
}

type StatusChartProps = Pick<TrafficChartsProps, 'status' | 'onStatus'> & Pick<ChartData, 'statuses'>;

function StatusChart({ statuses, status, onStatus }: StatusChartProps): VNode {
  const total = statuses.reduce((sum, { count }) => sum + count, 0);
  return (
    <figure class="traffic-chart" aria-label="Answers by status">
      <div class="status-bar" aria-hidden="true">
        {statuses.map(({ statusClass, count }) => (
          <span
            key={statusClass}
            class={`status-part status-${statusClass.toLowerCase()}`}
            style={{ flexGrow: count }}
          />
        ))}
      </div>
      <figcaption class="status-legend">
        {statuses.map(({ statusClass, count }) => {
          const isPressed = status.toUpperCase() === statusClass.toUpperCase();
          return (
            <button
              key={statusClass}
              type="button"
              class={`status-count status-${statusClass.toLowerCase()}`}
              aria-pressed={isPressed}
              title={isPressed ? 'Show every status' : `Show only ${NAMES[statusClass]}`}
              onClick={() => onStatus(isPressed ? '' : statusClass)}
            >
              <span class="status-swatch" aria-hidden="true" />
              {NAMES[statusClass]} <b>{count.toLocaleString('en')}</b>{' '}
              <span class="share">{formatShare(count / total)}</span>
            </button>
          );
        })}
      </figcaption>
    </figure>
  );
}

function formatShare(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 1 ? '<1 %' : `${Math.round(percent)} %`;
}

const WIDTH = 1000;
const HEIGHT = 44;
const MARGIN = 5;

function LatencyChart({ data, linkTo }: Pick<TrafficChartsProps, 'data' | 'linkTo'>): VNode {
  const { columns, median, percentile95, slowest, from, to } = data;
  const { y, ticks } = logScale(columns);
  const x = ({ at }: LatencyColumn): number => MARGIN + at * (WIDTH - 2 * MARGIN);
  const ranges = columns.map(column => `M${x(column)} ${y(column.highest)}V${y(column.lowest)}`).join('');
  // A line of no length with round ends is a dot, also where the picture is stretched.
  const medians = columns.map(column => `M${x(column)} ${y(column.median)}h0`).join('');
  return (
    <figure class="traffic-chart" aria-label="Latency over time">
      <div class="latency-plot" aria-hidden="true">
        <svg
          aria-hidden="true"
          class="latency-chart"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          focusable="false"
        >
          <path class="latency-base" d={ticks.map(tick => `M0 ${y(tick)}H${WIDTH}`).join('')} />
          <path class="latency-range" d={ranges} />
          <path class="latency-median" d={medians} />
        </svg>
        {ticks.map(tick => (
          <span key={tick} class="latency-tick" style={{ top: `${(y(tick) / HEIGHT) * 100}%` }}>
            {formatDelay(tick)}
          </span>
        ))}
      </div>
      <figcaption class="latency-legend">
        <span>
          median <b>{formatDuration(median)}</b>
        </span>
        <span>
          95 % below <b>{formatDuration(percentile95)}</b>
        </span>
        <span>
          slowest{' '}
          <a href={linkTo(slowest.id)} title={`${slowest.method} ${slowest.path}`}>
            {formatDuration(slowest.milliseconds)}
          </a>
        </span>
        <span class="latency-span">
          {formatTime(from).slice(0, 8)} – {formatTime(to).slice(0, 8)}
        </span>
      </figcaption>
    </figure>
  );
}

interface LogScale {
  readonly y: (milliseconds: number) => number;
  /** The powers of ten between the fastest and the slowest. */
  readonly ticks: readonly number[];
}

/** Latencies differ by orders of magnitude: the axis is logarithmic, over at least one order. */
function logScale(columns: readonly LatencyColumn[]): LogScale {
  const log = (value: number): number => Math.log10(Math.max(value, 0.01));
  const fastest = Math.min(...columns.map(({ lowest }) => log(lowest)));
  const slowest = Math.max(...columns.map(({ highest }) => log(highest)));
  const low = Math.min(fastest, Math.round(slowest) - 0.6);
  const high = Math.max(slowest, low + 1.2);
  const ticks: number[] = [];
  for (let power = Math.ceil(low); power <= high; power++) ticks.push(10 ** power);
  return {
    y: milliseconds => HEIGHT - MARGIN - ((log(milliseconds) - low) / (high - low)) * (HEIGHT - 2 * MARGIN),
    ticks: ticks.length > 3 ? ticks.filter((_, index) => (ticks.length - 1 - index) % 2 === 0) : ticks,
  };
}
