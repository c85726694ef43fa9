// Measures which declared operations and statuses occur in the journal of a session.
import { responseFor } from '../../openapi/model.ts';
import type { ServedConfig } from '../served-config.ts';
import type { Session } from './session.ts';

export interface SessionCoverage {
  readonly operations: { readonly declared: number; readonly exercised: number };
  readonly statuses: { readonly declared: number; readonly exercised: number };
  readonly details: readonly {
    readonly api: string;
    readonly operation: string;
    readonly calls: number;
    readonly statuses: Readonly<Record<string, number>>;
  }[];
}

export function measureCoverage(config: ServedConfig, session: Session): SessionCoverage {
  const entries = session.journal.events();
  const details = config.contract.apis.flatMap(({ name, operations }) =>
    operations.map(operation => {
      const ofOperation = entries.filter(
        entry => entry.operation?.id === operation.id && entry.operation.api.name === name,
      );
      const statuses = Object.fromEntries(operation.responses.map(({ status }) => [status, 0]));
      for (const { exchange, problem } of ofOperation) {
        // A problem of the mock is not a declared response.
        const declared =
          problem === undefined &&
          exchange.response &&
          responseFor(operation, exchange.response.status)?.status;
        if (declared !== undefined && declared !== false) statuses[declared] = (statuses[declared] ?? 0) + 1;
      }
      return { api: name, operation: operation.id, calls: ofOperation.length, statuses };
    }),
  );
  const all = details.flatMap(({ statuses }) => Object.values(statuses));
  return {
    operations: { declared: details.length, exercised: details.filter(({ calls }) => calls > 0).length },
    statuses: { declared: all.length, exercised: all.filter(times => times > 0).length },
    details,
  };
}
