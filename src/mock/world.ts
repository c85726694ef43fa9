// What is served: a contract, the stories that can be told about it, and the way from a request to an operation.
import type { Contract } from '../contract/contract.ts';
import { createMatcher, type Matcher } from '../contract/match.ts';
import { builtInScenarios } from '../scenario/built-in.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Session } from './session.ts';

/** Never changed in place: a reload makes another one. */
export interface World {
  readonly contract: Contract;
  readonly match: Matcher;
  /** Every scenario by its id: those of files, and those that any document brings along. */
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Those of files that are on in every session from the start. */
  readonly onByDefault: readonly Scenario[];
  /** How many scenarios cannot be played, because what they need was left out of the documents. */
  readonly leftOut: number;
}

export function createWorld(contract: Contract, scenarios: readonly Scenario[], leftOut: number): World {
  const all = [...builtInScenarios(contract), ...scenarios];
  return {
    contract,
    match: createMatcher(contract),
    scenarios: new Map(all.map(scenario => [scenario.id, scenario])),
    onByDefault: scenarios.filter(({ onByDefault }) => onByDefault),
    leftOut,
  };
}

/** What a session plays, the first to be asked first: its own, latest on top, and then what is on by default. */
export function playing(world: World, session: Pick<Session, 'active' | 'off'>, ownOnly = false): Scenario[] {
  const own = session.active.flatMap(id => world.scenarios.get(id) ?? []).reverse();
  if (ownOnly) return own;
  const always = world.onByDefault.filter(({ id }) => !session.off.has(id) && !session.active.includes(id));
  return [...own, ...always];
}
