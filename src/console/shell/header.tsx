// The header: name, session, what is active in it, theme.
import { Icon } from '../parts/icon.tsx';
import { href } from '../router.ts';
import { nextTheme, theme } from '../theme.ts';
import { ActiveChanges } from './active-changes.tsx';
import { isMenuOpen } from './navigation.tsx';
import { isPaletteOpen } from './palette.tsx';
import { SessionPicker } from './session-picker.tsx';
import { isHelpOpen } from './shortcuts.tsx';

const THEME_ICONS = { auto: 'contrast', light: 'sun', dark: 'moon' } as const;

export function Header() {
  return (
    <header class="header">
      <button
        type="button"
        class="icon-button menu-button"
        aria-label="Menu"
        aria-expanded={isMenuOpen.value}
        aria-controls="navigation"
        onClick={() => {
          isMenuOpen.value = !isMenuOpen.value;
        }}
      >
        <Icon name={isMenuOpen.value ? 'close' : 'menu'} />
      </button>
      <a class="brand" href={href('start')}>
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="7" />
          <circle cx="12.5" cy="16" r="6.5" />
          <circle class="brand-second" cx="19.5" cy="16" r="6.5" />
        </svg>
        <span class="brand-name">deadringer</span>
      </a>
      <div class="header-session">
        <SessionPicker />
        <ActiveChanges />
      </div>
      <div class="header-tools">
        <button
          type="button"
          class="button header-search"
          aria-haspopup="dialog"
          aria-keyshortcuts="Control+K"
          onClick={() => {
            isPaletteOpen.value = true;
          }}
        >
          <Icon name="search" />
          <span class="header-search-text">Go to</span>
          <kbd class="header-search-key">Ctrl K</kbd>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Keyboard"
          title="Keyboard (?)"
          aria-haspopup="dialog"
          onClick={() => {
            isHelpOpen.value = true;
          }}
        >
          <Icon name="keyboard" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={`Theme: ${theme.value}`}
          title={`Theme: ${theme.value}`}
          onClick={nextTheme}
        >
          <Icon name={THEME_ICONS[theme.value]} />
        </button>
      </div>
    </header>
  );
}
