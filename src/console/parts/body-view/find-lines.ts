// Finds the lines of a body that contain a text, without regard to case.
import type { Token } from './body-rows.ts';
import type { JsonLines } from './json-lines.ts';

/** More lines are not listed. */
const MAX_FOUND = 10_000;

/** @returns the numbers of the lines, from 0, each once */
export function findInLines(lines: readonly (readonly Token[])[], query: string): number[] {
  const wanted = query.toLowerCase();
  const found: number[] = [];
  for (let line = 0; line < lines.length && found.length < MAX_FOUND; line++) {
    const text = (lines[line] ?? []).map(token => token.text).join('');
    if (text.toLowerCase().includes(wanted)) found.push(line);
  }
  return found;
}

export function findInJson({ text, start, end }: JsonLines, query: string): number[] {
  const wanted = query.toLowerCase();
  const found: number[] = [];
  for (let line = 0; line < start.length && found.length < MAX_FOUND; line++) {
    if (text.slice(start[line], end[line]).toLowerCase().includes(wanted)) found.push(line);
  }
  return found;
}
