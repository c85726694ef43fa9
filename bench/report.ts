// What the measured comes to: the machine, Markdown tables, and whether the targets are met.
import { availableParallelism, cpus, totalmem } from 'node:os';
import { median, type Round } from './load.ts';

/** The rounds of each row of a table, by the row's name. */
export type Measured = ReadonlyMap<string, readonly Round[]>;

/** A number that was aimed at, and the one that was reached. */
export interface Target {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly is: 'at least' | 'at most';
  readonly unit?: string;
}

/** What one case found out. */
export interface Outcome {
  /** Markdown. */
  readonly text: string;
  readonly targets: readonly Target[];
  /** Of another program: its lines about targets of its own. */
  readonly said?: readonly string[];
}

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const memory = Math.round(totalmem() / 1024 ** 3);
  const day = new Date().toISOString().slice(0, 10);
  return `${model}, ${availableParallelism()} cores, ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}, ${day}`;
}

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** @param against rows that every row is compared with */
export function rateTable(measured: Measured, against: readonly string[]): string {
  const rows = [...measured].map(([name, own]) => {
    const rates = own.map(({ requestsPerSecond }) => requestsPerSecond);
    return [
      name,
      `${NUMBER.format(median(rates))} (${NUMBER.format(Math.min(...rates))}-${NUMBER.format(Math.max(...rates))})`,
      of(measured, name, 'p50').toFixed(2),
      of(measured, name, 'p99').toFixed(2),
      milliseconds(of(measured, name, 'cpuPerThousand')),
      ...against.map(other => short(ratio(measured, name, other))),
    ];
  });
  return table(
    [
      '',
      'requests/s, median (min-max)',
      'p50 ms',
      'p99 ms',
      'CPU ms a request',
      ...against.map(to => `/ ${to}`),
    ],
    rows,
  );
}

/** Seconds for a thousand requests are milliseconds for one. */
function milliseconds(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(3);
}

/** Markdown; every column but the first is of numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ['---', ...head.slice(1).map(() => '--:')], ...rows];
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

/** The median over the rounds of a row; NaN where it was not measured. */
export function of(measured: Measured, name: string, what: keyof Round): number {
  return median((measured.get(name) ?? []).map(round => round[what] ?? Number.NaN));
}

/** How many times as many requests a second. */
export function ratio(measured: Measured, name: string, other: string): number {
  return of(measured, name, 'requestsPerSecond') / of(measured, other, 'requestsPerSecond');
}

/** Names the rows that the load generator may have held back; undefined when there are none. */
export function generatorNote(measured: Measured): string | undefined {
  const held = [...measured.keys()].flatMap(name => {
    const busy = of(measured, name, 'generatorBusy');
    return busy < 0.95 ? [] : [`${name} (${(busy * 100).toFixed(0)} %)`];
  });
  if (held.length === 0) return undefined;
  return (
    `The load generator (autocannon, one core) was busy all the time with ${held.join(', ')}: these could do ` +
    'more than the table says; the CPU column tells how much.'
  );
}

/** @param slack part by which a target may be missed, from 0 to below 1 */
export function met({ value, bound, is }: Target, slack = 0): boolean {
  return is === 'at least' ? value >= bound * (1 - slack) : value <= bound / (1 - slack);
}

export function targetLine(target: Target): string {
  const { name, value, bound, is, unit = '' } = target;
  return `${met(target) ? 'met    ' : 'NOT MET'}  ${name}: ${short(value)}${unit} (${is} ${bound}${unit})`;
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
