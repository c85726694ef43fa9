// A worker's share of the sessions: what testers have set, as the holder of the sessions says; what it served, until that asks.
import type { Operation } from '../contract/contract.ts';
import { type Elsewhere, performIn, Turn } from '../mock/perform.ts';
import { type Need, needOf, type Standing } from '../mock/quiet.ts';
import { createStore, type Session, type SessionLimits, type SessionStore } from '../mock/session.ts';
import type { Served } from '../mock/stage.ts';
import type { Upstreams } from '../mock/upstreams.ts';
import type { Changes, Outbox, Parcel } from './messages.ts';
import { nameOf } from './operations.ts';
import type { Remote } from './performing.ts';

export interface ReplicaOptions {
  readonly limits: SessionLimits;
  readonly seed: string;
  readonly upstreams: Upstreams;
  /** Milliseconds on the clock of the machine. */
  readonly instant: () => number;
  /** The number of the world that an operation is of. */
  readonly version: (operation: Operation | undefined) => number;
  /** Told of a session that has something in the outbox, and had nothing. */
  readonly onTouched: (session: string) => void;
  readonly remote: Remote;
}

export interface Replica {
  readonly sessions: SessionStore;
  readonly elsewhere: Elsewhere;
  apply(changes: Changes): Promise<void>;
  /** What was served since this was last asked. */
  take(): Promise<Outbox>;
}

interface Stamped extends Served {
  readonly at: number;
}

export function createReplica(options: ReplicaOptions): Replica {
  const { seed, upstreams, instant, version, onTouched, remote } = options;
  // Who holds the sessions decides which have to go.
  const limits = { ...options.limits, count: Number.POSITIVE_INFINITY, idle: Number.POSITIVE_INFINITY };
  const inner = createStore({ limits, seed, onDropped: () => {} });
  const standings = new Map<string, Standing>();
  const untouched: Standing = { active: [], off: new Set(), deliver: undefined, seed };
  const touched = new Set<string>();

  return {
    sessions: {
      ...inner,
      record(id, served) {
        if (!touched.has(id)) {
          touched.add(id);
          onTouched(id);
        }
        inner.record(id, { ...served, at: instant() } as Stamped);
      },
    },
    elsewhere(world, id, call, wish, ownOnly) {
      const need = (): Need => needOf(world, standings.get(id) ?? untouched, call.operation, wish);
      const asked = need();
      if (asked === 'nothing') return undefined;
      if (asked === 'memory') return remote.perform(world, id, call, wish, ownOnly);
      return remote.turn(id).then(({ startedAt, seed }) =>
        // A tester may have switched something on meanwhile.
        need() === 'memory'
          ? remote.perform(world, id, call, wish, ownOnly)
          : inner.use(id, startedAt, session =>
              performIn(world, session, call, wish, ownOnly, new Turn(NONE, startedAt, seed)),
            ),
      );
    },
    async apply(changes) {
      for (const id of changes.ended) {
        standings.delete(id);
        touched.delete(id);
        await inner.end(id);
      }
      for (const [id, standing] of changes.standings) {
        await inner.use(id, 0, session => {
          Object.assign(session, standing);
          standings.set(id, standing);
        });
      }
      for (const [fingerprint, id] of changes.bindings) await inner.bind(fingerprint, id);
      if (changes.upstreams === undefined) return;
      const names = new Set(changes.upstreams.map(({ name }) => name));
      for (const { name } of upstreams.list()) if (!names.has(name)) upstreams.delete(name);
      for (const upstream of changes.upstreams) upstreams.set(upstream);
    },
    async take() {
      const found = await Promise.all([...touched].map(id => inner.get(id)));
      // From here on in one turn, so that nothing is served in between.
      const sessions = found.filter(session => session !== undefined);
      for (const { id } of sessions) touched.delete(id);
      const entries = sessions.flatMap(({ journal }) =>
        (journal.served() as readonly Stamped[]).map(each => toParcel(each, version(each.operation))),
      );
      return { entries, sessions: sessions.map(emptied) };
    },
  };
}

/** Who needs the memory is not performed here. */
const NONE = {};

function emptied(session: Session): Outbox['sessions'][number] {
  const { id, turns, journal } = session;
  const { dropped } = journal;
  journal.clear();
  session.turns = 0;
  return { id, turns, dropped };
}

function toParcel(stamped: Stamped, version: number): Parcel {
  const { session, findings, refusedFor, problem, rules, offContract, delivery, upstream } = stamped;
  const { operation, exchange, at } = stamped;
  return {
    served: {
      exchange,
      session,
      findings,
      refusedFor,
      problem,
      rules,
      offContract,
      delivery,
      ...(upstream !== undefined && { upstream }),
    },
    operation: operation && nameOf(operation),
    version,
    at,
  };
}
