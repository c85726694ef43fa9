// Which scenarios apply in a session, in the order in which they are tried.
import type { Schema } from '../../client.ts';
import { type Session, session } from '../../state.ts';

export type ScenarioListItem = Schema<'Scenario'>;

/** The ids of the enabled scenarios: the latest first, then those that are enabled by default. The first that applies replies. */
export function activeIds(
  { scenarios: enabled, disabledScenarios }: Pick<Session, 'scenarios' | 'disabledScenarios'>,
  scenarios: readonly ScenarioListItem[],
): readonly string[] {
  const byDefault = scenarios.filter(
    ({ id, onByDefault }) => onByDefault && !disabledScenarios.includes(id) && !enabled.includes(id),
  );
  return [...enabled.toReversed(), ...byDefault.map(({ id }) => id)];
}

/** Whether a scenario applies in the session that is shown. */
export function isEnabled(id: string, onByDefault: boolean): boolean {
  const { scenarios = [], disabledScenarios = [] } = session.value ?? {};
  return scenarios.includes(id) || (onByDefault && !disabledScenarios.includes(id));
}
