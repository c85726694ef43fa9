// Keys of the screen "Traffic" outside of the list: "/" filters, j and k walk, Enter opens, Escape closes.
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ExchangeSummary } from './exchange-summary.ts';

interface TrafficKeys {
  readonly exchanges: readonly ExchangeSummary[];
  readonly shown: number;
  readonly activeId: string | undefined;
  readonly isOpen: boolean;
  readonly filterField: RefObject<HTMLInputElement | null>;
  readonly activate: (id: string) => void;
  readonly open: (id: string) => void;
  readonly close: () => void;
}

export function useTrafficKeys(keys: TrafficKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (isTyping(event.target)) {
        if (event.key === 'Escape') (event.target as HTMLElement).blur();
        return;
      }
      const { isOpen, filterField, close } = latest.current;
      if (event.key === '/') filterField.current?.focus();
      else if (event.key === 'j') step(latest.current, 1);
      else if (event.key === 'k') step(latest.current, -1);
      else if (event.key === 'Escape' && isOpen) close();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function step({ exchanges, shown, activeId, activate }: TrafficKeys, by: 1 | -1): void {
  const at = activeId === undefined ? -1 : exchanges.findLastIndex(({ id }) => id === activeId);
  // Newest first: one further down is one older.
  const next = at < 0 ? shown - 1 : at - by;
  const exchange = exchanges[Math.max(0, Math.min(shown - 1, next))];
  if (exchange !== undefined) activate(exchange.id);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
