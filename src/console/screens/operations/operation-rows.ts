// The rows of the screen: operations that are found, what a session tried of them, and what is left to try.
import type { components } from '../../../client/control-api.ts';

export type Operation = components['schemas']['Operation'];
export type SessionOperation = components['schemas']['SessionOperation'];

/** What a session tried, by target: "petstore.getPet". */
export type SessionOperations = ReadonlyMap<string, SessionOperation>;

export interface OperationRow {
  readonly api: string;
  readonly operation: Operation;
  /** The name of the operation in commands and switches. */
  readonly target: string;
  /** What the search looks at, in lower case. */
  readonly text: string;
}

/** Which operations are shown: all, those with a status that was not tried, those that do not answer as the document says. */
export const SHOWN = ['all', 'untried', 'changed'] as const;
export type Shown = (typeof SHOWN)[number];

interface ApiOperations {
  readonly name: string;
  readonly operations: readonly Operation[];
}

export function toRows(apis: readonly ApiOperations[]): OperationRow[] {
  return apis.flatMap(({ name, operations }) =>
    operations.map(operation => {
      const { id, method, path, summary = '', tags } = operation;
      const text = [name, id, method, path, summary, ...tags].join(' ').toLowerCase();
      return { api: name, operation, target: `${name}.${id}`, text };
    }),
  );
}

/** The rows that have every word of the search. */
export function findRows(
  rows: readonly OperationRow[],
  search: string,
  shown: Shown,
  tried: SessionOperations,
): OperationRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ text, target }) => {
    if (!words.every(word => text.includes(word))) return false;
    const calls = tried.get(target);
    if (shown === 'untried') return calls === undefined || untriedStatuses(calls).length > 0;
    return shown === 'all' || (calls !== undefined && calls.inForce.by !== 'document');
  });
}

/** Whether a declared status is of an error: what a client is seldom tried with. "default" usually is. */
function isErrorStatus(status: string): boolean {
  return /^([45]|default$)/.test(status);
}

function untriedStatuses({ statuses }: SessionOperation): string[] {
  return Object.keys(statuses).filter(status => statuses[status] === 0);
}

/** Rows with untried errors first, then rows with another untried status. */
export function untriedFirst(rows: readonly OperationRow[], tried: SessionOperations): OperationRow[] {
  const rank = ({ target }: OperationRow): number => {
    const calls = tried.get(target);
    const untried = calls === undefined ? [] : untriedStatuses(calls);
    return untried.some(isErrorStatus) ? 0 : untried.length > 0 ? 1 : 2;
  };
  return rows.toSorted((left, right) => rank(left) - rank(right));
}

export interface CoverageFigures {
  readonly declared: number;
  readonly tried: number;
  readonly declaredErrors: number;
  readonly triedErrors: number;
}

export function countCoverage(rows: readonly OperationRow[], tried: SessionOperations): CoverageFigures {
  const figures = { declared: 0, tried: 0, declaredErrors: 0, triedErrors: 0 };
  for (const { target } of rows) {
    for (const [status, count] of Object.entries(tried.get(target)?.statuses ?? {})) {
      const isTried = count > 0 ? 1 : 0;
      figures.declared++;
      figures.tried += isTried;
      if (!isErrorStatus(status)) continue;
      figures.declaredErrors++;
      figures.triedErrors += isTried;
    }
  }
  return figures;
}

/** The declared statuses of all rows, in order: numbers, ranges after the numbers they contain, "default" last. */
export function columnsOf(rows: readonly OperationRow[]): string[] {
  const statuses = new Set(rows.flatMap(({ operation }) => operation.statuses));
  const rank = (status: string): string => status.replace('XX', '~~').replace('default', '~');
  return [...statuses].toSorted((left, right) => (rank(left) < rank(right) ? -1 : 1));
}

export function operationsText(count: number): string {
  return count === 1 ? '1 operation' : `${count} operations`;
}
