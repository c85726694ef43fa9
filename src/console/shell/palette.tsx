// The palette (Ctrl-K): goes to any screen, operation, scenario or session, and runs actions, without the mouse.
import { signal } from '@preact/signals';
import { useEffect, useId, useState } from 'preact/hooks';
import { ControlFailure, control } from '../client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { findItems, type ListedScenario, type PaletteItem, paletteItems } from './palette-items.ts';

export const isPaletteOpen = signal(false);

const MAX_SHOWN = 60;

export function Palette() {
  return isPaletteOpen.value ? <OpenPalette /> : null;
}

function close(): void {
  isPaletteOpen.value = false;
}

function OpenPalette() {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [scenarios, setScenarios] = useState<readonly ListedScenario[]>([]);
  const listId = useId();
  useEffect(() => {
    control('get', '/scenarios').then(
      answer => setScenarios(answer.scenarios),
      (error: unknown) => {
        // Everything else can still be found, and the banner says that the server does not answer.
        if (!(error instanceof ControlFailure)) throw error;
      },
    );
  }, []);
  const found = findItems(paletteItems(scenarios), query, MAX_SHOWN);
  const choose = (item: PaletteItem | undefined): void => {
    if (item === undefined) return;
    close();
    // The dialog returns the focus first, and a new screen takes it then.
    setTimeout(item.run);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 } as Record<string, number>;
    const step = steps[event.key];
    if (event.key === 'Enter') choose(found[active]);
    else if (step !== undefined) {
      const next = Math.abs(step) === 1 ? (active + step + found.length) % found.length : active + step;
      setActive(Math.max(0, Math.min(found.length - 1, next)));
    } else return;
    event.preventDefault();
  };
  const itemId = (index: number): string => `${listId}-${index}`;
  useEffect(() => {
    document.getElementById(itemId(active))?.scrollIntoView({ block: 'nearest' });
  }, [active, query]);
  return (
    <Dialog title="Go to" class="palette" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Go to a screen, an operation, a scenario, a session or an action"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? itemId(active) : undefined}
        placeholder="Screen, operation, scenario, session or action"
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={query}
        onInput={event => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="Found" class="palette-list" tabIndex={-1}>
        {found.map((item, index) => (
          <div
            key={item.id}
            id={itemId(index)}
            role="option"
            aria-selected={index === active}
            class="palette-item"
            tabIndex={-1}
            onMouseMove={() => setActive(index)}
            onClick={() => choose(item)}
            onKeyDown={onKeyDown}
          >
            <Icon name={item.icon} />
            <span class="palette-label">{item.label}</span>
            <span class="muted palette-detail">{item.detail}</span>
          </div>
        ))}
      </div>
      <p class="muted palette-count" role="status">
        {found.length === 0
          ? 'Nothing has these words.'
          : `${found.length === MAX_SHOWN ? `The first ${MAX_SHOWN}` : found.length} found`}
      </p>
    </Dialog>
  );
}
