// Reads again after requests of a session that may have changed its items, at most once in a while.
import { useEffect } from 'preact/hooks';
import { subscribe } from '../../events.ts';

/** Requests come faster than anybody reads. */
const REFRESH_MS = 400;
const SAFE = ['GET', 'HEAD', 'OPTIONS', 'QUERY'];

export function useItemRefresh(session: string, reload: () => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = subscribe(event => {
      const isChange =
        event.type === 'skipped' ||
        (event.type === 'exchange' && event.data.session === session && !SAFE.includes(event.data.method));
      if (!isChange) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, REFRESH_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [session]);
}
