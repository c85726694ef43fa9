// The names of the keys in a shared store. All keys of a session have one hash tag, so that they are in one slot of a cluster.

export interface SessionKeys {
  /** A hash: version, settings, memory, counters. */
  readonly head: string;
  /** A stream: the journal. */
  readonly journal: string;
  /** A hash: calls by operation and status. */
  readonly counts: string;
  /** A set: the hashes of the credentials that are bound to the session. */
  readonly credentials: string;
  /** A hash: the stored items of a resource, by their order. @param table see tableField */
  table(table: string): string;
}

export interface StoreKeys {
  /** The channel on which replicas tell each other what changes. */
  readonly channel: string;
  session(id: string): SessionKeys;
  /** The session of a credential. @param hash see Seal */
  credential(hash: string): string;
  /** A sorted set: the sessions by their last use. */
  readonly sessions: string;
  /** A stream: the exchanges of all sessions. */
  readonly events: string;
  /** A sorted set: the replicas by their last ping. */
  readonly replicas: string;
  /** A hash: what all replicas share. */
  readonly server: string;
  /** A string: the lock of the replica that reloads. */
  readonly reload: string;
}

/** @param prefix such as "deadringer" */
export function createKeys(prefix: string): StoreKeys {
  const shared = (name: string): string => `${prefix}:{all}:${name}`;
  return {
    channel: `${prefix}:changes`,
    session: id => {
      const session = `${prefix}:{s:${id}}`;
      return {
        head: session,
        journal: `${session}:journal`,
        counts: `${session}:counts`,
        credentials: `${session}:credentials`,
        table: table => `${session}:t:${table}`,
      };
    },
    credential: hash => `${prefix}:credential:${hash}`,
    sessions: shared('sessions'),
    events: shared('events'),
    replicas: shared('replicas'),
    server: shared('server'),
    reload: shared('reload'),
  };
}
