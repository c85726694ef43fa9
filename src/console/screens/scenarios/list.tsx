// All scenarios by API, with search; above them those that are enabled, in the order in which they are tried.
import { useMemo } from 'preact/hooks';
import { control } from '../../client.ts';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Failure, PageHeader } from '../../parts/page.tsx';
import { useResource } from '../../resource.ts';
import { route, setQuery } from '../../router.ts';
import { session } from '../../state.ts';
import { activeIds, type ScenarioListItem } from './active.ts';
import { EnabledScenarios } from './enabled.tsx';
import { openNewScenario } from './new-scenario.ts';
import { ScenarioTable } from './table.tsx';

export function ScenarioList() {
  const { data, error, reload } = useResource(
    () => control('get', '/scenarios'),
    [],
    ({ type }) => type === 'reloaded',
  );
  const { text = '', api = '' } = route.value.query;
  const all = data?.scenarios ?? [];
  const active = useMemo(
    () => (session.value === undefined ? [] : activeIds(session.value, all)),
    [session.value, data],
  );
  const apis = [...new Set(all.map(each => each.api))];
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(each => (api === '' || each.api === api) && holdsAll(each, words));
  return (
    <>
      <PageHeader title="Scenarios">
        <button
          type="button"
          class="button"
          disabled={data === undefined}
          onClick={() => openNewScenario({ api: api || (apis[0] ?? ''), name: '', text: '' })}
        >
          <Icon name="plus" />
          New scenario
        </button>
      </PageHeader>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {data !== undefined && (
        <div class="stack">
          <EnabledScenarios active={active} scenarios={all} />
          <search class="row scenario-search">
            <label class="scenario-search-text">
              <Icon name="search" />
              <span class="visually-hidden">Search scenarios</span>
              <input
                type="search"
                placeholder="Search by name, effect, operation or file"
                value={text}
                onInput={event => setQuery({ text: event.currentTarget.value })}
              />
            </label>
            <label class="row">
              <span class="muted">API</span>
              <select value={api} onChange={event => setQuery({ api: event.currentTarget.value })}>
                <option value="">All APIs</option>
                {apis.map(name => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <span class="muted" role="status">
              {found.length === all.length
                ? `${all.length} scenarios`
                : `${found.length} of ${all.length} scenarios`}
            </span>
          </search>
          {apis.map(name => (
            <ApiScenarios
              key={name}
              api={name}
              scenarios={found.filter(each => each.api === name)}
              active={active}
              isSearch={words.length > 0}
            />
          ))}
          {found.length === 0 && (
            <Empty icon="search" title="No scenario is like that">
              <button type="button" class="button" onClick={() => setQuery({ text: '', api: '' })}>
                Show all
              </button>
            </Empty>
          )}
        </div>
      )}
    </>
  );
}

function holdsAll(
  { id, title, description = '', sentence, from }: ScenarioListItem,
  words: readonly string[],
): boolean {
  const all = [id, title, description, sentence, from].join('\n').toLowerCase();
  return words.every(word => all.includes(word));
}

interface ApiScenariosProps {
  readonly api: string;
  readonly scenarios: readonly ScenarioListItem[];
  readonly active: readonly string[];
  readonly isSearch: boolean;
}

function ApiScenarios({ api, scenarios, active, isSearch }: ApiScenariosProps) {
  const ofFiles = scenarios.filter(({ from }) => from !== BUILT_IN);
  const builtIn = scenarios.filter(({ from }) => from === BUILT_IN);
  if (scenarios.length === 0) return null;
  return (
    <section class="card" aria-labelledby={`scenarios-of-${api}`}>
      <h2 id={`scenarios-of-${api}`}>
        {api} <span class="muted">{scenarios.length}</span>
      </h2>
      {ofFiles.length > 0 && (
        <ScenarioTable caption={`Scenarios of ${api} in files`} scenarios={ofFiles} active={active} />
      )}
      {builtIn.length > 0 && (
        <details class="built-in" open={isSearch || ofFiles.length === 0}>
          <summary>
            {builtIn.length} built in{' '}
            <span class="muted">one for each declared response and named example</span>
          </summary>
          <ScenarioTable
            caption={`Scenarios of ${api} that are built in`}
            scenarios={builtIn}
            active={active}
          />
        </details>
      )}
    </section>
  );
}

const BUILT_IN = 'built in';
