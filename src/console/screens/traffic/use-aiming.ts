// Stops updates of the list while the pointer is over a row. At 50 calls a second the row would move before the click.
import { useEffect, useRef, useState } from 'preact/hooks';

/** In milliseconds, after the last movement of the pointer. */
const HOLD = 1000;

interface Aiming {
  readonly isAiming: boolean;
  /** For the list. */
  readonly onPointerMove: () => void;
  readonly onPointerDown: () => void;
}

export function useAiming(): Aiming {
  const [isAiming, setAiming] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isPressed = useRef(false);
  const onPointerMove = (): void => {
    clearTimeout(timer.current);
    if (!isPressed.current) timer.current = setTimeout(() => setAiming(false), HOLD);
    setAiming(true);
  };
  const onPointerDown = (): void => {
    isPressed.current = true;
    onPointerMove();
  };
  useEffect(() => {
    // The pointer may be released elsewhere.
    const release = (): void => {
      if (!isPressed.current) return;
      isPressed.current = false;
      timer.current = setTimeout(() => setAiming(false), HOLD);
    };
    document.addEventListener('pointerup', release);
    document.addEventListener('pointercancel', release);
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener('pointerup', release);
      document.removeEventListener('pointercancel', release);
    };
  }, []);
  return { isAiming, onPointerMove, onPointerDown };
}
