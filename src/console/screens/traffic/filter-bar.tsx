// The filter of the list. Each choice is part of the link, so that a filtered list can be shared.
import type { VNode } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { useMediaQuery } from '../../parts/media-query.ts';
import { setQuery } from '../../router.ts';
import { singleKeys } from '../../single-keys.ts';
import { apis } from '../../state.ts';
import { FILTER_PARAMETERS, type FilterParameter, isFiltered, type TrafficFilter } from './traffic-filter.ts';
import type { TrafficFigures } from './use-figures.ts';

interface FilterBarProps {
  readonly filter: TrafficFilter;
  readonly figures: TrafficFigures | undefined;
}

type Choice = readonly [value: string, text: string];

const STATUS_CLASSES: readonly Choice[] = [
  ['2XX', '2xx success'],
  ['3XX', '3xx redirection'],
  ['4XX', '4xx client error'],
  ['5XX', '5xx server error'],
];

const VERDICTS: readonly Choice[] = [
  ['problems', 'Problems only'],
  ['failed', 'Failed: findings'],
  ['problem', 'Problem of the mock'],
  ['off-contract', 'Off-contract'],
  ['passed', 'Passed'],
];

export function FilterBar({ filter, figures }: FilterBarProps): VNode {
  const names = (apis.value ?? []).map(({ name }) => name);
  const areProblems = filter.verdict === 'problems';
  const isNarrow = useMediaQuery('(max-width: 1199px)');
  const [isOpen, setOpen] = useState(false);
  const chosen = FILTER_PARAMETERS.filter(name => name !== 'text' && filter[name] !== '').length;
  return (
    <search class="filter-bar" aria-label="Filter">
      <div class="filter-text">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Filter by text"
          aria-keyshortcuts="/"
          placeholder="Path, operation, id, rule, code …"
          value={filter.text}
          onInput={event => setQuery({ text: event.currentTarget.value })}
        />
        {singleKeys.value && (
          <span class="key-hint" aria-hidden="true">
            /
          </span>
        )}
      </div>
      {isNarrow && (
        <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Filters{chosen > 0 && <b> {chosen}</b>}
        </button>
      )}
      <div class={`filter-choices${isOpen ? ' is-open' : ''}`}>
        {names.length > 1 && (
          <Select
            label="API"
            all="All APIs"
            parameter="api"
            value={filter.api}
            choices={names.map(name => [name, name] as const)}
          />
        )}
        <Select
          label="Operation"
          all="All operations"
          parameter="operation"
          value={filter.operation}
          choices={operationChoices(filter, figures)}
        />
        <Select
          label="Status"
          all="All statuses"
          parameter="status"
          value={filter.status}
          choices={[...STATUS_CLASSES, ...statusChoices(figures)]}
        />
        <Select
          label="Verdict"
          all="All verdicts"
          parameter="verdict"
          value={filter.verdict}
          choices={VERDICTS}
        />
      </div>
      <button
        type="button"
        class="button"
        aria-pressed={areProblems}
        onClick={() => setQuery({ verdict: areProblems ? undefined : 'problems' })}
      >
        Problems only
      </button>
      {isFiltered(filter) && (
        <button
          type="button"
          class="button"
          onClick={() => setQuery(Object.fromEntries(FILTER_PARAMETERS.map(name => [name, undefined])))}
        >
          Clear
        </button>
      )}
    </search>
  );
}

interface SelectProps {
  readonly label: string;
  /** The choice that does not filter. */
  readonly all: string;
  readonly parameter: FilterParameter;
  readonly value: string;
  readonly choices: readonly Choice[];
}

function Select({ label, all, parameter, value, choices }: SelectProps): VNode {
  const id = useId();
  const isListed = value === '' || choices.some(([each]) => each === value);
  return (
    <>
      <label class="visually-hidden" for={id}>
        {label}
      </label>
      <select
        id={id}
        class={value === '' ? '' : 'is-chosen'}
        value={value}
        onChange={event => setQuery({ [parameter]: event.currentTarget.value })}
      >
        <option value="">{all}</option>
        {!isListed && <option value={value}>{value}</option>}
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </>
  );
}

function operationChoices({ api }: TrafficFilter, figures: TrafficFigures | undefined): Choice[] {
  const counts = new Map<string, number>();
  for (const [name, operations] of figures?.operations ?? []) {
    if (api !== '' && name !== api) continue;
    // Two APIs may have operations of the same name.
    for (const [operation, count] of operations) counts.set(operation, (counts.get(operation) ?? 0) + count);
  }
  return [...counts]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([operation, count]) => [operation, `${operation} (${count.toLocaleString('en')})`]);
}

function statusChoices(figures: TrafficFigures | undefined): Choice[] {
  return [...(figures?.statuses ?? [])]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([status, count]) => [
      status,
      `${status === 'none' ? 'no response' : status} (${count.toLocaleString('en')})`,
    ]);
}
