// One session of the list: calls, last use, how requests reach it, what is active, and what can be done with it.
import { useEffect, useState } from 'preact/hooks';
import { countActive, resetSession } from '../../actions.ts';
import { control } from '../../client.ts';
import { UsedUpList } from '../../parts/active-list.tsx';
import { currentSession, DEFAULT_SESSION, href, selectSession } from '../../router.ts';
import { run, type Session } from '../../state.ts';
import { isUsedUp, targetName } from '../../switches.ts';
import { BindCredential } from './bind-credential.tsx';
import { ClockDialog, clockWords, timeWords } from './clock-dialog.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { timeAgo } from './time-ago.ts';

interface SessionItemProps {
  readonly session: Session;
  readonly onLink: () => void;
}

type OpenDialog = 'end' | 'reset' | 'bind' | 'clock' | undefined;

export function SessionItem({ session, onLink }: SessionItemProps) {
  const { id, calls, lastUsedAt, lastBoundBy, clock } = session;
  const [dialog, setDialog] = useState<OpenDialog>();
  const now = useNow();
  const isCurrent = id === currentSession.value;
  const active = countActive(session);
  const close = (): void => setDialog(undefined);
  return (
    <li class="card session-item" aria-labelledby={`session-${id}`}>
      <div class="session-facts">
        <h2 id={`session-${id}`} class="row">
          <a href={href('traffic', { session: id })}>{id}</a>
          {isCurrent && <span class="badge tone-blue">this tab</span>}
          {active > 0 && <span class="badge tone-amber">{active} active</span>}
          {clock !== undefined && <span class="badge tone-amber">clock: {clockWords(clock)}</span>}
        </h2>
        <p>
          {calls === 1 ? '1 call' : `${calls} calls`},{' '}
          <span class="muted">
            {lastBoundBy === undefined ? 'created' : 'last used'}{' '}
            <time dateTime={lastUsedAt} title={new Date(lastUsedAt).toLocaleString()}>
              {timeAgo(lastUsedAt, now)}
            </time>
          </span>
        </p>
        <p class="muted">{bindingText(session)}</p>
      </div>
      {(active > 0 || clock !== undefined) && <p class="session-active">{activeText(session)}</p>}
      <UsedUpList session={session} />
      <div class="row session-actions">
        {!isCurrent && (
          <button type="button" class="button" onClick={() => selectSession(id)}>
            Use in this tab
          </button>
        )}
        <button type="button" class="button" onClick={onLink}>
          Link and QR code
        </button>
        <button type="button" class="button" onClick={() => setDialog('bind')}>
          Bind a credential
        </button>
        <button type="button" class="button" onClick={() => setDialog('clock')}>
          Clock
        </button>
        <button type="button" class="button" onClick={() => setDialog('reset')}>
          Reset
        </button>
        {id !== DEFAULT_SESSION && (
          <button type="button" class="button button-danger" onClick={() => setDialog('end')}>
            End
          </button>
        )}
      </div>
      {dialog === 'bind' && <BindCredential id={id} onClose={close} />}
      {dialog === 'clock' && <ClockDialog id={id} onClose={close} />}
      {dialog === 'reset' && (
        <ConfirmDialog
          title={`Reset session "${id}"?`}
          action="Reset the session"
          onClose={close}
          onConfirm={() => resetSession(id)}
        >
          Its journal, counts, states, remembered values and stored items are deleted, and its clock shows
          real time. Scenarios and switches stay on.
        </ConfirmDialog>
      )}
      {dialog === 'end' && (
        <ConfirmDialog
          title={`End session "${id}"?`}
          action="End the session"
          onClose={close}
          onConfirm={() =>
            run(() => control('delete', '/sessions/{id}', { path: { id } }), `Session "${id}" is ended.`)
          }
        >
          Its journal, scenarios, switches and bound credentials are deleted. Whoever uses it now is told, and
          the next request with its name begins a new one.
        </ConfirmDialog>
      )}
    </li>
  );
}

const REACHED_BY: Readonly<Record<NonNullable<Session['lastBoundBy']>, string>> = {
  header: 'the header x-deadringer-session',
  credential: 'a bound credential',
  cookie: 'the cookie deadringer-session',
  prefix: 'a path that begins with its name',
  default: 'a request that names no session',
};

function bindingText({ bindings: { credentials }, lastBoundBy }: Session): string {
  const bound = credentials === 1 ? '1 credential is bound' : `${credentials} credentials are bound`;
  const last = lastBoundBy === undefined ? 'No request yet' : `Last reached by ${REACHED_BY[lastBoundBy]}`;
  return credentials === 0 ? last : `${last}; ${bound}`;
}

function activeText({ scenarios, switches, clock }: Session): string {
  const targets = switches.filter(each => !isUsedUp(each)).map(({ target }) => targetName(target));
  return [
    ...(targets.length === 0 ? [] : [`Switched: ${targets.join(', ')}`]),
    ...(scenarios.length === 0 ? [] : [`Scenarios: ${scenarios.join(', ')}`]),
    ...(clock === undefined ? [] : [`Clock: ${timeWords(clock.now)}, ${clockWords(clock)}`]),
  ].join(' · ');
}

const TICK_MS = 10_000;

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
