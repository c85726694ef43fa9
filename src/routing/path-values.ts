// Where in a path the values of its template stand: what is not a value there is what the document says.
import type { Operation } from '../openapi/model.ts';
import type { Match } from './trie.ts';

interface PathValue {
  /** Indexes into the path as sent. */
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** @returns undefined when the path does not end like the template of the operation */
export function pathValuesOf({ segments }: Operation, path: string): PathValue[] | undefined {
  const pieces = path.split('/').slice(1);
  const before = pieces.length - segments.length;
  if (before < 0) return undefined;
  const values: PathValue[] = [];
  let from = 1;
  for (const [index, piece] of pieces.entries()) {
    const segment = segments[index - before];
    if (segment?.kind === 'variable') values.push({ from, to: from + piece.length, name: segment.name });
    if (segment?.kind === 'mixed') {
      const found = new RegExp(segment.pattern.source, 'd').exec(piece);
      if (found?.indices === undefined) return undefined;
      for (const [place, name] of segment.names.entries()) {
        const [start = 0, end = 0] = found.indices[place + 1] ?? [];
        values.push({ from: from + start, to: from + end, name });
      }
    }
    from += piece.length + 1;
  }
  return values;
}

/** The match of a path that is known to be one of the operation. */
export function matchForOperation(operation: Operation, path: string): Match | undefined {
  const values = pathValuesOf(operation, path);
  if (values === undefined) return undefined;
  const pathValues = Object.fromEntries(values.map(({ from, to, name }) => [name, path.slice(from, to)]));
  return { kind: 'operation', operation, pathValues };
}
