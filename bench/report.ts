// What the measured rounds come to: the machine, a Markdown table, and whether the targets are met.
import { availableParallelism, cpus, totalmem } from 'node:os';
import { median, type Round } from './load.ts';
import type { PeerName } from './peers.ts';

export type Rounds = ReadonlyMap<PeerName, readonly Round[]>;

const PRISM: PeerName = "Prism's CLI (log off)";
const EXPRESS: PeerName = 'bare Express';

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const memory = Math.round(totalmem() / 1024 ** 3);
  const day = new Date().toISOString().slice(0, 10);
  return `${model}, ${availableParallelism()} cores, ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}, ${day}`;
}

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function table(rounds: Rounds): string {
  const lines = [
    '| peer | req/s, median (min-max) | p50 ms | p99 ms | to bare Express | to Prism (log off) |',
    '|---|--:|--:|--:|--:|--:|',
  ];
  for (const [name, own] of rounds) {
    const rates = own.map(({ requestsPerSecond }) => requestsPerSecond);
    const cells = [
      name,
      `${NUMBER.format(median(rates))} (${NUMBER.format(Math.min(...rates))}-${NUMBER.format(Math.max(...rates))})`,
      median(own.map(({ p50 }) => p50)).toFixed(2),
      median(own.map(({ p99 }) => p99)).toFixed(2),
      ratio(rounds, name, EXPRESS).toFixed(2),
      ratio(rounds, name, PRISM).toFixed(1),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

/** Names the peers that the load generator may have held back; undefined when there are none. */
export function generatorNote(rounds: Rounds): string | undefined {
  const held = [...rounds].flatMap(([name, own]) => {
    const busy = median(own.map(({ generatorBusy }) => generatorBusy));
    return busy < 0.95 ? [] : [`${name} (${(busy * 100).toFixed(0)} %)`];
  });
  if (held.length === 0) return undefined;
  return `The load generator was busy all the time with ${held.join(', ')}: these could do more than the table says.`;
}

export interface Target {
  readonly line: string;
  readonly ratio: number;
  readonly target: number;
}

export function targets(rounds: Rounds): Target[] {
  const line = (name: string, peer: PeerName, target: number, digits: number): Target => {
    const reached = ratio(rounds, 'deadringer', peer);
    const verdict = reached >= target ? 'met' : 'not met';
    return {
      line: `deadringer / ${name}: ${reached.toFixed(digits)} (target ${target}) ${verdict}`,
      ratio: reached,
      target,
    };
  };
  return [line("Prism's CLI", PRISM, 4, 1), line('bare Express', EXPRESS, 0.5, 2)];
}

function ratio(rounds: Rounds, name: PeerName, other: PeerName): number {
  const rate = (of: PeerName): number =>
    median((rounds.get(of) ?? []).map(({ requestsPerSecond }) => requestsPerSecond));
  return rate(name) / rate(other);
}
