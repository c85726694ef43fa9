// Counts the calls of a session: which declared operations and statuses occur in its journal.
import { type Operation, responseFor } from '../../openapi/model.ts';
import { basePathOf } from '../respond/refuse.ts';
import type { ServedConfig } from '../served-config.ts';
import type { JournaledEvent } from './journaled-event.ts';
import type { Session } from './session.ts';

/** The calls of one operation. */
export interface OperationCalls {
  readonly api: string;
  readonly operation: string;
  readonly method: string;
  /** The path template on this server. */
  readonly path: string;
  readonly calls: number;
  /** Number of responses by declared status: "200", "4XX" or "default"; 0: not tried. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Number of responses by status that the operation does not declare. Errors of the mock are not among them. */
  readonly otherStatuses: Readonly<Record<string, number>>;
}

export interface SessionCoverage {
  readonly operations: { readonly declared: number; readonly exercised: number };
  readonly statuses: { readonly declared: number; readonly exercised: number };
  readonly details: readonly OperationCalls[];
}

export function measureCoverage(config: ServedConfig, session: Session): SessionCoverage {
  const details = countCalls(config, session);
  const all = details.flatMap(({ statuses }) => Object.values(statuses));
  return {
    operations: { declared: details.length, exercised: details.filter(({ calls }) => calls > 0).length },
    statuses: { declared: all.length, exercised: all.filter(times => times > 0).length },
    details,
  };
}

/** The calls of every operation, in the order of the documents. */
export function countCalls(config: ServedConfig, session: Session): OperationCalls[] {
  const eventsByOperation = Map.groupBy(
    session.journal.events().filter(({ operation }) => operation !== undefined),
    ({ operation }) => `${operation?.api.name} ${operation?.id}`,
  );
  return config.contract.apis.flatMap(({ name, operations }) =>
    operations.map(operation => {
      const { id, method, path } = operation;
      const events = eventsByOperation.get(`${name} ${id}`) ?? [];
      return {
        api: name,
        operation: id,
        method,
        path: basePathOf(operation) + path,
        calls: events.length,
        ...countStatuses(operation, events),
      };
    }),
  );
}

function countStatuses(
  operation: Operation,
  events: readonly JournaledEvent[],
): Pick<OperationCalls, 'statuses' | 'otherStatuses'> {
  const statuses = new Map(operation.responses.map(({ status }) => [status, 0]));
  const otherStatuses = new Map<string, number>();
  for (const { exchange, problem } of events) {
    // A problem of the mock is not a response of the API.
    if (problem !== undefined || exchange.response === undefined) continue;
    const { status } = exchange.response;
    const declared = responseFor(operation, status)?.status;
    const counts = declared === undefined ? otherStatuses : statuses;
    const key = declared ?? String(status);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return { statuses: Object.fromEntries(statuses), otherStatuses: Object.fromEntries(otherStatuses) };
}
