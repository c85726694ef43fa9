// Who holds the sessions of all workers: brings their journals together, performs what needs memory, tells what changes.
import process from 'node:process';
import { createStore } from '../mock/session.ts';
import type { Stage } from '../mock/stage.ts';
import type { World } from '../mock/world.ts';
import { limitsOf, type MockOptions, seedOf, setStage, upstreamsOf } from '../start.ts';
import { trackChanges } from './changes.ts';
import type { Company } from './company.ts';
import { createLedger } from './ledger.ts';
import type { Member } from './member.ts';
import type { Changes, Outbox, Performing } from './messages.ts';
import { operationNamed } from './operations.ts';
import { performHere, turnHere } from './performing.ts';

/** So many exchanges may wait to be written into the journals until somebody looks. */
const WAITING = 1000;

export interface Holder {
  readonly stage: Stage;
  /** By their numbers: those that requests may still be answered by. */
  readonly worlds: Map<number, World>;
  /** What a worker has to know before it answers. */
  state(): { changes: Changes; isHeard: boolean };
  /** Brings here what was served so far, and tells the workers what has changed; one after the other. */
  keepStep(): Promise<void>;
  /** Takes what a worker has served. */
  arrive(outbox: Outbox): void;
  /** A worker has begun to serve a session, of which it will tell later. */
  touch(session: string): Promise<void>;
  turn(member: Member, number: number, session: string): Promise<void>;
  perform(member: Member, number: number, call: Performing): Promise<void>;
  /** Says in the journals that something is missing, after a worker has ended unasked. */
  mourn(member: Member): Promise<void>;
}

export function holdSessions(
  options: MockOptions,
  company: Pick<Company, 'step' | 'say'>,
  run: string,
  world: World,
): Holder {
  const limits = limitsOf(options);
  const worlds = new Map([[1, world]]);
  const upstreams = upstreamsOf(options, world.contract);
  const store = createStore({
    limits,
    seed: seedOf(options),
    onDropped: (id, why) => {
      tracker.onEnded(id);
      options.onSessionDropped?.(id, why);
    },
  });
  const tracker = trackChanges(store, upstreams, seedOf(options));
  let isHeard = false;
  const stage = setStage(options, world, {
    run,
    upstreams,
    sessions: {
      ...tracker.sessions,
      // Who listens from here on is told the rest.
      async list() {
        await ledger.settle();
        return await store.list();
      },
    },
    onHeard: now => {
      isHeard = now;
      company.say({ kind: 'heard', isHeard });
    },
  });
  const ledger = createLedger(
    store,
    served => stage.record(served),
    ({ operation, version }) =>
      operation === undefined ? undefined : operationNamed(worlds.get(version) ?? stage.world, operation),
  );
  const step = async (): Promise<void> => {
    const until = Number(process.hrtime.bigint()) / 1e6;
    await company.step(await tracker.since());
    await ledger.settle(until);
  };
  let running = Promise.resolve();
  let next: Promise<void> | undefined;
  const keepStep = (): Promise<void> => {
    // Whoever comes before it has begun shares it.
    next ??= running
      .catch(() => {})
      .then(() => {
        running = next ?? running;
        next = undefined;
        return step();
      });
    return next;
  };
  /** Before a session has to go, it must be known here which one was used last. */
  const makeRoom = async (id: string): Promise<void> => {
    if ((await store.get(id)) === undefined && (await store.list()).length >= limits.count) await keepStep();
  };

  return {
    stage,
    worlds,
    keepStep,
    state: () => ({ changes: tracker.whole(), isHeard }),
    arrive(outbox) {
      ledger.arrive(outbox);
      if (ledger.waiting() > WAITING && next === undefined) void keepStep();
    },
    async touch(id) {
      await makeRoom(id);
      await store.use(id, stage.now(), () => undefined);
    },
    async turn(member, number, session) {
      await makeRoom(session);
      member.say({ kind: 'turned', number, turned: await turnHere(stage, session) });
    },
    async perform(member, number, call) {
      await makeRoom(call.session);
      const said = await performHere(worlds.get(call.version) ?? stage.world, stage, call);
      if ('kind' in said) member.say({ kind: 'not-performed', number, failure: said });
      else member.say({ kind: 'performed', number, performed: said });
    },
    async mourn({ touched }) {
      for (const id of touched) await store.use(id, stage.now(), ({ journal }) => journal.skip(1));
    },
  };
}
