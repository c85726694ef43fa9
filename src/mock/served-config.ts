// The served configuration: the documents, their scenarios and the request matcher. Immutable.
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';
import { createMatcher, type Matcher } from '../routing/match.ts';
import { builtInScenarios, isStateScenario, stateScenarioId } from '../scenario/built-in.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { hasRuleFor } from '../scenario/select-rule.ts';
import { basePathOf } from './respond/refuse.ts';
import type { Session } from './session/session-store.ts';

/** Immutable: a reload creates a new one. */
export interface ServedConfig {
  readonly contract: Contract;
  readonly match: Matcher;
  /** All scenarios by id: from files, and built in. */
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Scenarios from files that are on in every new session. */
  readonly onByDefault: readonly Scenario[];
  /** Those of `onByDefault` with a rule for the operation. */
  readonly defaultScenariosFor: (operation: Operation) => readonly Scenario[];
  /** True: the state of every API is on in every session that does not turn it off. */
  readonly stateful: boolean;
  /** True: a path is as the document writes it, without the name of the API and its base path. */
  readonly asWritten: boolean;
  /** Number of scenarios that cannot apply, because `provenance` removed what they need from the documents. */
  readonly unusableScenarios: number;
  /** What is wrong with the documents. */
  readonly documentFindings: readonly Finding[];
}

export function createServedConfig(
  contract: Contract,
  scenarios: readonly Scenario[],
  unusableScenarios: number,
  documentFindings: readonly Finding[],
  { stateful = false, asWritten = false }: Partial<Pick<ServedConfig, 'stateful' | 'asWritten'>> = {},
): ServedConfig {
  const onByDefault = scenarios.filter(scenario => scenario.onByDefault);
  const defaultsByOperation = new Map<Operation, readonly Scenario[]>();
  const allScenarios = [...builtInScenarios(contract, stateful), ...scenarios];
  return {
    contract,
    match: createMatcher(contract),
    scenarios: new Map(allScenarios.map(scenario => [scenario.id, scenario])),
    onByDefault,
    defaultScenariosFor: operation => {
      let cached = defaultsByOperation.get(operation);
      if (cached === undefined) {
        cached = onByDefault.filter(scenario => hasRuleFor(scenario, operation));
        defaultsByOperation.set(operation, cached);
      }
      return cached;
    },
    stateful,
    asWritten,
    unusableScenarios,
    documentFindings,
  };
}

/** What is before the path of an operation on this server. */
export function servedBasePath({ asWritten }: ServedConfig, operation: Operation): string {
  return asWritten ? '' : basePathOf(operation);
}

/** Whether a session answers requests to an API from stored items. */
export function isStateOn(
  { stateful, scenarios }: ServedConfig,
  {
    activeScenarios: active,
    disabledScenarios: disabled,
  }: Pick<Session, 'activeScenarios' | 'disabledScenarios'>,
  { name }: ApiSpec,
): boolean {
  // Most sessions say nothing about it.
  if (active.length > 0 && active.includes(stateScenarioId(name)))
    return isStateScenario(scenarios.get(stateScenarioId(name)));
  return stateful && (disabled.size === 0 || !disabled.has(stateScenarioId(name)));
}

/**
 * The scenarios of a session that can apply to an operation, in the order in which they are tried: activated ones, the
 * latest first, then those that are on by default.
 * @param sessionOnly true: without those that are on by default
 */
export function activeScenariosFor(
  config: ServedConfig,
  session: Pick<Session, 'activeScenarios' | 'disabledScenarios'>,
  operation: Operation,
  sessionOnly = false,
): readonly Scenario[] {
  const { activeScenarios: active, disabledScenarios: disabled } = session;
  if (active.length === 0 && (sessionOnly || disabled.size === 0))
    return sessionOnly ? NO_SCENARIOS : config.defaultScenariosFor(operation);
  const sessionScenarios = active.flatMap(id => config.scenarios.get(id) ?? []).reverse();
  if (sessionOnly) return sessionScenarios;
  const defaultScenarios = config
    .defaultScenariosFor(operation)
    .filter(({ id }) => !disabled.has(id) && !active.includes(id));
  return [...sessionScenarios, ...defaultScenarios];
}

const NO_SCENARIOS: readonly Scenario[] = [];
