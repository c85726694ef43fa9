// What is served: a contract, the stories that can be told about it, and the way from a request to an operation.
import type { Contract, Operation } from '../contract/contract.ts';
import { createMatcher, type Matcher } from '../contract/match.ts';
import { builtInScenarios } from '../scenario/built-in.ts';
import { isAbout } from '../scenario/choose.ts';
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
  /** Those of them that have a rule about the operation. */
  readonly usual: (operation: Operation) => readonly Scenario[];
  /** How many scenarios cannot be played, because what they need was left out of the documents. */
  readonly leftOut: number;
}

export function createWorld(contract: Contract, scenarios: readonly Scenario[], leftOut: number): World {
  const onByDefault = scenarios.filter(scenario => scenario.onByDefault);
  const usual = new Map<Operation, readonly Scenario[]>();
  const all = [...builtInScenarios(contract), ...scenarios];
  return {
    contract,
    match: createMatcher(contract),
    scenarios: new Map(all.map(scenario => [scenario.id, scenario])),
    onByDefault,
    usual: operation => {
      let known = usual.get(operation);
      if (known === undefined) {
        known = onByDefault.filter(scenario => isAbout(scenario, operation));
        usual.set(operation, known);
      }
      return known;
    },
    leftOut,
  };
}

/** What a session plays, the first to be asked first: its own, latest on top, and then what is on by default. */
export function playing(
  world: World,
  session: Pick<Session, 'active' | 'off'>,
  operation: Operation,
  ownOnly = false,
): readonly Scenario[] {
  const { active, off } = session;
  if (active.length === 0 && (ownOnly || off.size === 0)) return ownOnly ? NONE : world.usual(operation);
  const own = active.flatMap(id => world.scenarios.get(id) ?? []).reverse();
  if (ownOnly) return own;
  const always = world.usual(operation).filter(({ id }) => !off.has(id) && !active.includes(id));
  return [...own, ...always];
}

const NONE: readonly Scenario[] = [];
