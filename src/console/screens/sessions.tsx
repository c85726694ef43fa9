// Who is here: the sessions with their calls and how requests reach them, links for testers, isolate, reset, end.
import './sessions/sessions.css';
import { useEffect, useState } from 'preact/hooks';
import { control } from '../client.ts';
import { subscribe } from '../events.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failure, PageHeader, type ScreenProps } from '../parts/page.tsx';
import { useResource } from '../resource.ts';
import { navigate, route, setQuery } from '../router.ts';
import { run } from '../state.ts';
import { NewSession } from './sessions/new-session.tsx';
import { SessionItem } from './sessions/session-item.tsx';
import { SessionLinks } from './sessions/session-links.tsx';
import { freeName } from './sessions/session-names.ts';

/** Rows that are drawn at most: a server has up to 1000 sessions. */
const MAX_SHOWN = 200;
/** Exchanges come faster than anybody reads counts. */
const REFRESH_MS = 1000;

export function SessionsScreen(_props: ScreenProps) {
  const { data, error, reload } = useResource(signal => control('get', '/sessions', { signal }), []);
  useExchangeRefresh(reload);
  const [text, setText] = useState('');
  // Part of the link, so that another screen can open the dialog.
  const isCreating = route.value.query.dialog === 'new';
  const setCreating = (on: boolean): void => setQuery({ dialog: on ? 'new' : undefined });
  const [linked, setLinked] = useState<string>();
  const sessions = data?.sessions ?? [];
  const names = sessions.map(({ id }) => id);
  const found = sessions
    .filter(({ id }) => id.toLowerCase().includes(text.trim().toLowerCase()))
    .toSorted((one, other) => other.lastUsedAt.localeCompare(one.lastUsedAt));
  const isolate = async (): Promise<void> => {
    const id = freeName(names);
    const isCreated = await run(
      () => control('post', '/sessions', { body: { id } }),
      `This tab uses the new session "${id}". Nobody else changes it.`,
    );
    if (!isCreated) return;
    navigate('sessions', { session: id });
    setLinked(id);
  };
  return (
    <>
      <PageHeader title="Sessions">
        <button type="button" class="button" onClick={() => setCreating(true)}>
          <Icon name="plus" />
          New tester
        </button>
        <button type="button" class="button button-primary" onClick={() => void isolate()}>
          Isolate me
        </button>
      </PageHeader>
      {error !== undefined && error.code !== 'unreachable' && <Failure error={error} onRetry={reload} />}
      <p class="muted sessions-about">
        Each tester has a session: its own scenarios, switches, stored items, clock and journal. A request
        belongs to the session that its header, its credential, its cookie or its path names, else to
        "default".
      </p>
      {sessions.length > 8 && (
        <search>
          <input
            type="search"
            aria-label="Filter the sessions by name"
            placeholder="Filter by name"
            value={text}
            onInput={event => setText(event.currentTarget.value)}
          />
        </search>
      )}
      {data !== undefined && (
        <ul class="plain-list session-list" aria-label="Sessions">
          {found.slice(0, MAX_SHOWN).map(session => (
            <SessionItem key={session.id} session={session} onLink={() => setLinked(session.id)} />
          ))}
        </ul>
      )}
      {data !== undefined && found.length === 0 && (
        <Empty icon="search" title="No session has such a name." />
      )}
      {found.length > MAX_SHOWN && (
        <p class="muted">And {found.length - MAX_SHOWN} more: filter by name to find them.</p>
      )}
      {isCreating && data !== undefined && (
        <NewSession
          taken={names}
          onClose={() => setCreating(false)}
          onCreated={id => {
            setCreating(false);
            setLinked(id);
          }}
        />
      )}
      {linked !== undefined && <SessionLinks id={linked} onClose={() => setLinked(undefined)} />}
    </>
  );
}

/** Reads again after exchanges, at most once in a while. */
function useExchangeRefresh(reload: () => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = subscribe(({ type }) => {
      if (type !== 'exchange' && type !== 'skipped') return;
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, REFRESH_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, []);
}
