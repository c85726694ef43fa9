// What workers have served, written into the journals in the order in which it was answered, whichever of them tells first.
import type { Operation } from '../contract/contract.ts';
import type { SessionStore } from '../mock/session.ts';
import type { Served, Stage } from '../mock/stage.ts';
import type { Outbox, Parcel } from './messages.ts';

export interface Ledger {
  /** Tells listeners, and keeps it for the journals. */
  arrive(outbox: Outbox): void;
  /** Writes what was answered up to this instant into the journals; without one, everything that has arrived. */
  settle(until?: number): Promise<void>;
  /** How many exchanges wait to be written. */
  waiting(): number;
}

interface Waiting {
  readonly at: number;
  readonly served: Served;
}

/** @param tell tells listeners */
export function createLedger(
  sessions: SessionStore,
  tell: Stage['record'],
  operationOf: (parcel: Parcel) => Operation | undefined,
): Ledger {
  let waiting: Waiting[] = [];
  let tallies: Outbox['sessions'][number][] = [];
  return {
    arrive(outbox) {
      const arrived = outbox.entries
        .map(parcel => ({ at: parcel.at, served: { ...parcel.served, operation: operationOf(parcel) } }))
        .sort(byInstant);
      waiting = waiting.concat(arrived);
      tallies = tallies.concat(outbox.sessions);
      for (const { served } of arrived) tell(served);
    },
    async settle(until = Number.POSITIVE_INFINITY) {
      waiting.sort(byInstant);
      const later = waiting.findIndex(({ at }) => at > until);
      const due = waiting.splice(0, later < 0 ? waiting.length : later);
      // A session begins, and another has to go, when it was so.
      for (const { served } of due) sessions.record(served.session, served);
      const open = new Set(waiting.map(({ served }) => served.session));
      const counted = tallies;
      tallies = counted.filter(({ id }) => open.has(id));
      for (const { id, turns, dropped } of counted) {
        const session = open.has(id) ? undefined : await sessions.get(id);
        if (session === undefined) continue;
        session.turns += turns;
        session.calls += dropped;
        session.journal.skip(dropped);
      }
    },
    waiting: () => waiting.length,
  };
}

function byInstant(left: Waiting, right: Waiting): number {
  return left.at - right.at;
}
