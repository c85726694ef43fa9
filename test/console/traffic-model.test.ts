// The model behind the screen "Traffic": the exchanges of the page, its filter, its figures.
import { describe, expect, test } from 'vitest';
import { toChartData } from '../../src/console/screens/traffic/chart-data.ts';
import {
  createExchangeStore,
  createFilteredExchanges,
  MAX_EXCHANGES,
} from '../../src/console/screens/traffic/exchange-store.ts';
import type { ExchangeSummary } from '../../src/console/screens/traffic/exchange-summary.ts';
import { readFilter, toPredicate } from '../../src/console/screens/traffic/traffic-filter.ts';

function exchange(number: number, members: Partial<ExchangeSummary> = {}): ExchangeSummary {
  return {
    sequence: number,
    id: `run-${number}`,
    session: 'default',
    startedAt: new Date(Date.UTC(2026, 10, 28) + number * 1000).toISOString(),
    milliseconds: number,
    api: 'petstore',
    operation: 'getPet',
    method: 'GET',
    path: `/pets/${number}`,
    query: '',
    status: 200,
    verdict: 'passed',
    findings: 0,
    rules: [],
    switches: [],
    ...members,
  };
}

/** A store whose frames are drawn by hand. */
function openStore() {
  const frames: (() => void)[] = [];
  const store = createExchangeStore(flush => frames.push(flush));
  const drawFrame = (): void => {
    for (const flush of frames.splice(0)) flush();
  };
  return { store, drawFrame, frames };
}

describe('the exchanges of the page', () => {
  test('that arrive before a frame are added together', () => {
    const { store, drawFrame, frames } = openStore();
    for (let number = 0; number < 50; number++) store.push(exchange(number));
    expect(store.exchanges()).toHaveLength(0);
    expect(frames).toHaveLength(1);
    drawFrame();
    expect(store.exchanges()).toHaveLength(50);
    expect(store.revision.value).toBe(1);
  });

  test('are in the order of their start, each once, also if the journal is read after they arrived', () => {
    const { store, drawFrame } = openStore();
    store.push(exchange(7));
    store.push(exchange(8));
    drawFrame();
    store.merge([exchange(5), exchange(7), exchange(6)]);
    store.push(exchange(6));
    drawFrame();
    expect(store.exchanges().map(({ sequence }) => sequence)).toEqual([5, 6, 7, 8]);
  });

  test('are limited: the oldest are dropped and counted', () => {
    const { store, drawFrame } = openStore();
    for (let number = 0; number < MAX_EXCHANGES + 6000; number++) store.push(exchange(number));
    drawFrame();
    expect(store.exchanges().length + store.dropped()).toBe(MAX_EXCHANGES + 6000);
    expect(store.exchanges().length).toBeLessThan(MAX_EXCHANGES + 6000);
    expect(store.exchanges().at(-1)?.sequence).toBe(MAX_EXCHANGES + 5999);
  });

  test('of a session that ends are removed', () => {
    const { store, drawFrame } = openStore();
    store.push(exchange(1));
    store.push(exchange(2, { session: 'anna' }));
    drawFrame();
    store.push(exchange(3, { session: 'anna' }));
    store.removeSession('anna');
    drawFrame();
    expect(store.exchanges().map(({ sequence }) => sequence)).toEqual([1]);
  });
});

describe('the filter', () => {
  const all = [
    exchange(1),
    exchange(2, { status: 404, verdict: 'failed', findings: 1, refusedFor: 'parameter-schema' }),
    exchange(3, { status: 503, offContract: 'down', session: 'anna' }),
    exchange(4, { method: 'POST', operation: 'addPet', path: '/pets', query: 'dry=TRUE', status: 201 }),
    exchange(5, { api: 'orders', verdict: 'problem', problem: 'no-such-path', status: 404 }),
  ];
  const { status: _, ...unanswered } = exchange(6);
  const numbers = (search: string, session?: string): number[] =>
    [...all, unanswered]
      .filter(toPredicate(readFilter(Object.fromEntries(new URLSearchParams(search)), session)))
      .map(({ sequence }) => sequence);

  test.each([
    ['', [1, 2, 3, 4, 5, 6]],
    ['api=petstore', [1, 2, 3, 4, 6]],
    ['operation=addPet', [4]],
    ['status=404', [2, 5]],
    ['status=4XX', [2, 5]],
    ['status=5xx', [3]],
    ['status=none', [6]],
    ['verdict=failed', [2]],
    ['verdict=problem', [5]],
    ['verdict=problems', [2, 5]],
    ['verdict=off-contract', [3]],
    ['verdict=passed', [1, 3, 4, 6]],
    ['text=post', [4]],
    ['text=dry%3Dtrue', [4]],
    ['text=404+orders', []],
    ['text=get+404', [2, 5]],
    ['text=parameter-schema', [2]],
    ['text=run-3', [3]],
    ['status=404&verdict=failed', [2]],
  ])('"%s" matches %j', (search, expected) => {
    expect(numbers(search)).toEqual(expected);
  });

  test('of a session hides the others', () => {
    expect(numbers('', 'anna')).toEqual([3]);
  });

  test('looks at new exchanges only, and at all of them when it changes', () => {
    const { store, drawFrame } = openStore();
    const filtered = createFilteredExchanges(store);
    let asked = 0;
    const matches = ({ sequence }: ExchangeSummary): boolean => {
      asked++;
      return sequence % 2 === 0;
    };
    for (let number = 0; number < 10; number++) store.push(exchange(number));
    drawFrame();
    expect(filtered.update(matches)).toHaveLength(5);
    store.push(exchange(10));
    drawFrame();
    expect(filtered.update(matches)).toHaveLength(6);
    expect(asked).toBe(11);
    expect(filtered.update(() => true)).toHaveLength(11);
  });
});

describe('the figures', () => {
  test('count answers by status and summarize latencies', () => {
    const exchanges = Array.from({ length: 100 }, (_, index) =>
      exchange(index + 1, index < 10 ? { status: 503 } : {}),
    );
    const data = toChartData(exchanges);
    expect(data?.statuses).toEqual([
      { statusClass: '2XX', count: 90 },
      { statusClass: '5XX', count: 10 },
    ]);
    expect(data?.median).toBe(51);
    expect(data?.percentile95).toBe(95);
    expect(data?.slowest.sequence).toBe(100);
    expect(data?.columns[0]?.at).toBe(0);
    expect(data?.columns.at(-1)?.at).toBe(1);
  });

  test('of one exchange are its own, and of none are none', () => {
    expect(toChartData([exchange(3)])?.columns).toEqual([{ at: 0, lowest: 3, median: 3, highest: 3 }]);
    expect(toChartData([])).toBeUndefined();
  });
});
