// Switches: what a session changes for everything, an API or an operation, by clicks; and what is active.
import { countActive, resetSession, switchAllOff } from '../actions.ts';
import { control } from '../client.ts';
import { ActiveList, UsedUpList } from '../parts/active-list.tsx';
import { MethodBadge } from '../parts/badges.tsx';
import { Combobox, type ComboboxOption } from '../parts/combobox.tsx';
import { Icon } from '../parts/icon.tsx';
import { PageHeader, type ScreenProps } from '../parts/page.tsx';
import { useResource } from '../resource.ts';
import { href, route, setQuery } from '../router.ts';
import { type Api, apis, type Session, session } from '../state.ts';
import { EVERYTHING, findTarget, isUsedUp, operationsOf, targetName } from '../switches.ts';
import { SwitchForm } from './switches/switch-form.tsx';
import './switches/switches.css';

export function SwitchesScreen(_props: ScreenProps) {
  const { target = EVERYTHING } = route.value.query;
  const current = session.value;
  const known = apis.value;
  if (current === undefined || known === undefined) return <PageHeader title="Switches" />;
  const active = countActive(current);
  return (
    <>
      <PageHeader title="Switches">
        <button
          type="button"
          class="button"
          title="Empties journal, counts and memory. What is switched on stays on."
          onClick={() => void resetSession(current.id)}
        >
          <Icon name="retry" />
          Reset session
        </button>
        <button
          type="button"
          class="button button-danger"
          disabled={active === 0 && current.switches.length === 0}
          onClick={() => void switchAllOff(current.id)}
        >
          <Icon name="power" />
          All off
        </button>
      </PageHeader>
      <div class="switches-columns">
        <section class="card switches-set" aria-labelledby="switches-set">
          <h2 id="switches-set">Set a switch</h2>
          <Combobox
            label="Applies to"
            options={targetOptions(known)}
            value={target}
            onChange={value => setQuery({ target: value === EVERYTHING ? undefined : value })}
          />
          <OperationLinks target={target} known={known} />
          {operationsOf(target, known).length === 0 ? (
            <p class="notice notice-warning">
              No document declares "{target}". Choose what to switch in the field above.
            </p>
          ) : (
            <SwitchForm
              key={`${current.id} ${target}`}
              session={current.id}
              target={target}
              operations={operationsOf(target, known)}
              switched={current.switches.find(each => each.target === target && !isUsedUp(each))}
              inherited={current.switches.filter(each => isBroader(each.target, target) && !isUsedUp(each))}
            />
          )}
        </section>
        <ActiveCard session={current} count={active} />
      </div>
    </>
  );
}

interface OperationLinksProps {
  readonly target: string;
  readonly known: readonly Api[];
}

/** What the operation is, where the document declares it, and where to try it. */
function OperationLinks({ target, known }: OperationLinksProps) {
  const { api = '', operation } = findTarget(target, known) ?? {};
  if (operation === undefined) return null;
  const segments = [api, operation.id];
  return (
    <p class="row">
      <MethodBadge method={operation.method} />
      <code>{operation.path}</code>
      {operation.summary !== undefined && <span>{operation.summary}</span>}
      <a href={href('operations', { segments })}>Try it</a>
      <a href={href('contract', { segments })}>Contract</a>
    </p>
  );
}

/** Whether a target includes the other one, and more. */
function isBroader(target: string, other: string): boolean {
  return target !== other && (target === EVERYTHING || other.startsWith(`${target}.`));
}

function ActiveCard({ session: current, count }: { readonly session: Session; readonly count: number }) {
  const { data } = useResource(
    signal => control('get', '/sessions/{id}/resources', { path: { id: current.id }, signal }),
    [current.id, count],
  );
  const on = data?.on ?? [];
  return (
    <section class="card switches-active" aria-labelledby="switches-active">
      <h2 id="switches-active">
        Active in session "{current.id}" <span class="muted">{count}</span>
      </h2>
      {count === 0 && on.length > 0 ? (
        <p class="muted">
          No switch and no scenario. The <a href={href('state')}>state</a> is on for {on.join(', ')}:
          responses come from what this session stores.
        </p>
      ) : count === 0 ? (
        <p class="muted">
          Nothing: every response is as the document declares it. Other sessions are never affected by what
          you switch here.
        </p>
      ) : (
        <ActiveList session={current} />
      )}
      <UsedUpList session={current} />
    </section>
  );
}

function targetOptions(known: readonly Api[]): ComboboxOption[] {
  const count = (operations: number): string =>
    `${operations} ${operations === 1 ? 'operation' : 'operations'}`;
  const total = operationsOf(EVERYTHING, known).length;
  return [
    { value: EVERYTHING, label: targetName(EVERYTHING), detail: `all ${count(total)}` },
    ...known.flatMap(({ name, operations }) => [
      { value: name, label: name, detail: `API, ${count(operations.length)}` },
      ...operations.map(({ id, method, path }) => ({
        value: `${name}.${id}`,
        label: `${name}.${id}`,
        ...(id !== `${method} ${path}` && { detail: `${method} ${path}` }),
      })),
    ]),
  ];
}
