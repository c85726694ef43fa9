// The parts of a session as JSON texts. Each is written when it changes.

import { parseExactJson, writeExactJson } from '../../exchange/exact-json.ts';
import { REAL_TIME, type SessionClock } from '../../mock/session/clock.ts';
import type { Session } from '../../mock/session/session-store.ts';
import type { Switch } from '../../mock/session/switches.ts';
import type { ScenarioMemory } from '../../scenario/select-rule.ts';

export const SESSION_PARTS = ['settings', 'memory', 'values', 'rates'] as const;
export type SessionPart = (typeof SESSION_PARTS)[number];

export type ChangingSession = { -readonly [Key in keyof Session]: Session[Key] };

interface StoredSettings {
  readonly active: readonly string[];
  readonly disabled: readonly string[];
  readonly seed: string;
  /** Absent: real time. */
  readonly clock?: SessionClock;
  readonly switches: readonly Switch[];
}

export function encodePart(session: Session, part: SessionPart): string {
  const { values, ...memory } = session.memory;
  if (part === 'values') return writeExactJson(values);
  if (part === 'rates') return JSON.stringify([...session.rateCounts]);
  if (part === 'memory') return JSON.stringify({ ...memory, runs: session.scenarioRuns });
  const settings: StoredSettings = {
    active: session.activeScenarios,
    disabled: [...session.disabledScenarios],
    seed: session.seed,
    ...(session.clock !== REAL_TIME && { clock: session.clock }),
    switches: [...session.switches.values()],
  };
  return JSON.stringify(settings);
}

/** @param text as encodePart wrote it */
export function decodePart(session: ChangingSession, part: SessionPart, text: string): void {
  if (part === 'values') {
    session.memory = { ...session.memory, values: parseExactJson(text) as ScenarioMemory['values'] };
  } else if (part === 'rates') {
    refill(session.rateCounts, JSON.parse(text));
  } else if (part === 'memory') {
    const { runs, ...memory } = JSON.parse(text);
    session.memory = { ...memory, values: session.memory.values };
    session.scenarioRuns = runs;
  } else {
    const { active, disabled, seed, clock, switches } = JSON.parse(text) as StoredSettings;
    session.activeScenarios = active;
    session.disabledScenarios = new Set(disabled);
    session.seed = seed;
    session.clock = clock ?? REAL_TIME;
    refill(
      session.switches,
      switches.map(each => [each.target, each]),
    );
  }
}

function refill<Key, Value>(map: Map<Key, Value>, entries: readonly (readonly [Key, Value])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
