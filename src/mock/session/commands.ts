// Commands on sessions: activate and deactivate scenarios, bind credentials, reset.
import { nearestWord } from '../../finding/nearest-word.ts';
import type { DeliverySpec } from '../../scenario/scenario.ts';
import { EMPTY_MEMORY } from '../../scenario/select-rule.ts';
import type { ServerState } from '../server-state.ts';
import { hashCredential } from './identify.ts';
import type { Session } from './session.ts';

/** The outside of a session. */
export interface SessionView {
  readonly id: string;
  readonly createdAt: string;
  readonly usedAt: string;
  readonly scenarios: readonly string[];
  readonly off: readonly string[];
  readonly seed: string;
  readonly deliver?: DeliverySpec;
  readonly calls: number;
  readonly journal: { readonly entries: number; readonly dropped: number };
  readonly memory: Readonly<Record<string, unknown>>;
  readonly states: Readonly<Record<string, string>>;
}

export function toSessionView(session: Session): SessionView {
  const {
    id,
    createdAt,
    lastUsedAt: usedAt,
    activeScenarios: active,
    disabledScenarios: off,
    seed,
    delivery: deliver,
    calls,
    journal,
    memory,
  } = session;
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
    super(`unknown scenario "${id}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`);
    this.nearest = nearest;
  }
}

/** Switches scenarios on, the last on top. One that is on already starts over and comes on top. */
export async function activateScenarios(
  state: ServerState,
  sessionId: string,
  ids: readonly string[],
): Promise<SessionView> {
  for (const id of ids) {
    if (!state.config.scenarios.has(id)) throw new UnknownScenario(id, [...state.config.scenarios.keys()]);
  }
  return state.sessions.update(sessionId, state.now(), session => {
    session.activeScenarios = [...session.activeScenarios.filter(id => !ids.includes(id)), ...ids];
    session.disabledScenarios = new Set([...session.disabledScenarios].filter(id => !ids.includes(id)));
    for (const id of ids) resetScenarioMemory(session, id);
    return toSessionView(session);
  });
}

/** Switches one off; undefined: all that were switched on. One that is on by default stays off until it is switched on. */
export async function deactivateScenarios(
  state: ServerState,
  sessionId: string,
  id: string | undefined,
): Promise<SessionView> {
  if (id !== undefined && !state.config.scenarios.has(id))
    throw new UnknownScenario(id, [...state.config.scenarios.keys()]);
  return state.sessions.update(sessionId, state.now(), session => {
    for (const each of id === undefined ? session.activeScenarios : [id]) resetScenarioMemory(session, each);
    session.activeScenarios = id === undefined ? [] : session.activeScenarios.filter(each => each !== id);
    if (id !== undefined && state.config.scenarios.get(id)?.onByDefault)
      session.disabledScenarios = new Set([...session.disabledScenarios, id]);
    return toSessionView(session);
  });
}

/** Back to the beginning: positions, states, memory, budgets, journal. What is switched on stays on. */
export async function resetSession(state: ServerState, sessionId: string): Promise<SessionView> {
  return state.sessions.update(sessionId, state.now(), session => {
    session.memory = EMPTY_MEMORY;
    session.calls = 0;
    session.scenarioRuns = 0;
    session.journal.clear();
    return toSessionView(session);
  });
}

export async function setSessionSeed(
  state: ServerState,
  sessionId: string,
  seed: string,
): Promise<SessionView> {
  return state.sessions.update(sessionId, state.now(), session => {
    session.seed = seed;
    return toSessionView(session);
  });
}

/** Makes every answer of the session late, slow or broken, where no rule says otherwise; undefined ends that. */
export async function setSessionDelivery(
  state: ServerState,
  sessionId: string,
  deliver: DeliverySpec | undefined,
): Promise<SessionView> {
  return state.sessions.update(sessionId, state.now(), session => {
    session.delivery = deliver;
    return toSessionView(session);
  });
}

/** Lets whoever sends this bearer token, basic user or API key into the session. */
export function bindCredential(state: ServerState, sessionId: string, credential: string): Promise<void> {
  return state.sessions.bindCredential(hashCredential(credential), sessionId);
}

function resetScenarioMemory(session: Session, id: string): void {
  const own = ([key]: readonly [string, unknown]): boolean => key !== id && !key.startsWith(`${id} `);
  const { memory } = session;
  session.memory = {
    positions: Object.fromEntries(Object.entries(memory.positions).filter(own)),
    deliveryCounts: Object.fromEntries(Object.entries(memory.deliveryCounts).filter(own)),
    states: Object.fromEntries(Object.entries(memory.states).filter(own)),
    values: memory.values,
  };
}
