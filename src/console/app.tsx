// The shell: header, navigation, the current screen, dialogs and messages.
import { useEffect, useRef } from 'preact/hooks';
import { Failure, PageHeader } from './parts/page.tsx';
import { Toasts } from './parts/toast.tsx';
import { ALL_SESSIONS, DEFAULT_SESSION, href, route, selectSession } from './router.ts';
import { SCREENS } from './screens.ts';
import { ConnectionBanner } from './shell/connection-banner.tsx';
import { Header } from './shell/header.tsx';
import { Navigation } from './shell/navigation.tsx';
import { Palette } from './shell/palette.tsx';
import { ShortcutHelp } from './shell/shortcuts.tsx';
import { TokenDialog } from './shell/token-dialog.tsx';
import { stateFailure } from './state.ts';

export function App() {
  const { screen: id, segments, session } = route.value;
  const screen = SCREENS.find(each => each.id === id);
  const place = [id, ...segments].join('/');
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${[...segments.toReversed(), screen?.label ?? 'Not found'].join(' · ')} · deadringer`;
  }, [place]);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    document.getElementById('page-title')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [screen?.keepsFocus ? id : place]);
  useEffect(() => {
    if (session === ALL_SESSIONS && screen !== undefined && !screen.showsAllSessions)
      selectSession(DEFAULT_SESSION);
  }, [session, screen]);
  return (
    <>
      <button type="button" class="button skip-link" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <Header />
      <Navigation current={id} />
      <main id="main" class="main" tabIndex={-1}>
        <ConnectionBanner />
        {stateFailure.value !== undefined && <Failure error={stateFailure.value} />}
        {screen === undefined ? <UnknownScreen /> : <screen.view key={id} segments={segments} />}
      </main>
      <Palette />
      <ShortcutHelp />
      <TokenDialog />
      <Toasts />
    </>
  );
}

function UnknownScreen() {
  return (
    <>
      <PageHeader title="Not found" />
      <p>
        There is no such screen. Go to <a href={href('start')}>Start</a>.
      </p>
    </>
  );
}
