// Commands on sessions: activate and deactivate scenarios, bind credentials, reset.
import { nearestWord } from '../../finding/nearest-word.ts';
import type { DeliverySpec } from '../../scenario/scenario.ts';
import { EMPTY_MEMORY } from '../../scenario/select-rule.ts';
import type { ServerState } from '../server-state.ts';
import { hashCredential } from './identify.ts';
import type { Session } from './session.ts';

/** A session as the control API shows it. Times are in ISO 8601. */
export interface SessionView {
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly scenarios: readonly string[];
  readonly disabledScenarios: readonly string[];
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
    lastUsedAt,
    activeScenarios,
    disabledScenarios,
    seed,
    delivery,
    calls,
    journal,
    memory,
  } = session;
  return {
    id,
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: new Date(lastUsedAt).toISOString(),
    scenarios: activeScenarios,
    disabledScenarios: [...disabledScenarios],
    seed,
    ...(delivery !== undefined && { deliver: delivery }),
    calls,
    journal: { entries: journal.length, dropped: journal.dropped },
    memory: memory.values,
    states: memory.states,
  };
}

/** Thrown for an unknown scenario id, with the most similar known id. */
export class UnknownScenario extends Error {
  readonly nearest: string | undefined;

  constructor(id: string, known: readonly string[]) {
    const nearest =
      nearestWord(id, known) ?? known.find(each => each.includes(id) || each.endsWith(`/${id}`));
    super(`unknown scenario "${id}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`);
    this.nearest = nearest;
  }
}

/**
 * Activates scenarios; the last one has priority. One that is active already restarts and gets priority.
 * @throws UnknownScenario
 */
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

/**
 * Deactivates a scenario, also one that is on by default. @param id undefined: all that were activated
 * @throws UnknownScenario
 */
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

/** Clears positions, states, memory, delivery counts and the journal. Scenarios stay active. */
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

/** Sets the delivery of responses for which no rule sets one. @param deliver undefined: immediate */
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

/**
 * Requests with this bearer token, basic auth user or API key use the session.
 * @param move takes the credential from another session that has it
 * @returns the id of another session that keeps the credential; undefined if it is bound
 */
export async function bindCredential(
  { sessions }: ServerState,
  sessionId: string,
  credential: string,
  move = false,
): Promise<string | undefined> {
  const hashed = hashCredential(credential);
  const owner = await sessions.findByCredential(hashed);
  if (owner !== undefined && owner !== sessionId && !move) return owner;
  await sessions.bindCredential(hashed, sessionId);
  return undefined;
}

function resetScenarioMemory(session: Session, id: string): void {
  const isOfOther = ([key]: readonly [string, unknown]): boolean => key !== id && !key.startsWith(`${id} `);
  const { memory } = session;
  session.memory = {
    positions: Object.fromEntries(Object.entries(memory.positions).filter(isOfOther)),
    deliveryCounts: Object.fromEntries(Object.entries(memory.deliveryCounts).filter(isOfOther)),
    states: Object.fromEntries(Object.entries(memory.states).filter(isOfOther)),
    values: memory.values,
  };
}
