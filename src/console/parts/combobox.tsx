// A field that chooses one of many options by typing a part of it (the combobox pattern of ARIA 1.2).
import { useId, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface ComboboxOption {
  readonly value: string;
  readonly label: string;
  /** Beside the label; found by the search as well. */
  readonly detail?: string;
}

interface ComboboxProps {
  readonly label: string;
  readonly options: readonly ComboboxOption[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A document may have thousands of operations. */
const MAX_SHOWN = 60;

export function Combobox({ label, options, value, onChange }: ComboboxProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  /** Undefined: the list is closed. Null: it is open, and nothing is typed yet. */
  const [search, setSearch] = useState<string | null>();
  const [active, setActive] = useState(0);
  const current = options.find(option => option.value === value);
  const found = search === undefined ? [] : findOptions(options, search ?? '');
  const shown = found.slice(0, MAX_SHOWN);
  const isOpen = search !== undefined;

  const open = (): void => {
    if (isOpen) return;
    setSearch(null);
    setActive(
      Math.max(
        0,
        options.slice(0, MAX_SHOWN).findIndex(option => option.value === value),
      ),
    );
    input.current?.select();
  };
  const close = (): void => setSearch(undefined);
  const choose = (option: ComboboxOption | undefined): void => {
    close();
    if (option !== undefined) onChange(option.value);
  };
  const move = (step: number): void => {
    const next = Math.min(shown.length - 1, Math.max(0, active + step));
    setActive(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const keys: Readonly<Record<string, (() => void) | undefined>> = {
      ArrowDown: isOpen ? () => move(1) : open,
      ArrowUp: isOpen ? () => move(-1) : open,
      PageDown: isOpen ? () => move(8) : undefined,
      PageUp: isOpen ? () => move(-8) : undefined,
      Enter: isOpen ? () => choose(shown[active]) : open,
      Escape: isOpen ? close : undefined,
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <div class="combobox">
      <label for={id}>{label}</label>
      <div class="combobox-field">
        <input
          ref={input}
          id={id}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && shown.length > 0 ? `${id}-${active}` : undefined}
          autocomplete="off"
          spellcheck={false}
          value={search ?? current?.label ?? value}
          onFocus={event => event.currentTarget.select()}
          onClick={open}
          onInput={event => {
            setSearch(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        <Icon name="down" />
        <div class="combobox-popup" hidden={!isOpen}>
          <div id={`${id}-list`} class="combobox-list" role="listbox" tabIndex={-1} aria-label={label}>
            {shown.map((option, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, which keeps the focus
              <div
                key={option.value}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={option.value === value}
                data-active={index === active}
                // The field keeps the focus, so that it does not close the list before the click.
                onMouseDown={event => event.preventDefault()}
                onClick={() => choose(option)}
              >
                <span>{option.label}</span>
                {option.detail !== undefined && <span class="muted">{option.detail}</span>}
              </div>
            ))}
          </div>
          {found.length > shown.length && (
            <p class="muted">{found.length - shown.length} more: type a part of the name.</p>
          )}
          {isOpen && found.length === 0 && <p class="muted">Nothing has "{search}" in its name.</p>}
        </div>
      </div>
    </div>
  );
}

/** All words must occur, in any order and case. */
function findOptions(options: readonly ComboboxOption[], search: string): readonly ComboboxOption[] {
  const words = search.toLowerCase().split(/\s+/);
  return options.filter(({ label, detail = '' }) => {
    const text = `${label} ${detail}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}
