// What a tester does to sessions: switch scenarios on and off, bind credentials, start over.
import { nearestWord } from '../contract/nearest.ts';
import { BLANK } from '../scenario/choose.ts';
import type { Deliver } from '../scenario/scenario.ts';
import { fingerprint } from './bind.ts';
import type { Session } from './session.ts';
import type { Stage } from './stage.ts';

/** The outside of a session. */
export interface SessionView {
  readonly id: string;
  readonly createdAt: string;
  readonly usedAt: string;
  readonly scenarios: readonly string[];
  readonly off: readonly string[];
  readonly seed: string;
  readonly deliver?: Deliver;
  readonly calls: number;
  readonly journal: { readonly entries: number; readonly dropped: number };
  readonly memory: Readonly<Record<string, unknown>>;
  readonly states: Readonly<Record<string, string>>;
}

export function view(session: Session): SessionView {
  const { id, createdAt, usedAt, active, off, seed, deliver, calls, journal, memory } = session;
  return {
    id,
    createdAt: new Date(createdAt).toISOString(),
    usedAt: new Date(usedAt).toISOString(),
    scenarios: active,
    off: [...off],
    seed,
    ...(deliver !== undefined && { deliver }),
    calls,
    journal: { entries: journal.length, dropped: journal.dropped },
    memory: memory.values,
    states: memory.states,
  };
}

/** A scenario that does not exist, with the nearest that does. */
export class UnknownScenario extends Error {
  readonly nearest: string | undefined;

  constructor(id: string, known: readonly string[]) {
    const nearest =
      nearestWord(id, known) ?? known.find(each => each.includes(id) || each.endsWith(`/${id}`));
    super(`there is no scenario "${id}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`);
    this.nearest = nearest;
  }
}

/** Switches scenarios on, the last on top. One that is on already starts over and comes on top. */
export async function activate(
  stage: Stage,
  sessionId: string,
  ids: readonly string[],
): Promise<SessionView> {
  for (const id of ids) {
    if (!stage.world.scenarios.has(id)) throw new UnknownScenario(id, [...stage.world.scenarios.keys()]);
  }
  return stage.sessions.use(sessionId, stage.now(), session => {
    session.active = [...session.active.filter(id => !ids.includes(id)), ...ids];
    session.off = new Set([...session.off].filter(id => !ids.includes(id)));
    for (const id of ids) forget(session, id);
    return view(session);
  });
}

/** Switches one off; undefined: all that were switched on. One that is on by default stays off until it is switched on. */
export async function deactivate(
  stage: Stage,
  sessionId: string,
  id: string | undefined,
): Promise<SessionView> {
  if (id !== undefined && !stage.world.scenarios.has(id))
    throw new UnknownScenario(id, [...stage.world.scenarios.keys()]);
  return stage.sessions.use(sessionId, stage.now(), session => {
    for (const each of id === undefined ? session.active : [id]) forget(session, each);
    session.active = id === undefined ? [] : session.active.filter(each => each !== id);
    if (id !== undefined && stage.world.scenarios.get(id)?.onByDefault)
      session.off = new Set([...session.off, id]);
    return view(session);
  });
}

/** Back to the beginning: positions, states, memory, budgets, journal. What is switched on stays on. */
export async function reset(stage: Stage, sessionId: string): Promise<SessionView> {
  return stage.sessions.use(sessionId, stage.now(), session => {
    session.memory = BLANK;
    session.calls = 0;
    session.turns = 0;
    session.journal.clear();
    return view(session);
  });
}

export async function reseed(stage: Stage, sessionId: string, seed: string): Promise<SessionView> {
  return stage.sessions.use(sessionId, stage.now(), session => {
    session.seed = seed;
    return view(session);
  });
}

/** Makes every answer of the session late, slow or broken, where no rule says otherwise; undefined ends that. */
export async function deliverAs(
  stage: Stage,
  sessionId: string,
  deliver: Deliver | undefined,
): Promise<SessionView> {
  return stage.sessions.use(sessionId, stage.now(), session => {
    session.deliver = deliver;
    return view(session);
  });
}

/** Lets whoever sends this bearer token, basic user or API key into the session. */
export function bind(stage: Stage, sessionId: string, credential: string): Promise<void> {
  return stage.sessions.bind(fingerprint(credential), sessionId);
}

function forget(session: Session, id: string): void {
  const own = ([key]: readonly [string, unknown]): boolean => key !== id && !key.startsWith(`${id} `);
  const { memory } = session;
  session.memory = {
    positions: Object.fromEntries(Object.entries(memory.positions).filter(own)),
    spent: Object.fromEntries(Object.entries(memory.spent).filter(own)),
    states: Object.fromEntries(Object.entries(memory.states).filter(own)),
    values: memory.values,
  };
}
