// A table of scenarios: what each does, where it is written, and one click to enable or disable it.
import { useState } from 'preact/hooks';
import { disableScenario, enableScenario } from '../../actions.ts';
import { href } from '../../router.ts';
import { commandSession } from '../../state.ts';
import type { ScenarioListItem } from './active.ts';

interface ScenarioTableProps {
  readonly caption: string;
  readonly scenarios: readonly ScenarioListItem[];
  /** The enabled ones, in the order in which they are tried. */
  readonly active: readonly string[];
}

/** A document of thousands of operations has tens of thousands of built-in scenarios. */
const SHOWN_AT_FIRST = 150;

export function ScenarioTable({ caption, scenarios, active }: ScenarioTableProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? scenarios : scenarios.slice(0, SHOWN_AT_FIRST);
  return (
    <div class="table-frame">
      <table class="table scenario-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Scenario</th>
            <th scope="col">What it does</th>
            <th scope="col">Where</th>
            <th scope="col">
              <span class="visually-hidden">Command</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(scenario => (
            <ScenarioRow key={scenario.id} scenario={scenario} rank={active.indexOf(scenario.id)} />
          ))}
        </tbody>
      </table>
      {shown.length < scenarios.length && (
        <button type="button" class="button show-all" onClick={() => setWhole(true)}>
          Show all {scenarios.length}
        </button>
      )}
    </div>
  );
}

/** @param rank from 0 in the order in which scenarios are tried; -1: not enabled */
function ScenarioRow({ scenario, rank }: { readonly scenario: ScenarioListItem; readonly rank: number }) {
  const { id, title, sentence, onByDefault } = scenario;
  return (
    <tr data-active={rank >= 0}>
      <td>
        <a class="scenario-link mono" href={href('scenarios', { segments: [id] })}>
          {id.slice(scenario.api.length + 1)}
        </a>
        <span class="row scenario-marks">
          {rank >= 0 && <span class="badge tone-green">enabled</span>}
          {onByDefault && <span class="badge">{rank >= 0 ? 'by default' : 'default, disabled here'}</span>}
        </span>
      </td>
      <td>
        <p>{sentence}</p>
        {!isAutomatic(scenario) && <p class="muted">{title}</p>}
      </td>
      <td class="scenario-where">
        <code>{placeOf(scenario)}</code>
      </td>
      <td class="scenario-command">
        <ToggleButton id={id} isActive={rank >= 0} />
      </td>
    </tr>
  );
}

/** "scenarios/petstore/flaky.yaml:4, 9": the file, and the line of each rule. */
function placeOf({ from, rules }: ScenarioListItem): string {
  const lines = rules.flatMap(({ line }) => line ?? []);
  const shown = lines.slice(0, MAX_LINES).join(', ');
  return lines.length === 0 ? from : `${from}:${shown}${lines.length > MAX_LINES ? ' …' : ''}`;
}

const MAX_LINES = 5;

/** The title of a built-in scenario says what its sentence says. */
function isAutomatic({ from }: ScenarioListItem): boolean {
  return from === 'built in';
}

export function ToggleButton({ id, isActive }: { readonly id: string; readonly isActive: boolean }) {
  const toggle = isActive ? disableScenario : enableScenario;
  const label = isActive ? 'Disable' : 'Enable';
  return (
    <button
      type="button"
      class="button"
      aria-label={`${label} ${id}`}
      onClick={() => void toggle(commandSession.value, id)}
    >
      {label}
    </button>
  );
}
