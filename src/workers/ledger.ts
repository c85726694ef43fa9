// What workers have served, written into the journals in the order in which it was answered, whichever of them tells first.
import type { Operation } from '../contract/contract.ts';
import type { Session, SessionStore } from '../mock/session.ts';
import type { Served, Stage } from '../mock/stage.ts';
import type { Outbox, Parcel } from './messages.ts';

export interface Ledger {
  /** Tells listeners, and keeps the rest for the journals. */
  arrive(outbox: Outbox, now: number): Promise<void>;
  /** Writes what was answered up to this instant into the journals; undefined: everything that has arrived. */
  settle(until: number | undefined): void;
  /** How many exchanges wait to be written. */
  waiting(): number;
}

interface Waiting {
  readonly at: number;
  readonly served: Served;
}

/** @param record tells listeners */
export function createLedger(
  sessions: SessionStore,
  record: Stage['record'],
  operationOf: (parcel: Parcel) => Operation | undefined,
): Ledger {
  const waiting: Waiting[] = [];
  return {
    async arrive({ entries, sessions: told }, now) {
      const arrived = entries
        .map(parcel => ({ at: parcel.at, served: { ...parcel.served, operation: operationOf(parcel) } }))
        .sort((left, right) => left.at - right.at);
      waiting.push(...arrived);
      for (const { served } of arrived) record(served);
      for (const { id, turns, dropped } of told)
        await sessions.use(id, now, session => add(session, turns, dropped));
    },
    settle(until = Number.POSITIVE_INFINITY) {
      waiting.sort((left, right) => left.at - right.at);
      const count = waiting.findIndex(({ at }) => at > until);
      for (const { served } of waiting.splice(0, count < 0 ? waiting.length : count))
        sessions.record(served.session, served);
    },
    waiting: () => waiting.length,
  };
}

function add(session: Session, turns: number, dropped: number): void {
  session.turns += turns;
  session.calls += dropped;
  session.journal.skip(dropped);
}
