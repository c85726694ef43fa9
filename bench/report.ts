// The output of the benchmark: the machine, Markdown tables, and which targets are held.
import { availableParallelism, cpus, totalmem } from 'node:os';
import { median, type Round } from './load.ts';

/** What was measured of one row of a table. */
export interface Row {
  readonly rounds: readonly Round[];
  /** Milliseconds at the fixed rate; undefined if not measured, 'not kept' if the server or the machine did not keep it. */
  readonly fixedRate?: number | 'not kept' | undefined;
}

/** Rows by their names. */
export type Measured = ReadonlyMap<string, Row>;

export interface Target {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly is: 'at least' | 'at most';
  readonly unit?: string;
}

/** The result of one case. */
export interface Outcome {
  /** Markdown. */
  readonly text: string;
  readonly targets: readonly Target[];
}

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const memory = Math.round(totalmem() / 1024 ** 3);
  const day = new Date().toISOString().slice(0, 10);
  return `${model}, ${availableParallelism()} cores, ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}, ${day}`;
}

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** @param against rows that every row is compared with */
export function rateTable(measured: Measured, against: readonly string[], fixedRate?: number): string {
  const heads = ['', 'requests/s, median (min-max)', 'CPU per request, us', 'p50, ms', 'p99, ms'];
  const rows = [...measured].map(([name, row]) => {
    const rates = row.rounds.map(({ requestsPerSecond }) => requestsPerSecond);
    return [
      name,
      `${NUMBER.format(median(rates))} (${NUMBER.format(Math.min(...rates))}-${NUMBER.format(Math.max(...rates))})`,
      numberOrDash(of(measured, name, 'cpuPerRequest'), 0),
      of(measured, name, 'p50').toFixed(2),
      of(measured, name, 'p99').toFixed(2),
      ...(fixedRate === undefined ? [] : [fixedRateText(row.fixedRate)]),
      ...against.map(other => short(ratio(measured, name, other))),
    ];
  });
  const fixed = fixedRate === undefined ? [] : [`p99 at ${NUMBER.format(fixedRate)}/s, ms`];
  return table([...heads, ...fixed, ...against.map(name => `/ ${name}`)], rows);
}

function fixedRateText(value: Row['fixedRate']): string {
  if (value === undefined) return 'not measured';
  return typeof value === 'number' ? value.toFixed(2) : value;
}

function numberOrDash(value: number, digits: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(digits);
}

/** Markdown; every column but the first has numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ['---', ...head.slice(1).map(() => '--:')], ...rows];
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

/** The median over the rounds of a row; NaN if it was not measured. */
export function of(measured: Measured, name: string, figure: keyof Round): number {
  return median((measured.get(name)?.rounds ?? []).map(round => round[figure]));
}

/** How many times as many requests per second, or as much of another figure. */
export function ratio(
  measured: Measured,
  name: string,
  other: string,
  figure: keyof Round = 'requestsPerSecond',
): number {
  return of(measured, name, figure) / of(measured, other, figure);
}

/** Names the rows whose servers were not busy all the time; undefined if there are none. */
export function generatorNote(measured: Measured): string | undefined {
  const idle = [...measured.keys()].flatMap(name => {
    const busy = of(measured, name, 'serverBusy');
    return busy < 0.85 ? [`${name} (${(busy * 100).toFixed(0)} % of a core)`] : [];
  });
  if (idle.length === 0) return undefined;
  return `Not busy all the time: ${idle.join(', ')}. The load generator or the machine was the limit there; compare the CPU time per request instead.`;
}

export function isHeld({ value, bound, is }: Target): boolean {
  return is === 'at least' ? value >= bound : value <= bound;
}

export function targetLine(target: Target): string {
  const { name, value, bound, is, unit = '' } = target;
  return `${isHeld(target) ? 'held  ' : 'MISSED'}  ${name}: ${short(value)}${unit} (${is} ${bound}${unit})`;
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
