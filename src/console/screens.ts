// The list of screens, in the order of the navigation. A new screen adds a line here and nothing to the shell.
import type { ComponentType } from 'preact';
import type { IconName } from './parts/icon.tsx';
import type { ScreenProps } from './parts/page.tsx';
import { CheckScreen } from './screens/check.tsx';
import { ContractScreen } from './screens/contract.tsx';
import { ScenariosScreen } from './screens/scenarios.tsx';
import { StartScreen } from './screens/start.tsx';
import { SwitchesScreen } from './screens/switches.tsx';
import { TrafficScreen } from './screens/traffic.tsx';

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
    view: TrafficScreen,
    showsAllSessions: true,
    keepsFocus: true,
  },
  { id: 'switches', label: 'Switches', icon: 'switches', view: SwitchesScreen },
  { id: 'scenarios', label: 'Scenarios', icon: 'scenarios', view: ScenariosScreen },
  { id: 'contract', label: 'Contract', icon: 'contract', view: ContractScreen, keepsFocus: true },
  { id: 'check', label: 'Check', icon: 'check', view: CheckScreen },
];
