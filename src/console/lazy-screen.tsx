// A screen whose code is loaded when it is first opened, so that the first load of the page stays small.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ControlFailure } from './client.ts';
import { Failure, type ScreenProps } from './parts/page.tsx';
import { route } from './router.ts';

/** The screen with which the page opened. */
const firstScreen = /^#\/([^/?]+)/.exec(location.hash)?.[1] ?? 'start';

/** @example lazyScreen(async () => (await import('./screens/traffic.tsx')).TrafficScreen) */
export function lazyScreen(load: () => Promise<ComponentType<ScreenProps>>): ComponentType<ScreenProps> {
  let loaded: ComponentType<ScreenProps> | undefined;
  return function LazyScreen(props: ScreenProps) {
    const [View, setView] = useState(() => loaded);
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        view => {
          loaded = view;
          setView(() => view);
        },
        // The server has ended, or it serves another build than the one of this page.
        () => setFailed(true),
      );
    }, []);
    useEffect(() => {
      // After a navigation the shell moves the focus to the heading, which was not there yet.
      const isNavigation = route.value.screen !== firstScreen;
      if (View !== undefined && isNavigation && document.activeElement === document.body)
        document.getElementById('page-title')?.focus({ preventScroll: true });
    }, [View]);
    if (View !== undefined) return <View {...props} />;
    if (!hasFailed) return <div class="screen-loading" aria-busy="true" />;
    const error = new ControlFailure('unreachable', 'The server does not send the code of this screen.');
    return <Failure error={error} onRetry={() => location.reload()} />;
  };
}
