// Holds the list still while it is paused or scrolled: what arrives is counted, and shown later.
import { useRef } from 'preact/hooks';
import type { ExchangeSummary } from './exchange-summary.ts';

/**
 * A list that becomes frozen keeps the rows that the page has drawn: those that arrived since then would move them once more.
 *
 * @returns how many of the exchanges, oldest first, the list shows
 */
export function useFreeze(exchanges: readonly ExchangeSummary[], isFrozen: boolean): number {
  const drawn = useRef({ list: exchanges, newest: '', shown: 0 });
  const { list, newest, shown } = drawn.current;
  if (!isFrozen) drawn.current = show(exchanges, exchanges.length);
  else if (list !== exchanges) {
    // New exchanges, another filter, or the oldest exchanges were dropped.
    const index = exchanges.findLastIndex(({ id }) => id === newest);
    drawn.current = show(exchanges, index < 0 ? exchanges.length : index + 1);
  } else return shown;
  return drawn.current.shown;
}

function show(list: readonly ExchangeSummary[], shown: number) {
  return { list, shown, newest: list[shown - 1]?.id ?? '' };
}
