// Holds the list while somebody aims at a row: at 50 calls a second it would be another row before the click.
import { useEffect, useRef, useState } from 'preact/hooks';

/** In milliseconds, after the last movement. */
const HOLD = 1000;

interface Aiming {
  readonly isAiming: boolean;
  /** Goes to the movements and the presses of the pointer above the list. */
  readonly onPointer: () => void;
}

export function useAiming(): Aiming {
  const [isAiming, setAiming] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onPointer = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAiming(false), HOLD);
    setAiming(true);
  };
  return { isAiming, onPointer };
}
