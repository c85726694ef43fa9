// The scenarios that are enabled in the session, in the order in which they are tried.

import { disableScenario, enableScenario } from '../../actions.ts';
import { control } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import { currentSession, href } from '../../router.ts';
import { commandSession, run, session } from '../../state.ts';
import type { ScenarioListItem } from './active.ts';

interface EnabledScenariosProps {
  readonly active: readonly string[];
  readonly scenarios: readonly ScenarioListItem[];
}

export function EnabledScenarios({ active, scenarios }: EnabledScenariosProps) {
  const enabled = session.value?.scenarios ?? [];
  const id = commandSession.value;
  const byDefault = active.slice(enabled.length);
  const rows = (ids: readonly string[], start: number) => (
    <ol class="enabled-list" start={start}>
      {ids.map((scenarioId, index) => (
        <EnabledRow
          key={scenarioId}
          id={scenarioId}
          rank={start + index}
          scenario={scenarios.find(each => each.id === scenarioId)}
        />
      ))}
    </ol>
  );
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
      {enabled.length === 0 ? (
        <p class="muted">
          None. Enable one below, with one click: the mock replies as it says, in this session only.
        </p>
      ) : (
        <>
          <p class="muted">The first rule that applies to a request replies. They are tried in this order:</p>
          {rows(active.slice(0, enabled.length), 1)}
        </>
      )}
      {byDefault.length > 0 && (
        <details class="built-in">
          <summary>
            {byDefault.length} enabled by default{' '}
            <span class="muted">in every session{enabled.length > 0 && ', tried after these'}</span>
          </summary>
          {rows(byDefault, enabled.length + 1)}
        </details>
      )}
    </section>
  );
}

interface EnabledRowProps {
  readonly id: string;
  /** From 1, in the order in which scenarios are tried. */
  readonly rank: number;
  /** Undefined: a reload has removed it. */
  readonly scenario: ScenarioListItem | undefined;
}

function EnabledRow({ id, rank, scenario }: EnabledRowProps) {
  return (
    <li>
      <span class="rank" aria-hidden="true">
        {rank}
      </span>
      <div class="enabled-text">
        <a class="mono" href={href('scenarios', { segments: [id] })}>
          {id}
        </a>
        <p class="muted">{scenario?.sentence ?? 'This scenario does not exist any more.'}</p>
      </div>
      {scenario !== undefined && (
        <div class="row">
          {rank > 1 && (
            <button
              type="button"
              class="button"
              aria-label={`Put first: ${id}`}
              onClick={() => void enableScenario(commandSession.value, id)}
            >
              Put first
            </button>
          )}
          <button
            type="button"
            class="button"
            aria-label={`Disable ${id}, number ${rank}`}
            onClick={() => void disableScenario(commandSession.value, id)}
          >
            Disable
          </button>
        </div>
      )}
    </li>
  );
}
