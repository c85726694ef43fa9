// What `record` tells of each exchange as it goes by, for people and for machines.
import type { Served } from '../mock/stage.ts';
import { printable, type Style } from '../reporters/safe.ts';
import { jsonServed, printFinding, shownPath } from './print.ts';
import type { RecordedClass, Taken } from './recorder.ts';

const COLOURS = {
  kept: 'green',
  broken: 'red',
  'not checkable': 'yellow',
  'out of scope': 'dim',
} as const satisfies Record<RecordedClass, string>;

/** "PUT /petstore/pets/7 updatePet 200 12.0ms kept", and what was found. */
export function printRecorded(served: Served, taken: Taken | undefined, style: Style): string {
  const { exchange, operation, problem, findings, upstream } = served;
  const { method, path: asked } = exchange.request;
  const words = [
    method.padEnd(7),
    printable(shownPath(served, asked)),
    style('cyan', printable(operation?.id ?? '-')),
    String(taken === undefined || problem === undefined ? (exchange.response?.status ?? '-') : '-'),
    style('dim', `${exchange.duration.toFixed(1)}ms`),
    taken === undefined
      ? style('dim', 'not for a real service, not recorded')
      : style(COLOURS[taken.kind], taken.kind),
  ];
  if (problem !== undefined) words.push(style('red', `deadringer: ${problem}`));
  if (upstream?.broke !== undefined) words.push(style('red', printable(upstream.broke)));
  if (taken?.written === false) words.push(style('red', 'LOST'));
  return [words.join(' '), ...findings.map(finding => `  ${printFinding(finding, style)}`)].join('\n');
}

/** One object a line, for machines. */
export function jsonRecorded(served: Served, taken: Taken | undefined): string {
  const shown = JSON.parse(jsonServed(served)) as object;
  return JSON.stringify({ ...shown, recorded: taken?.written ?? false, ...(taken && { class: taken.kind }) });
}
