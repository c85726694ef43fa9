// What a session tried of each operation and what is in force, read again when an event changes it.
import { useEffect, useState } from 'preact/hooks';
import { ControlFailure, control } from '../../client.ts';
import { type ConsoleEvent, subscribe } from '../../events.ts';
import { currentSession } from '../../router.ts';
import { session } from '../../state.ts';
import type { SessionOperation, SessionOperations } from './operation-rows.ts';

interface State {
  /** Undefined until they are read. */
  readonly tried: SessionOperations | undefined;
  readonly error: ControlFailure | undefined;
}

const UNKNOWN: State = { tried: undefined, error: undefined };

/** Between two readings: at least this time, and ten times what a reading takes, so that heavy traffic costs little. */
const PAUSE_MS = 250;
const PAUSE_FACTOR = 10;

/** Of the current session. */
export function useSessionOperations(): State {
  const [state, setState] = useState(UNKNOWN);
  const id = currentSession.value;
  // A session begins with the link to it.
  const exists = session.value !== undefined;
  useEffect(() => {
    setState(UNKNOWN);
    if (!exists) return;
    const stop = new AbortController();
    let isReading = false;
    let hasChanged = false;
    let pause: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      isReading = true;
      hasChanged = false;
      const begun = performance.now();
      const next = await readOperations(id, stop.signal);
      if (stop.signal.aborted) return;
      setState(before => ({
        tried: next.tried === undefined ? before.tried : keepUnchanged(before.tried, next.tried),
        error: next.error,
      }));
      isReading = false;
      pause = setTimeout(
        () => {
          pause = undefined;
          if (hasChanged) void read();
        },
        Math.max(PAUSE_MS, PAUSE_FACTOR * (performance.now() - begun)),
      );
    };
    const change = (): void => {
      hasChanged = true;
      if (!isReading && pause === undefined) void read();
    };
    change();
    const unsubscribe = subscribe(event => {
      if (concerns(event, id)) change();
    });
    return () => {
      stop.abort();
      clearTimeout(pause);
      unsubscribe();
    };
  }, [id, exists]);
  return state;
}

function concerns(event: ConsoleEvent, id: string): boolean {
  if (event.type === 'exchange') return event.data.session === id;
  return event.type !== 'session' || event.data.id === id;
}

async function readOperations(id: string, signal: AbortSignal): Promise<State> {
  try {
    const { operations } = await control('get', '/sessions/{id}/operations', { path: { id }, signal });
    return {
      tried: new Map(operations.map(each => [`${each.api}.${each.operation}`, each])),
      error: undefined,
    };
  } catch (error) {
    if (signal.aborted) return UNKNOWN;
    if (!(error instanceof ControlFailure)) throw error;
    // The shell says that the server does not answer, and that a session was ended.
    if (error.status === 404 || error.code === 'unreachable') return UNKNOWN;
    return { tried: undefined, error };
  }
}

/** Rows are drawn again only if their object is another one. */
function keepUnchanged(before: SessionOperations | undefined, after: SessionOperations): SessionOperations {
  if (before === undefined) return after;
  const isEqual = (left: SessionOperation, right: SessionOperation): boolean =>
    JSON.stringify(left) === JSON.stringify(right);
  return new Map(
    [...after].map(([target, each]) => {
      const old = before.get(target);
      return [target, old !== undefined && isEqual(old, each) ? old : each];
    }),
  );
}
