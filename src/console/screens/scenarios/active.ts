// Which scenarios apply in a session, in the order in which they are tried, and the commands that change it.
import { control, type Schema } from '../../client.ts';
import { run, type Session } from '../../state.ts';

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

/** One that is enabled already restarts and comes first. */
export function enableScenario(session: string, scenario: string): Promise<boolean> {
  return run(
    () =>
      control('post', '/sessions/{id}/scenarios', { path: { id: session }, body: { scenarios: [scenario] } }),
    `${scenario} is enabled in session "${session}".`,
  );
}

export function disableScenario(session: string, scenario: string): Promise<boolean> {
  return run(
    () => control('delete', '/sessions/{id}/scenarios', { path: { id: session }, query: { scenario } }),
    `${scenario} is disabled in session "${session}".`,
  );
}
