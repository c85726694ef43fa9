// Keyboard shortcuts: Ctrl-K, and single keys, which can be switched off.
import { signal } from '@preact/signals';
import { Dialog } from '../parts/dialog.tsx';
import { navigate } from '../router.ts';
import { SCREENS } from '../screens.ts';
import { singleKeys, switchSingleKeys } from '../single-keys.ts';
import { isPaletteOpen } from './palette.tsx';

export const isHelpOpen = signal(false);

export function startShortcuts(): void {
  addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === 'k') {
      event.preventDefault();
      isPaletteOpen.value = !isPaletteOpen.value;
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys.value || isBusy(event)) return;
    const screen = SCREENS[Number(event.key) - 1];
    if (event.key === '?') isHelpOpen.value = true;
    else if (event.key === '/') focusSearch(event);
    else if (screen !== undefined) navigate(screen.id);
  });
}

/** Whether the key goes to a field or a dialog. The path sees fields inside the editor of scenarios as well. */
function isBusy(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (document.querySelector('dialog[open]') !== null) return true;
  return (
    target instanceof HTMLElement &&
    (/^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable)
  );
}

function focusSearch(event: Event): void {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  if (field === null) return;
  event.preventDefault();
  field.focus();
  field.select();
}

export function ShortcutHelp() {
  if (!isHelpOpen.value) return null;
  const keys = [
    ['Ctrl K', 'Go to any screen, operation, scenario or session, or run an action'],
    ['/', 'Search on this screen'],
    ...SCREENS.map(({ label }, index) => [String(index + 1), label] as const),
    ['j k', 'Next older and newer exchange, on the screen Traffic'],
    ['?', 'This list'],
    ['Esc', 'Close a dialog'],
  ] as const;
  return (
    <Dialog
      title="Keyboard"
      onClose={() => {
        isHelpOpen.value = false;
      }}
    >
      <dl class="shortcuts">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="row">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={event => switchSingleKeys(event.currentTarget.checked)}
        />
        Single keys work (without Ctrl)
      </label>
    </Dialog>
  );
}
