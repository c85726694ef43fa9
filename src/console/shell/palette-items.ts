// What the palette finds: screens, sessions, actions, operations and scenarios.
import { resetSession, switchAllOff } from '../actions.ts';
import type { Schema } from '../client.ts';
import type { IconName } from '../parts/icon.tsx';
import { navigate, selectSession } from '../router.ts';
import { SCREENS } from '../screens.ts';
import { apis, commandSession, sessions } from '../state.ts';
import { nextTheme } from '../theme.ts';

export interface PaletteItem {
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  /** What kind of thing it is, or where it is. */
  readonly detail: string;
  readonly run: () => void;
}

export type ListedScenario = Schema<'Scenario'>;

export function paletteItems(scenarios: readonly ListedScenario[]): readonly PaletteItem[] {
  const session = commandSession.value;
  const hasScreen = (id: string): boolean => SCREENS.some(screen => screen.id === id);
  return [
    ...SCREENS.map(({ id, label, icon }) => ({
      id: `screen ${id}`,
      icon,
      label,
      detail: 'screen',
      run: () => navigate(id),
    })),
    {
      id: 'all-off',
      icon: 'power',
      label: 'All off',
      detail: `session "${session}"`,
      run: () => void switchAllOff(session),
    },
    {
      id: 'reset',
      icon: 'retry',
      label: 'Reset session',
      detail: `session "${session}": clears journal, counts and memory`,
      run: () => void resetSession(session),
    },
    { id: 'theme', icon: 'contrast', label: 'Change the theme', detail: 'action', run: nextTheme },
    ...(sessions.value ?? []).map(({ id }) => ({
      id: `session ${id}`,
      icon: 'sessions' as const,
      label: id,
      detail: 'session',
      run: () => selectSession(id),
    })),
    ...(hasScreen('operations') ? operationItems() : []),
    ...(hasScreen('scenarios') ? scenarios : []).map(({ id, title }) => ({
      id: `scenario ${id}`,
      icon: 'scenarios' as const,
      label: id,
      detail: title === '' ? 'scenario' : `scenario: ${title}`,
      run: () => navigate('scenarios', { segments: [id] }),
    })),
  ];
}

function operationItems(): PaletteItem[] {
  return (apis.value ?? []).flatMap(({ name, operations }) =>
    operations.map(({ id, method, path }) => ({
      id: `operation ${name} ${id}`,
      icon: 'operations' as const,
      label: `${method} ${path}`,
      detail: `${name}.${id}`,
      run: () => navigate('operations', { segments: [name, id] }),
    })),
  );
}

/** The items that have all words of the query, those first that begin with it. */
export function findItems(
  items: readonly PaletteItem[],
  query: string,
  limit: number,
): readonly PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.flatMap(item => {
    const label = item.label.toLowerCase();
    const text = `${label} ${item.detail.toLowerCase()}`;
    if (!words.every(word => text.includes(word))) return [];
    const first = words[0] ?? '';
    return [{ item, rank: label.startsWith(first) ? 0 : label.includes(first) ? 1 : 2 }];
  });
  found.sort((left, right) => left.rank - right.rank);
  return found.slice(0, limit).map(({ item }) => item);
}
