// What testers change in the sessions, noted for the workers, who act by it.
import type { Standing } from '../mock/quiet.ts';
import type { Session, SessionStore } from '../mock/session.ts';
import type { Upstreams } from '../mock/upstreams.ts';
import type { Changes } from './messages.ts';

export interface Tracker {
  /** The same store; what is bound and ended in it is noted. */
  readonly sessions: SessionStore;
  /** To be told of sessions that the store drops. */
  onEnded(id: string): void;
  /** What has changed since this was last asked. */
  since(): Promise<Changes>;
  /** What the others were told so far, for who knows nothing. */
  whole(): Changes;
}

/** @param seed that of sessions that nobody has given another */
export function trackChanges(store: SessionStore, upstreams: Upstreams, seed: string): Tracker {
  const told = new Map<string, Standing>();
  const bindings = new Map<string, string>();
  let list = upstreams.list();
  let ended: string[] = [];
  let bound: [string, string][] = [];

  const onEnded = (id: string): void => {
    ended.push(id);
    told.delete(id);
    for (const [fingerprint, session] of bindings) if (session === id) bindings.delete(fingerprint);
  };
  const isSet = ({ active, off, deliver, seed: own }: Session): boolean =>
    active.length > 0 || off.size > 0 || deliver !== undefined || own !== seed;

  return {
    sessions: {
      ...store,
      async end(id) {
        const wasThere = await store.end(id);
        if (wasThere) onEnded(id);
        return wasThere;
      },
      async bind(fingerprint, id) {
        await store.bind(fingerprint, id);
        bindings.set(fingerprint, id);
        bound.push([fingerprint, id]);
      },
    },
    onEnded,
    async since() {
      const sessions = await store.list();
      const standings = sessions
        .filter(session => {
          const known = told.get(session.id);
          return known === undefined ? isSet(session) : differs(session, known);
        })
        .map(standingOf);
      for (const [id, standing] of standings) told.set(id, standing);
      const changes: Changes = {
        ended,
        standings,
        bindings: bound,
        upstreams: list === upstreams.list() ? undefined : upstreams.list(),
      };
      ended = [];
      bound = [];
      list = upstreams.list();
      return changes;
    },
    whole: () => ({ ended: [], standings: [...told], bindings: [...bindings], upstreams: list }),
  };
}

function differs(session: Session, standing: Standing): boolean {
  return (
    session.active !== standing.active ||
    session.off !== standing.off ||
    session.deliver !== standing.deliver ||
    session.seed !== standing.seed
  );
}

function standingOf({ id, active, off, deliver, seed }: Session): [string, Standing] {
  return [id, { active, off, deliver, seed }];
}
