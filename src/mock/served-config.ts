// The served configuration: the documents, their scenarios and the request matcher. Immutable.
import type { Contract, Operation } from '../openapi/model.ts';
import { createMatcher, type Matcher } from '../routing/match.ts';
import { builtInScenarios } from '../scenario/built-in.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { hasRuleFor } from '../scenario/select-rule.ts';
import type { Session } from './session/session.ts';

/** Never changed in place: a reload makes another one. */
export interface ServedConfig {
  readonly contract: Contract;
  readonly match: Matcher;
  /** Every scenario by its id: those of files, and those that any document brings along. */
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Those of files that are on in every session from the start. */
  readonly onByDefault: readonly Scenario[];
  /** Those of them that have a rule about the operation. */
  readonly defaultScenariosFor: (operation: Operation) => readonly Scenario[];
  /** How many scenarios cannot be played, because what they need was left out of the documents. */
  readonly unusableScenarios: number;
}

export function createServedConfig(
  contract: Contract,
  scenarios: readonly Scenario[],
  unusableScenarios: number,
): ServedConfig {
  const onByDefault = scenarios.filter(scenario => scenario.onByDefault);
  const defaultsByOperation = new Map<Operation, readonly Scenario[]>();
  const all = [...builtInScenarios(contract), ...scenarios];
  return {
    contract,
    match: createMatcher(contract),
    scenarios: new Map(all.map(scenario => [scenario.id, scenario])),
    onByDefault,
    defaultScenariosFor: operation => {
      let known = defaultsByOperation.get(operation);
      if (known === undefined) {
        known = onByDefault.filter(scenario => hasRuleFor(scenario, operation));
        defaultsByOperation.set(operation, known);
      }
      return known;
    },
    unusableScenarios,
  };
}

/** What a session plays, the first to be asked first: its own, latest on top, and then what is on by default. */
export function activeScenariosFor(
  config: ServedConfig,
  session: Pick<Session, 'activeScenarios' | 'disabledScenarios'>,
  operation: Operation,
  sessionOnly = false,
): readonly Scenario[] {
  const { activeScenarios: active, disabledScenarios: off } = session;
  if (active.length === 0 && (sessionOnly || off.size === 0))
    return sessionOnly ? NO_SCENARIOS : config.defaultScenariosFor(operation);
  const sessionScenarios = active.flatMap(id => config.scenarios.get(id) ?? []).reverse();
  if (sessionOnly) return sessionScenarios;
  const defaultScenarios = config
    .defaultScenariosFor(operation)
    .filter(({ id }) => !off.has(id) && !active.includes(id));
  return [...sessionScenarios, ...defaultScenarios];
}

const NO_SCENARIOS: readonly Scenario[] = [];
