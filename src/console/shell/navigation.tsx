// The navigation: one link a screen, beside the screen, or in a menu where there is no room.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { href } from '../router.ts';
import { SCREENS } from '../screens.ts';

/** Matters on narrow screens only. */
export const isMenuOpen = signal(false);

export function Navigation({ current }: { readonly current: string }) {
  useEffect(() => {
    isMenuOpen.value = false;
  }, [current]);
  return (
    <nav id="navigation" class="navigation" aria-label="Screens" data-open={isMenuOpen.value}>
      <ul>
        {SCREENS.map(({ id, label, icon }) => (
          <li key={id}>
            <a href={href(id)} aria-current={id === current ? 'page' : undefined}>
              <Icon name={icon} />
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
