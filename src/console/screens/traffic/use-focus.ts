// Keeps the focus when the list gives way to an exchange, or the exchange is closed: it goes to what is there now.
import { useEffect, useRef } from 'preact/hooks';

export function useFocusKept(isOpen: boolean): void {
  const isFirst = useRef(true);
  useEffect(() => {
    const hadFocus = document.activeElement !== document.body;
    if (!isFirst.current && !hadFocus)
      document.querySelector<HTMLElement>(isOpen ? '.exchange-view' : '.exchange-grid')?.focus();
    isFirst.current = false;
  }, [isOpen]);
}
