// Commands on sessions: activate and deactivate scenarios, set switches, bind credentials, reset.
import { nearestWord } from '../../finding/nearest-word.ts';
import { matchesWildcards } from '../../finding/wildcards.ts';
import { isStateScenario } from '../../scenario/built-in.ts';
import type { DeliverySpec, Scenario } from '../../scenario/scenario.ts';
import { EMPTY_MEMORY } from '../../scenario/select-rule.ts';
import type { SessionSource } from '../serve-event.ts';
import type { ServerState } from '../server-state.ts';
import { EVERYTHING } from '../target.ts';
import { type ClockView, REAL_TIME, toClockView } from './clock.ts';
import { hashCredential } from './credentials.ts';
import { forgetCounts } from './rate-limits.ts';
import type { Session } from './session-store.ts';
import type { SwitchSettings } from './switch-settings.ts';
import {
  currentSwitch,
  requireTarget,
  restartSwitch,
  type SwitchView,
  switchKey,
  toSwitchView,
  updateSwitch,
} from './switches.ts';

/** A session as the control API shows it. Times are in ISO 8601. */
export interface SessionView {
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly scenarios: readonly string[];
  readonly disabledScenarios: readonly string[];
  readonly seed: string;
  /** Absent: the clock shows real time. */
  readonly clock?: ClockView;
  readonly switches: readonly SwitchView[];
  /** The delivery of the switch of everything. */
  readonly deliver?: DeliverySpec;
  readonly calls: number;
  readonly bindings: { readonly credentials: number };
  /** How the last request named the session. */
  readonly lastBoundBy?: SessionSource;
  readonly journal: {
    readonly entries: number;
    readonly dropped: number;
    /** Absent: none. See SessionJournal. */
    readonly lost?: number;
  };
  readonly memory: Readonly<Record<string, unknown>>;
  readonly states: Readonly<Record<string, string>>;
}

export function toSessionView(session: Session, { config, now }: ServerState): SessionView {
  const { contract } = config;
  const {
    id,
    createdAt,
    lastUsedAt,
    activeScenarios,
    disabledScenarios,
    seed,
    switches,
    calls,
    credentials,
    lastBoundBy,
    journal,
    memory,
  } = session;
  const everything = switches.get(EVERYTHING);
  const deliver = everything && currentSwitch(everything).settings.deliver;
  return {
    id,
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: new Date(lastUsedAt).toISOString(),
    scenarios: activeScenarios,
    disabledScenarios: [...disabledScenarios],
    seed,
    ...(session.clock !== REAL_TIME && { clock: toClockView(session, now()) }),
    switches: [...switches.values()].map(each => toSwitchView(each, contract)),
    ...(deliver !== undefined && { deliver }),
    calls,
    bindings: { credentials },
    ...(lastBoundBy !== undefined && { lastBoundBy }),
    journal: {
      entries: journal.length,
      dropped: journal.dropped,
      ...(journal.lost > 0 && { lost: journal.lost }),
    },
    memory: memory.values,
    states: memory.states,
  };
}

/** Thrown for an unknown scenario id, with the most similar known id. */
export class UnknownScenario extends Error {
  readonly nearest: string | undefined;

  constructor(id: string, known: readonly string[]) {
    const isPattern = id.includes('*');
    const nearest = isPattern
      ? nearestWord(id, [...new Set(known.map(each => each.replace(/^[^/]+\//, '*/')))])
      : (nearestWord(id, known) ?? known.find(each => each.includes(id) || each.endsWith(`/${id}`)));
    const problem = isPattern ? `no scenario matches "${id}"` : `unknown scenario "${id}"`;
    super(`${problem}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`);
    this.nearest = nearest;
  }
}

/** The ids that the names stand for, perhaps repeatedly: a name is an id, or has "*" for any characters. @throws UnknownScenario */
function scenarioIds(scenarios: ReadonlyMap<string, Scenario>, names: readonly string[]): readonly string[] {
  const known = [...scenarios.keys()];
  const ids = names.flatMap(name => {
    if (scenarios.has(name)) return name;
    const matching = name.includes('*') ? known.filter(id => matchesWildcards(name, id)) : [];
    if (matching.length === 0) throw new UnknownScenario(name, known);
    return matching;
  });
  return ids;
}

/**
 * Activates scenarios; the last one has priority. One that is active already restarts and gets priority.
 * @param names ids, or patterns with "*" for any characters, such as "petstore/*"
 * @throws UnknownScenario
 */
export async function activateScenarios(
  state: ServerState,
  sessionId: string,
  names: readonly string[],
): Promise<SessionView> {
  // A pattern is for scenarios that reply. Turning the state on is a decision of its own.
  const { scenarios } = state.config;
  const ids = new Set(
    scenarioIds(scenarios, names).filter(id => names.includes(id) || !isStateScenario(scenarios.get(id))),
  );
  return state.sessions.configure(sessionId, state.now(), session => {
    session.activeScenarios = [...session.activeScenarios.filter(id => !ids.has(id)), ...ids];
    session.disabledScenarios = new Set([...session.disabledScenarios].filter(id => !ids.has(id)));
    for (const id of ids) resetScenarioMemory(session, id);
    return toSessionView(session, state);
  });
}

/**
 * Deactivates scenarios, also those that are on by default.
 * @param name an id or a pattern; undefined: all that were activated
 * @throws UnknownScenario
 */
export async function deactivateScenarios(
  state: ServerState,
  sessionId: string,
  name: string | undefined,
): Promise<SessionView> {
  const { scenarios } = state.config;
  const ids = name === undefined ? undefined : scenarioIds(scenarios, [name]);
  return state.sessions.configure(sessionId, state.now(), session => {
    const removed = new Set(ids ?? session.activeScenarios);
    for (const id of removed) resetScenarioMemory(session, id);
    session.activeScenarios = session.activeScenarios.filter(id => !removed.has(id));
    const defaults = (ids ?? []).filter(id => scenarios.get(id)?.onByDefault);
    session.disabledScenarios = new Set([...session.disabledScenarios, ...defaults]);
    return toSessionView(session, state);
  });
}

/** Clears positions, states, memory, stored items, counts and journal; the clock shows real time. Scenarios and switches stay on. */
export async function resetSession(state: ServerState, sessionId: string): Promise<SessionView> {
  return state.sessions.configure(sessionId, state.now(), session => {
    session.memory = EMPTY_MEMORY;
    session.state.reset();
    session.calls = 0;
    session.scenarioRuns = 0;
    session.clock = REAL_TIME;
    session.rateCounts.clear();
    session.journal.clear();
    for (const [target, each] of session.switches) session.switches.set(target, restartSwitch(each));
    return toSessionView(session, state);
  });
}

export async function setSessionSeed(
  state: ServerState,
  sessionId: string,
  seed: string,
): Promise<SessionView> {
  return state.sessions.configure(sessionId, state.now(), session => {
    session.seed = seed;
    return toSessionView(session, state);
  });
}

/**
 * Changes the switch of a target, or creates it, and starts to count its calls. A switch that changes nothing is removed.
 * @param change of the settings
 * @param interrupts true: a lasting switch of the target returns when the changed one is used up
 * @throws InputError if no document declares the target or the example
 */
export async function changeSwitch(
  state: ServerState,
  sessionId: string,
  target: string,
  change: (settings: SwitchSettings) => SwitchSettings,
  interrupts = false,
): Promise<SessionView> {
  const { contract } = state.config;
  requireTarget(target, contract);
  return state.sessions.configure(sessionId, state.now(), session => {
    const changed = updateSwitch(target, session.switches.get(target), change, interrupts, contract);
    resetScenarioMemory(session, switchKey(target));
    forgetCounts(session.rateCounts, target);
    if (changed === undefined) session.switches.delete(target);
    else session.switches.set(target, changed);
    return toSessionView(session, state);
  });
}

/** @param target undefined: all switches */
export async function removeSwitches(
  state: ServerState,
  sessionId: string,
  target: string | undefined,
): Promise<SessionView> {
  return state.sessions.configure(sessionId, state.now(), session => {
    for (const each of target === undefined ? [...session.switches.keys()] : [target]) {
      resetScenarioMemory(session, switchKey(each));
      forgetCounts(session.rateCounts, each);
      session.switches.delete(each);
    }
    return toSessionView(session, state);
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
