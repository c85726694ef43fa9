// The scenarios that are enabled in the session, in the order in which they are tried.
import { Icon } from '../../parts/icon.tsx';
import { currentSession, href } from '../../router.ts';
import { commandSession, run, session } from '../../state.ts';
import { control } from '../../client.ts';
import { disableScenario, enableScenario, type ScenarioListItem } from './active.ts';

interface EnabledScenariosProps {
  readonly active: readonly string[];
  readonly scenarios: readonly ScenarioListItem[];
}

export function EnabledScenarios({ active, scenarios }: EnabledScenariosProps) {
  const byId = new Map(scenarios.map(scenario => [scenario.id, scenario]));
  const enabled = session.value?.scenarios ?? [];
  const id = commandSession.value;
  return (
    <section class="card" aria-labelledby="enabled-scenarios">
      <div class="row card-heading">
        <h2 id="enabled-scenarios">Enabled in session {currentSession.value}</h2>
        {enabled.length > 0 && (
          <button
            type="button"
            class="button"
            onClick={() =>
              void run(
                () => control('delete', '/sessions/{id}/scenarios', { path: { id } }),
                `The scenarios that were enabled in session "${id}" are disabled.`,
              )
            }
          >
            <Icon name="power" />
            Disable all
          </button>
        )}
      </div>
      {active.length === 0 ? (
        <p class="muted">None: the mock replies as the documents say. Enable one below, with one click.</p>
      ) : (
        <>
          <p class="muted">
            For each request, the first rule that applies replies. The rules are tried in this order.
          </p>
          <ol class="enabled-list" aria-label="Enabled scenarios, in the order in which they are tried">
            {active.map((scenarioId, index) => {
              const scenario = byId.get(scenarioId);
              return (
                <li key={scenarioId}>
                  <div class="enabled-text">
                    <a class="mono" href={href('scenarios', { segments: [scenarioId] })}>
                      {scenarioId}
                    </a>{' '}
                    {!enabled.includes(scenarioId) && <span class="badge">by default</span>}
                    <p class="muted">{scenario?.sentence ?? 'This scenario does not exist any more.'}</p>
                  </div>
                  <div class="row">
                    {index > 0 && scenario !== undefined && (
                      <button
                        type="button"
                        class="button"
                        aria-label={`Put first: ${scenarioId}`}
                        onClick={() => void enableScenario(id, scenarioId)}
                      >
                        Put first
                      </button>
                    )}
                    {scenario !== undefined && (
                      <button
                        type="button"
                        class="button"
                        aria-label={`Disable ${scenarioId}, number ${index + 1}`}
                        onClick={() => void disableScenario(id, scenarioId)}
                      >
                        Disable
                      </button>
                    )}
                  </div>
                </li>
              );
            })}
          </ol>
        </>
      )}
    </section>
  );
}
