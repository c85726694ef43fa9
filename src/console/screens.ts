// The list of screens, in the order of the navigation. A new screen adds a line here and nothing to the shell.
import type { ComponentType } from 'preact';
import { lazyScreen } from './lazy-screen.tsx';
import type { IconName } from './parts/icon.tsx';
import type { ScreenProps } from './parts/page.tsx';
import { StartScreen } from './screens/start.tsx';

export interface Screen {
  /** The first segment of the address. */
  readonly id: string;
  /** In the navigation, and the heading of the screen. */
  readonly label: string;
  readonly icon: IconName;
  readonly view: ComponentType<ScreenProps>;
  /** True: the screen can show all sessions together. */
  readonly showsAllSessions?: true;
  /** True: the focus stays where it is when the address changes within the screen. */
  readonly keepsFocus?: true;
}

export const SCREENS: readonly Screen[] = [
  { id: 'start', label: 'Start', icon: 'start', view: StartScreen },
  {
    id: 'traffic',
    label: 'Traffic',
    icon: 'traffic',
    view: lazyScreen(async () => (await import('./screens/traffic.tsx')).TrafficScreen),
    showsAllSessions: true,
    keepsFocus: true,
  },
  {
    id: 'operations',
    label: 'Operations',
    icon: 'operations',
    view: lazyScreen(async () => (await import('./screens/operations.tsx')).OperationsScreen),
  },
  {
    id: 'switches',
    label: 'Switches',
    icon: 'switches',
    view: lazyScreen(async () => (await import('./screens/switches.tsx')).SwitchesScreen),
  },
  {
    id: 'state',
    label: 'State',
    icon: 'state',
    view: lazyScreen(async () => (await import('./screens/state.tsx')).StateScreen),
    keepsFocus: true,
  },
  {
    id: 'scenarios',
    label: 'Scenarios',
    icon: 'scenarios',
    view: lazyScreen(async () => (await import('./screens/scenarios.tsx')).ScenariosScreen),
  },
  {
    id: 'sessions',
    label: 'Sessions',
    icon: 'sessions',
    view: lazyScreen(async () => (await import('./screens/sessions.tsx')).SessionsScreen),
  },
  {
    id: 'contract',
    label: 'Contract',
    icon: 'contract',
    view: lazyScreen(async () => (await import('./screens/contract.tsx')).ContractScreen),
    keepsFocus: true,
  },
  {
    id: 'check',
    label: 'Check',
    icon: 'check',
    view: lazyScreen(async () => (await import('./screens/check.tsx')).CheckScreen),
  },
];
