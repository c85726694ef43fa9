// Finds values that no document may have: cycles, deep nesting, aliases that multiply the size, and types that JSON lacks.
import { jsonPointer } from '../exchange/json-pointer.ts';

export interface TreeProblem {
  /** The JSON Pointer of the value. */
  readonly pointer: string;
  readonly message: string;
}

/** Levels of objects and arrays. Real documents have about fifty; other modules visit documents recursively. */
const MAX_DOCUMENT_LEVELS = 256;
/** Objects, arrays and scalars, each counted wherever an alias repeats it. The largest public documents have two million. */
const MAX_NODES = 10_000_000;

/** The levels and the nodes of a value. */
interface Extent {
  readonly levels: number;
  readonly nodes: number;
}

const SCALAR: Extent = { levels: 0, nodes: 1 };

export function findTreeProblem(root: unknown): TreeProblem | undefined {
  const path: string[] = [];
  const above = new Set<object>();
  // A value that aliases repeat is visited once.
  const visited = new Map<object, Extent>();
  let problem: TreeProblem | undefined;
  measure(root);
  return problem;

  function measure(value: unknown): Extent {
    if (typeof value !== 'object' || value === null) return SCALAR;
    const known = visited.get(value);
    if (known !== undefined) {
      if (path.length + known.levels > MAX_DOCUMENT_LEVELS) report(NESTED_TOO_DEEPLY);
      return known;
    }
    if (above.has(value)) report('this alias refers to a node that contains it');
    else if (path.length >= MAX_DOCUMENT_LEVELS) report(NESTED_TOO_DEEPLY);
    else if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
      report('the type of this value does not exist in JSON; remove its tag');
    if (problem !== undefined) return SCALAR;
    above.add(value);
    let levels = 0;
    let nodes = 1;
    for (const key of Object.keys(value)) {
      path.push(key);
      const inner = measure((value as Record<string, unknown>)[key]);
      if (problem !== undefined) return SCALAR;
      path.pop();
      levels = Math.max(levels, inner.levels);
      nodes += inner.nodes;
    }
    above.delete(value);
    if (nodes > MAX_NODES) report('Excessive alias count: the aliases expand to more than ten million nodes');
    const extent = { levels: levels + 1, nodes };
    visited.set(value, extent);
    return extent;
  }

  function report(message: string): void {
    problem ??= { pointer: jsonPointer(...path), message };
  }
}

export const NESTED_TOO_DEEPLY = `the document is nested too deeply: more than ${MAX_DOCUMENT_LEVELS} levels`;
