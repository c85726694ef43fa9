// CPU time and resident memory of a process and its descendants, from /proc.
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of time in /proc, on every architecture. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU time that a process and its descendants have used; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  const tree = treeOf(pid);
  if (tree.length === 0) return Number.NaN;
  return tree.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/**
 * Seconds of CPU time that this process and its ended children have used: the load generator, while servers run. NaN where there
 * is no /proc.
 */
export function ownSeconds(): number {
  const own = treeOf(process.pid)[0];
  return own === undefined ? Number.NaN : own.ticks / TICKS_PER_SECOND;
}

/** Resident memory of a process and its descendants, in MB of a million bytes; NaN where there is no /proc. */
export function residentMegabytes(pid: number): number {
  const tree = treeOf(pid);
  if (tree.length === 0) return Number.NaN;
  const kilobytes = tree.map(each =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${each.pid}/status`) ?? '')?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, each) => sum + each * 1024, 0) / 1e6;
}

/** The most memory that a process had so far, in MB; 0 if it has just ended, or where there is no /proc. */
export function peakMegabytes(pid: number): number {
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) * 1024) / 1e6;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its own time, and that of its ended children. */
  readonly ticks: number;
}

function treeOf(root: number): Process[] {
  let names: string[];
  try {
    names = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  } catch {
    return [];
  }
  const all = names.flatMap(name => {
    const stat = read(`/proc/${name}/stat`);
    if (stat === undefined) return [];
    // The name in parentheses may contain anything; the first field after it is the state, field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [14, 15, 16, 17].reduce((sum, field) => sum + Number(fields[field - 3]), 0);
    return [{ pid: Number(name), parent: Number(fields[1]), ticks }];
  });
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** @returns undefined for a process that has just ended */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
