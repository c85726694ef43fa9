// Holds the list still while it is paused or scrolled: what arrives is counted, and shown later.
import { useRef } from 'preact/hooks';
import type { ExchangeSummary } from './exchange-summary.ts';

/** @returns how many of the exchanges, oldest first, the list shows */
export function useFreeze(exchanges: readonly ExchangeSummary[], isFrozen: boolean): number {
  const frozen = useRef<{
    readonly list: readonly ExchangeSummary[];
    readonly newest: string;
    shown: number;
  }>(undefined);
  if (!isFrozen) frozen.current = undefined;
  else if (frozen.current === undefined) frozen.current = freeze(exchanges, exchanges.length);
  else if (frozen.current.list !== exchanges) {
    // Another filter, or the oldest exchanges were dropped.
    const { newest } = frozen.current;
    const index = exchanges.findLastIndex(({ id }) => id === newest);
    frozen.current = freeze(exchanges, index < 0 ? exchanges.length : index + 1);
  }
  return frozen.current?.shown ?? exchanges.length;
}

function freeze(list: readonly ExchangeSummary[], shown: number) {
  return { list, shown, newest: list[shown - 1]?.id ?? '' };
}
