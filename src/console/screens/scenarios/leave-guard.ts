// Asks before a change that is not saved is lost: at links, the back button, a reload, and when the tab is closed.
import { useEffect } from 'preact/hooks';
import { guardRoute } from '../../router.ts';

export function useLeaveGuard(isChanged: boolean, question: string): void {
  useEffect(() => {
    if (!isChanged) return;
    const onBeforeUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', onBeforeUnload);
    const endGuard = guardRoute(() => confirm(question));
    return () => {
      removeEventListener('beforeunload', onBeforeUnload);
      endGuard();
    };
  }, [isChanged, question]);
}
