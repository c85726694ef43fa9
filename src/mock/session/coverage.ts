// Counts the calls of a session: which declared operations and statuses it tried.
import { type Operation, responseFor } from '../../openapi/model.ts';
import { type ServedConfig, servedBasePath } from '../served-config.ts';
import { operationTarget } from '../target.ts';
import type { StatusCounts } from './call-counts.ts';
import type { Session } from './session-store.ts';

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

export async function measureCoverage(config: ServedConfig, session: Session): Promise<SessionCoverage> {
  const details = await countCalls(config, session);
  const all = details.flatMap(({ statuses }) => Object.values(statuses));
  return {
    operations: { declared: details.length, exercised: details.filter(({ calls }) => calls > 0).length },
    statuses: { declared: all.length, exercised: all.filter(times => times > 0).length },
    details,
  };
}

/** The calls of every operation, in the order of the documents. */
export async function countCalls(config: ServedConfig, session: Session): Promise<OperationCalls[]> {
  const counts = await session.journal.calls();
  return config.contract.apis.flatMap(({ name, operations }) =>
    operations.map(operation => {
      const { id, method, path } = operation;
      const ofOperation = counts.get(operationTarget(operation)) ?? NO_CALLS;
      return {
        api: name,
        operation: id,
        method,
        path: servedBasePath(config, operation) + path,
        calls: [...ofOperation.values()].reduce((sum, count) => sum + count, 0),
        ...countStatuses(operation, ofOperation),
      };
    }),
  );
}

const NO_CALLS: StatusCounts = new Map();

function countStatuses(
  operation: Operation,
  counts: StatusCounts,
): Pick<OperationCalls, 'statuses' | 'otherStatuses'> {
  const statuses = new Map(operation.responses.map(({ status }) => [status, 0]));
  const otherStatuses = new Map<string, number>();
  for (const [status, count] of counts) {
    // An error of the mock is not a response of the API.
    if (status === 0) continue;
    const declared = responseFor(operation, status)?.status;
    const target = declared === undefined ? otherStatuses : statuses;
    const key = declared ?? String(status);
    target.set(key, (target.get(key) ?? 0) + count);
  }
  return { statuses: Object.fromEntries(statuses), otherStatuses: Object.fromEntries(otherStatuses) };
}
