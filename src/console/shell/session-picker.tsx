// The session that the screens show and change.
import { useId } from 'preact/hooks';
import { ALL_SESSIONS, currentSession, DEFAULT_SESSION, route, selectSession } from '../router.ts';
import { SCREENS } from '../screens.ts';
import { sessions } from '../state.ts';

export function SessionPicker() {
  const id = useId();
  const names = new Set([DEFAULT_SESSION]);
  for (const session of sessions.value ?? []) names.add(session.id);
  const canShowAll = SCREENS.find(screen => screen.id === route.value.screen)?.showsAllSessions;
  if (currentSession.value !== ALL_SESSIONS) names.add(currentSession.value);
  return (
    <div class="session-picker">
      <label for={id}>Session</label>
      <select
        id={id}
        value={currentSession.value}
        onChange={event => selectSession(event.currentTarget.value)}
      >
        {canShowAll && <option value={ALL_SESSIONS}>All sessions</option>}
        {[...names].sort().map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
