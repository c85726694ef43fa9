// The figures of a run by cause, and whether they meet the targets.
import { SLOW, type Tally } from './tally.ts';

/** Causes of one kind that are printed. */
const CAUSES_SHOWN = 12;

export function meetsTargets(tally: Tally): boolean {
  return targets(tally).every(([, , holds]) => holds);
}

export function report(tallies: readonly Tally[]): string {
  return tallies.map(tally => section(tally)).join('\n\n');
}

function section(tally: Tally): string {
  const lines = [`## ${tally.server}`];
  for (const [kind, count] of [...tally.counts].filter(([kind]) => !kind.includes(': ')))
    lines.push(`${String(count).padStart(7)}  ${kind}`);
  lines.push(`${String(Math.round(tally.slowest)).padStart(7)}  ms, the slowest answer`);
  for (const [title, figure, holds] of targets(tally))
    lines.push(`${holds ? 'met    ' : 'MISSED '}  ${title}: ${figure}`);
  for (const kind of new Set(tally.problems.map(problem => problem.kind))) {
    const ofKind = tally.problems.filter(problem => problem.kind === kind);
    lines.push(
      '',
      `${kind}, ${ofKind.length}:`,
      ...causes(ofKind.map(problem => generalised(problem.cause))),
    );
  }
  const notAsked = [...tally.counts].filter(([kind]) => kind.startsWith('not asked: '));
  if (notAsked.length > 0) lines.push('', 'not asked, by cause:');
  for (const [kind, count] of notAsked)
    lines.push(`${String(count).padStart(7)}  ${kind.slice('not asked: '.length)}`);
  return lines.join('\n');
}

function causes(all: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const cause of all) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const shown = sorted
    .slice(0, CAUSES_SHOWN)
    .map(([cause, count]) => `${String(count).padStart(7)}  ${cause}`);
  return sorted.length > CAUSES_SHOWN
    ? [...shown, `         and ${sorted.length - CAUSES_SHOWN} other causes`]
    : shown;
}

/** Numbers, quoted texts and pointers differ in each operation: without them, causes can be counted. */
function generalised(cause: string): string {
  const first = cause.split('\n').at(-1) ?? '';
  return first
    .replace(/ at #.*/, '')
    .replaceAll(/"[^"]*"/g, '"..."')
    .replaceAll(/\d+/g, 'N')
    .slice(0, 160);
}

function targets(tally: Tally): readonly (readonly [title: string, figure: string, holds: boolean])[] {
  const loaded = tally.count('served') + tally.count('not served');
  const valid = tally.count('valid') + tally.count('valid, declared error');
  const validated = valid + tally.count('invalid');
  const bugs = tally.problems.filter(problem => problem.cause.startsWith('bug')).length;
  const slow = tally.count('slow') + tally.count('no answer');
  return [
    [
      'documents served, of those that are loaded (99.5 %)',
      percent(tally.count('served'), loaded),
      tally.count('served') >= 0.995 * loaded,
    ],
    [`answers slower than ${SLOW} ms (none)`, String(slow), slow === 0],
    ['answers "deadringer:bug" (none)', String(bugs), bugs === 0],
    [
      'valid answers, without invalid examples of the document (99 %)',
      percent(valid, validated),
      valid >= 0.99 * validated,
    ],
  ];
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(2)} % (${part} of ${whole})`;
}
