// The screen "Traffic": what was called, live, and one exchange beside the list.
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import './traffic.css';
import './traffic/exchange.css';
import { controlPath, download } from '../client.ts';
import { subscribe } from '../events.ts';
import { Icon } from '../parts/icon.tsx';
import { useMediaQuery } from '../parts/media-query.ts';
import { Empty, PageHeader } from '../parts/page.tsx';
import { toast } from '../parts/toast.tsx';
import { ALL_SESSIONS, currentSession, href, navigate, route, setQuery } from '../router.ts';
import { run, sessions } from '../state.ts';
import { ExchangeList } from './traffic/exchange-list.tsx';
import { createFilteredExchanges } from './traffic/exchange-store.ts';
import type { ExchangeSummary } from './traffic/exchange-summary.ts';
import { ExchangeView } from './traffic/exchange-view.tsx';
import { FilterBar } from './traffic/filter-bar.tsx';
import { TrafficCharts } from './traffic/traffic-charts.tsx';
import { exchangeStore, readTraffic } from './traffic/traffic-data.ts';
import {
  isFiltered,
  readFilter,
  type TrafficFilter,
  toJournalQuery,
  toPredicate,
  whyNotSavable,
} from './traffic/traffic-filter.ts';
import { useAiming } from './traffic/use-aiming.ts';
import { useTrafficFigures } from './traffic/use-figures.ts';
import { useFocusKept } from './traffic/use-focus.ts';
import { useFreeze } from './traffic/use-freeze.ts';
import { useTrafficKeys } from './traffic/use-keys.ts';

export function TrafficScreen(): VNode {
  const { query, segments } = route.value;
  const openId = segments[0];
  const session = currentSession.value === ALL_SESSIONS ? undefined : currentSession.value;
  const filter = useMemo(() => readFilter(query, session), [JSON.stringify(query), session]);
  const matches = useMemo(() => toPredicate(filter), [filter]);
  const filtered = useRef(createFilteredExchanges(exchangeStore)).current;
  const revision = exchangeStore.revision.value;
  const exchanges = filtered.update(matches);
  const [isRead, setRead] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const [isAtTop, setAtTop] = useState(true);
  const [activeId, setActiveId] = useState(openId);
  const { isAiming, ...aiming } = useAiming();
  const isHeld = isPaused || !isAtTop;
  const shown = useFreeze(exchanges, isHeld || isAiming);
  const isWide = useMediaQuery('(min-width: 900px)');
  const figures = useTrafficFigures(exchanges, session, revision);
  const isOpen = openId !== undefined;

  // The shell creates the session of a link.
  const isKnown = session === undefined || sessions.value?.some(({ id }) => id === session) === true;

  useEffect(() => {
    if (!isKnown) return;
    const read = (): void => {
      void run(() => readTraffic(session)).then(() => setRead(true));
    };
    read();
    return subscribe(({ type }) => {
      if (type === 'opened' || type === 'skipped') read();
    });
  }, [session, isKnown]);
  useEffect(() => {
    if (openId !== undefined) setActiveId(openId);
  }, [openId]);

  useFocusKept(isOpen);

  const linkTo = (id: string): string => href('traffic', { segments: [id], query });
  const open = (id: string): void => navigate('traffic', { segments: [id], query }, isOpen);
  const close = (): void => navigate('traffic', { query });
  const activate = (id: string): void => {
    setActiveId(id);
    if (isOpen) open(id);
  };
  const step = (by: 1 | -1): void => {
    const next = neighbour(exchanges.slice(0, shown), activeId, by);
    if (next !== undefined) activate(next.id);
  };
  useTrafficKeys({ isOpen, step, close });

  const news = exchanges.length - shown;
  return (
    <div class={`traffic${isOpen ? ' has-open' : ''}`}>
      <PageHeader title="Traffic">
        <span class="traffic-count">
          {shown.toLocaleString('en')} {isFiltered(filter) ? 'match' : shown === 1 ? 'exchange' : 'exchanges'}
        </span>
        {exchanges.length > 0 && <SaveHar filter={filter} />}
        <button
          type="button"
          class={`button live-button${isPaused ? '' : ' is-live'}`}
          aria-pressed={isPaused}
          onClick={() => setPaused(!isPaused)}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </button>
      </PageHeader>
      {(isWide || !isOpen) && (
        <>
          <FilterBar filter={filter} figures={figures} />
          {!isOpen && figures?.charts !== undefined && (
            <TrafficCharts
              data={figures.charts}
              status={filter.status}
              onStatus={status => setQuery({ status })}
              linkTo={linkTo}
            />
          )}
        </>
      )}
      <div class="traffic-split">
        {(isWide || !isOpen) && (
          <div class="traffic-list" {...aiming}>
            {news > 0 && isHeld && (
              <button
                type="button"
                class="news-button"
                onClick={() => {
                  setPaused(false);
                  setAtTop(true);
                  document.querySelector('.exchange-scroll')?.scrollTo({ top: 0 });
                }}
              >
                {news.toLocaleString('en')} new
              </button>
            )}
            {exchanges.length === 0 ? (
              isRead && <NoExchanges isFiltered={isFiltered(filter)} />
            ) : (
              <ExchangeList
                exchanges={exchanges}
                shown={shown}
                activeId={activeId}
                isNarrow={isOpen || !isWide}
                showsSession={session === undefined}
                linkTo={linkTo}
                onActivate={activate}
                onOpen={open}
                onTop={setAtTop}
              />
            )}
            {exchangeStore.dropped() > 0 && (
              <p class="traffic-note">
                The page keeps the newest 100,000 exchanges: {exchangeStore.dropped().toLocaleString('en')}{' '}
                older ones are not listed.
              </p>
            )}
          </div>
        )}
        {isOpen && <ExchangeView key={openId} id={openId} onClose={close} onStep={step} />}
      </div>
    </div>
  );
}

/** Saves what is listed, as far as the server holds it. */
function SaveHar({ filter }: { readonly filter: TrafficFilter }) {
  const { session = '' } = filter;
  const reason = whyNotSavable(filter);
  const save = async (): Promise<void> => {
    if (reason !== undefined) {
      toast(reason, 'warning');
      return;
    }
    const path = controlPath('/sessions/{id}/journal.har', { id: session }, toJournalQuery(filter));
    await run(() => download(path, `${session}.har`), `Saved as ${session}.har.`);
  };
  // Without "disabled" it keeps its place in the order of the keyboard, which can ask for the reason.
  return (
    <button
      type="button"
      class="button"
      aria-label="Save the listed exchanges as HAR"
      aria-disabled={reason !== undefined}
      title={reason ?? 'Save the listed exchanges as an HTTP archive'}
      onClick={() => void save()}
    >
      <Icon name="download" /> HAR
    </button>
  );
}

/** The exchange after (1, older) or before (-1, newer) the active one; without an active one the newest. */
function neighbour(
  shown: readonly ExchangeSummary[],
  activeId: string | undefined,
  by: 1 | -1,
): ExchangeSummary | undefined {
  const at = shown.findLastIndex(({ id }) => id === activeId);
  return at < 0 ? shown.at(-1) : shown[at - by];
}

function NoExchanges({ isFiltered }: { readonly isFiltered: boolean }): VNode {
  if (isFiltered)
    return (
      <Empty icon="search" title="No exchange matches the filter">
        <button type="button" class="button" onClick={() => navigate('traffic', { query: {} }, true)}>
          Clear the filter
        </button>
      </Empty>
    );
  return (
    <Empty icon="traffic" title="No calls yet">
      <p>
        Each call to the mock appears here. <a href={href('start')}>Start</a> shows the addresses, with a
        first request to try.
      </p>
    </Empty>
  );
}
