// Compares the output of a command with the output that a page shows. docs/testing.md lists what may differ.

/** What differs from run to run, and the text that stands for it on both sides. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  // Fields that each answer has.
  [/^(?:content-length|date|connection|keep-alive): .*\n/gim, ''],
  // The width of a column.
  [/(\S) {3,}/g, '$1  '],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\b[0-9a-f]{8}-(\d+)\b/g, 'EXCHANGE-$1'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)/g, 'TIME'],
  [/\b(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?s\b(?= (?:ahead of|behind))/g, 'SPAN'],
  [/\b\d+(?:\.\d+)?ms\b/g, 'DURATION'],
];

/** The text with the same words in place of what varies, and JSON without white space between its tokens. */
function normalize(lines: readonly string[]): readonly string[] {
  const trimmed = lines
    .map(line => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
  const json = trimmed.search(/^[{[]/m);
  const compact =
    json < 0
      ? trimmed
      : trimmed.slice(0, json) +
        trimmed
          .slice(json)
          .replace(/("(?:[^"\\\n]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '');
  const text = VARYING.reduce((rest, [pattern, word]) => rest.replace(pattern, word), compact);
  return text === '' ? [] : text.split('\n');
}

/** @returns undefined if the output is as shown; otherwise both, in the form in which they are compared */
export function differenceOf(
  shown: readonly string[],
  output: string,
): { readonly shown: string; readonly output: string } | undefined {
  const expected = normalize(shown);
  const actual = normalize(output.split('\n'));
  if (matches(expected, actual)) return undefined;
  return { shown: expected.join('\n'), output: actual.join('\n') };
}

/** A line `...` stands for any lines, `...` within a line for any text. */
function matches(shown: readonly string[], output: readonly string[]): boolean {
  const parts = shown.map(line => (line.trim() === '...' ? undefined : patternOf(line)));
  // The numbers of output lines that the parts so far may have taken.
  let taken = new Set([0]);
  for (const pattern of parts) {
    const next = new Set<number>();
    for (const count of taken) {
      if (pattern === undefined) for (let more = count; more <= output.length; more += 1) next.add(more);
      else if (pattern.test(output[count] ?? '\n')) next.add(count + 1);
    }
    taken = next;
  }
  return taken.has(output.length);
}

function patternOf(line: string): RegExp {
  const parts = line.split('...').map(text => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** Whether the lines are among those of a log, in this order. */
export function isInLog(shown: readonly string[], log: string): boolean {
  return differenceOf(['...', ...shown, '...'], log) === undefined;
}
