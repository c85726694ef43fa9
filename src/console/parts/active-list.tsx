// What a session changes: its switches with their counts, and its scenarios, each with a button that removes it. Apart from
// them, the switches that are used up.
import { disableScenario } from '../actions.ts';
import { href } from '../router.ts';
import { apis, type Session } from '../state.ts';
import {
  changeSwitch,
  effectWords,
  findTarget,
  isUsedUp,
  removeSwitch,
  type Switch,
  settingsOf,
  targetName,
  whenWords,
} from '../switches.ts';
import { StatusBadge } from './badges.tsx';
import { Icon } from './icon.tsx';

interface ActiveListProps {
  readonly session: Session;
}

export function ActiveList({ session: { id, switches, scenarios } }: ActiveListProps) {
  return (
    <ul class="active-list plain-list">
      {switches
        .filter(each => !isUsedUp(each))
        .map(each => (
          <SwitchItem key={each.target} session={id} switched={each} />
        ))}
      {scenarios.toReversed().map(scenario => (
        <li key={`scenario ${scenario}`}>
          <div>
            <span class="active-name">{scenario}</span> <span class="muted">scenario</span>
          </div>
          <RemoveButton label={`Remove ${scenario}`} onClick={() => disableScenario(id, scenario)} />
        </li>
      ))}
    </ul>
  );
}

/** Nothing if no switch is used up. */
export function UsedUpList({ session: { id, switches } }: ActiveListProps) {
  const usedUp = switches.filter(isUsedUp);
  if (usedUp.length === 0) return null;
  return (
    <div class="used-up">
      <h3>Used up</h3>
      <ul class="active-list plain-list" aria-label={`Used up in session "${id}"`}>
        {usedUp.map(each => (
          <SwitchItem key={each.target} session={id} switched={each} />
        ))}
      </ul>
    </div>
  );
}

interface ReasonProps {
  readonly target: string;
  /** May end with the line of the document: "getPet declares 200, not 503 (specs/pets.yaml:12)". */
  readonly text: string;
}

function Reason({ target, text }: ReasonProps) {
  const [, sentence, source] = /^(.*) \(([^()]+:\d+)\)$/.exec(text) ?? [];
  const found = findTarget(target, apis.value ?? []);
  if (source === undefined || found === undefined) return <p class="muted active-reason">{text}</p>;
  const { api, operation } = found;
  const segments = operation === undefined ? [api] : [api, operation.id];
  return (
    <p class="muted active-reason">
      {sentence} <a href={href('contract', { segments, query: { source } })}>{source}</a>
    </p>
  );
}

interface SwitchItemProps {
  readonly session: string;
  readonly switched: Switch;
}

function SwitchItem({ session, switched }: SwitchItemProps) {
  const { target, status, offContract, state } = switched;
  const isOver = isUsedUp(switched);
  const words = effectWords(switched).slice(status === undefined ? 0 : 1);
  const name = targetName(target);
  return (
    <li data-state={state}>
      <div>
        <a class="active-name" href={href('switches', { session, query: { target } })}>
          {name}
        </a>
        <div class="row active-effect">
          {status !== undefined && <StatusBadge status={status} offContract={offContract} />}
          {words.map(each => (
            <span key={each} class="badge">
              {each}
            </span>
          ))}
          <span class="muted">{whenWords(switched)}</span>
        </div>
        {offContract !== undefined && !isOver && <Reason target={target} text={offContract} />}
        {isOver && (
          <button
            type="button"
            class="button active-again"
            aria-label={`Once more: ${name}`}
            onClick={() => void changeSwitch(session, target, settingsOf(switched))}
          >
            <Icon name="retry" />
            Once more
          </button>
        )}
      </div>
      <RemoveButton label={`Remove ${name}`} onClick={() => removeSwitch(session, target)} />
    </li>
  );
}

function RemoveButton({
  label,
  onClick,
}: {
  readonly label: string;
  readonly onClick: () => Promise<boolean>;
}) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={() => void onClick()}>
      <Icon name="close" />
    </button>
  );
}
