// Locates the values of template variables in a path. The rest of the path is literal text of the document.

import type { Operation } from '../openapi/model.ts';
import { matchText } from '../openapi/text-pattern.ts';
import type { Match } from './trie.ts';

interface PathValue {
  /** Start index in the path as sent. */
  readonly from: number;
  /** End index, exclusive. */
  readonly to: number;
  readonly name: string;
}

/** @returns undefined when the path does not end with an instance of the operation's path template */
export function pathValuesOf(
  { segments }: Pick<Operation, 'segments'>,
  path: string,
): PathValue[] | undefined {
  const pieces = path.split('/').slice(1);
  const prefixLength = pieces.length - segments.length;
  if (prefixLength < 0) return undefined;
  const values: PathValue[] = [];
  let from = 1;
  for (const [index, piece] of pieces.entries()) {
    const segment = segments[index - prefixLength];
    if (segment?.kind === 'variable') values.push({ from, to: from + piece.length, name: segment.name });
    if (segment?.kind === 'mixed') {
      const ranges = matchText(segment.pattern, piece);
      if (ranges === undefined) return undefined;
      for (const [group, [start, end]] of ranges.entries())
        values.push({ from: from + start, to: from + end, name: segment.pattern.names[group] ?? '' });
    }
    from += piece.length + 1;
  }
  return values;
}

/** Makes the match of a path for a known operation. @returns undefined when the path is not an instance of its template */
export function matchForOperation(operation: Operation, path: string): Match | undefined {
  const values = pathValuesOf(operation, path);
  if (values === undefined) return undefined;
  const pathValues = Object.fromEntries(values.map(({ from, to, name }) => [name, path.slice(from, to)]));
  return { kind: 'operation', operation, pathValues };
}
