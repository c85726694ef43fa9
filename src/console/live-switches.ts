// Keeps the counts of the switches of the current session up to date while requests come.
import { ControlFailure, control } from './client.ts';
import { type ConsoleEvent, subscribe } from './events.ts';
import { currentSession } from './router.ts';
import { session, sessions, updateSession } from './state.ts';

/** Requests come faster than anybody reads. */
const REFRESH_MS = 400;

let timer: ReturnType<typeof setTimeout> | undefined;

/** A change of a session is an event of its own, but a call that a switch counts is not. */
function onExchange(event: ConsoleEvent): void {
  if (event.type !== 'exchange' || event.data.session !== currentSession.value) return;
  if (timer !== undefined || (session.value?.switches.length ?? 0) === 0) return;
  timer = setTimeout(() => {
    timer = undefined;
    void refresh(currentSession.value);
  }, REFRESH_MS);
}

async function refresh(id: string): Promise<void> {
  try {
    const { switches } = await control('get', '/sessions/{id}/switches', { path: { id } });
    const known = sessions.value?.find(each => each.id === id);
    if (known !== undefined) updateSession({ ...known, switches });
  } catch (error) {
    // The shell says that the server is gone, or the session.
    if (!(error instanceof ControlFailure)) throw error;
  }
}

export function startLiveSwitches(): void {
  subscribe(onExchange);
}
