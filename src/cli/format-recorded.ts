// Log lines of record: one recorded exchange, as text or JSON.
import type { ServeEvent } from '../mock/serve-event.ts';
import { formatFinding } from '../reporters/finding-line.ts';
import { printable, type TextStyle } from '../reporters/safe-text.ts';
import { redactedRequestPath, serveEventJson, shownFindings } from './format-lines.ts';
import type { RecordedClass, RecordResult } from './recorder.ts';

const CLASS_COLOURS = {
  passed: 'green',
  rejected: 'cyan',
  failed: 'red',
  'not checkable': 'yellow',
  'out of scope': 'dim',
} as const satisfies Record<RecordedClass, string>;

/** "PUT /petstore/pets/7 updatePet 200 12.0ms passed", and one line for each finding. */
export function formatRecorded(
  event: ServeEvent,
  result: RecordResult | undefined,
  style: TextStyle,
): string {
  const { exchange, operation, problem, upstream } = event;
  const { method, path: requestPath } = exchange.request;
  const words = [
    method.padEnd(7),
    printable(redactedRequestPath(event, requestPath)),
    style('cyan', printable(operation?.id ?? '-')),
    String(result === undefined || problem === undefined ? (exchange.response?.status ?? '-') : '-'),
    style('dim', `${exchange.duration.toFixed(1)}ms`),
    result === undefined
      ? style('dim', 'no upstream, not recorded')
      : style(CLASS_COLOURS[result.class], result.class),
  ];
  if (problem !== undefined) words.push(style('red', `deadringer: ${problem}`));
  if (upstream?.failure !== undefined) words.push(style('red', printable(upstream.failure)));
  if (result?.written === false) words.push(style('red', 'NOT RECORDED'));
  return [words.join(' '), ...shownFindings(event).map(finding => `  ${formatFinding(finding, style)}`)].join(
    '\n',
  );
}

/** One JSON object per line. */
export function recordedJson(event: ServeEvent, result: RecordResult | undefined): string {
  const shown = JSON.parse(serveEventJson(event)) as object;
  return JSON.stringify({
    ...shown,
    recorded: result?.written ?? false,
    ...(result && { class: result.class }),
  });
}
