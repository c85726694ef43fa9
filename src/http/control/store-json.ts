// What the health of the server and its metrics say about the store of sessions.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { ServerState } from '../../mock/server-state.ts';
import type { StoreStatus } from '../../mock/session/session-store.ts';

type SharedStatus = Extract<StoreStatus, { kind: 'shared' }>;

/** The member `store` of GET /health and GET /ready. */
export function toStoreJson({ sessions }: ServerState): object {
  const status = sessions.status();
  if (status.kind === 'memory') return status;
  const { kind, isAvailable, since, replica, replicas, waiting, lost } = status;
  return {
    kind,
    available: isAvailable,
    since: new Date(since).toISOString(),
    replica,
    replicas,
    waiting,
    lost,
  };
}

/**
 * Without a shared store there are none. With one, all metrics of this server get its id as a label: workers answer at the same
 * port in turn.
 */
export function addStoreMetrics({ sessions }: ServerState, registry: Registry): void {
  const registers = [registry];
  const first = sessions.status();
  if (first.kind === 'memory') return;
  registry.setDefaultLabels({ replica: first.replica });
  const current = (): SharedStatus => {
    const status = sessions.status();
    if (status.kind === 'memory') throw new Error('a store stays what it is');
    return status;
  };
  const gauge = (name: string, help: string, read: (status: SharedStatus) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(current()));
      },
    });
  };
  gauge('deadringer_store_available', '1 if the shared store answers, else 0.', each =>
    Number(each.isAvailable),
  );
  gauge('deadringer_replicas', 'Servers that share the store, this one included.', each => each.replicas);
  gauge(
    'deadringer_journal_waiting',
    'Exchanges that are answered and not yet in the journal of their session.',
    each => each.waiting,
  );
  new Counter({
    name: 'deadringer_journal_lost_total',
    help: 'Exchanges of this server that never reached the journal of their session.',
    registers,
    collect() {
      this.reset();
      this.inc(current().lost);
    },
  });
}
