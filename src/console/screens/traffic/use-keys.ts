// Keys of the screen "Traffic" outside of the list: j and k walk, Escape closes. The shell has "/".
import { useEffect, useRef } from 'preact/hooks';
import { singleKeys } from '../../single-keys.ts';

interface TrafficKeys {
  readonly isOpen: boolean;
  /** 1: the next older exchange. */
  readonly step: (by: 1 | -1) => void;
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
      const { isOpen, step, close } = latest.current;
      if (event.key === 'j' && singleKeys.value) step(1);
      else if (event.key === 'k' && singleKeys.value) step(-1);
      else if (event.key === 'Escape' && isOpen) close();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
