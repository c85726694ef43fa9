// A value of the server that a screen shows: read when the screen opens, and again when the server says that it changed.
import { type Inputs, useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ControlFailure } from './client.ts';
import { type ConsoleEvent, subscribe } from './events.ts';

export interface Resource<T> {
  /** Undefined until the first answer. Stays while it is read again. */
  readonly data: T | undefined;
  /** Why the last reading failed. */
  readonly error: ControlFailure | undefined;
  readonly isLoading: boolean;
  /** Reads again. */
  readonly reload: () => void;
}

/**
 * @param read called again when an input changes, when the connection was lost, and after an event that matters
 * @param inputs what `read` depends on
 * @param matters which events change the value; default: changes of documents and sessions
 * @example const { data, error } = useResource(() => control('get', '/apis'), []);
 */
export function useResource<T>(
  read: (signal: AbortSignal) => Promise<T>,
  inputs: Inputs,
  matters: (event: ConsoleEvent) => boolean = changesState,
): Resource<T> {
  const [state, setState] = useState<Omit<Resource<T>, 'reload'>>({
    data: undefined,
    error: undefined,
    isLoading: true,
  });
  const latest = useRef({ read, matters, running: new AbortController() });
  latest.current.read = read;
  latest.current.matters = matters;
  const reload = useCallback(() => {
    const { current } = latest;
    current.running.abort();
    const running = new AbortController();
    current.running = running;
    setState(before => ({ ...before, isLoading: true }));
    current.read(running.signal).then(
      data => {
        if (!running.signal.aborted) setState({ data, error: undefined, isLoading: false });
      },
      (error: ControlFailure) => {
        if (!running.signal.aborted) setState(({ data }) => ({ data, error, isLoading: false }));
      },
    );
  }, []);
  useEffect(() => {
    // What was read for other inputs is not shown for these.
    setState({ data: undefined, error: undefined, isLoading: true });
    reload();
    return () => latest.current.running.abort();
  }, inputs);
  useEffect(
    () =>
      subscribe(event => {
        if (event.type === 'opened' || latest.current.matters(event)) reload();
      }),
    [],
  );
  return { ...state, reload };
}

function changesState({ type }: ConsoleEvent): boolean {
  return type === 'reloaded' || type === 'session';
}
