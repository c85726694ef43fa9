// The list of exchanges, newest first: a grid of 100,000 rows that the keyboard can walk.
// biome-ignore-all lint/a11y/useSemanticElements: a table of 100,000 rows of which some are rendered is a grid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and the row is its active descendant
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys work on the grid
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { MethodBadge, SentBadge, StatusBadge } from '../../parts/badges.tsx';
import { formatBytes, formatDuration, formatTime } from '../../parts/format.ts';
import { RowsInView, useVirtualRows } from '../../parts/virtual-rows.tsx';
import { Visible } from '../../parts/visible.tsx';
import type { ExchangeSummary } from './exchange-summary.ts';
import { VerdictMark } from './verdict-mark.tsx';

/** In CSS pixels. A row has one line, or two where there is little room: beside an open exchange, and on a phone. */
const ROW_HEIGHT = 32;
const NARROW_ROW_HEIGHT = 54;

interface ExchangeListProps {
  /** Oldest first; the list shows them in reverse. */
  readonly exchanges: readonly ExchangeSummary[];
  /** The list shows the oldest of them, this many. */
  readonly shown: number;
  readonly activeId: string | undefined;
  readonly isNarrow: boolean;
  readonly showsSession: boolean;
  readonly linkTo: (id: string) => string;
  readonly onActivate: (id: string) => void;
  readonly onOpen: (id: string) => void;
  /** Whether the newest exchange is in view. */
  readonly onTop: (isAtTop: boolean) => void;
}

const COLUMNS = ['Time', 'Status', 'Method', 'Path', 'Operation', 'Verdict', 'Session', 'Latency', 'Size'];

export function ExchangeList(props: ExchangeListProps): VNode {
  const { exchanges, shown, activeId, isNarrow, showsSession, linkTo, onActivate, onOpen, onTop } = props;
  const rows = useVirtualRows<HTMLDivElement>({
    count: shown,
    rowHeight: isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT,
  });
  const exchangeAt = (index: number): ExchangeSummary | undefined => exchanges[shown - 1 - index];
  const activeIndex = useActiveIndex(exchanges, shown, activeId);
  const hidden = new Set([...(isNarrow ? ['Operation', 'Size'] : []), ...(showsSession ? [] : ['Session'])]);

  useEffect(() => onTop(rows.isAtTop), [rows.isAtTop]);
  useEffect(() => {
    if (activeIndex >= 0) rows.scrollToRow(activeIndex);
  }, [activeId, isNarrow]);

  const activate = (index: number): void => {
    const exchange = exchangeAt(Math.max(0, Math.min(shown - 1, index)));
    if (exchange !== undefined) onActivate(exchange.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: Math.max(0, activeIndex - 1),
      PageDown: activeIndex + rows.pageSize,
      PageUp: activeIndex - rows.pageSize,
      Home: 0,
      End: shown - 1,
    };
    const next = steps[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (next !== undefined) activate(next);
    else if (event.key === 'Enter' && activeId !== undefined) onOpen(activeId);
    else return;
    event.preventDefault();
  };

  return (
    <div
      class={`exchange-grid${isNarrow ? ' is-narrow' : ''}${showsSession ? ' shows-session' : ''}`}
      role="grid"
      aria-label="Exchanges, newest first"
      aria-rowcount={shown + 1}
      aria-colcount={COLUMNS.length}
      aria-readonly="true"
      tabIndex={0}
      aria-activedescendant={
        activeIndex >= rows.first && activeIndex < rows.last ? 'active-exchange' : undefined
      }
      onKeyDown={onKeyDown}
      onFocus={event => {
        // A click into the list marks the row under the pointer instead.
        if (activeIndex < 0 && event.currentTarget.matches(':focus-visible')) activate(rows.firstInView);
      }}
    >
      <div class="exchange-head" role="rowgroup">
        <div class="exchange-row" role="row" aria-rowindex={1}>
          {COLUMNS.map(
            (name, index) =>
              !hidden.has(name) && (
                <div
                  key={name}
                  role="columnheader"
                  aria-colindex={index + 1}
                  class={`cell-${name.toLowerCase()}`}
                >
                  {name}
                </div>
              ),
          )}
        </div>
      </div>
      {/* The keys of the grid scroll it. Without a tabindex browsers focus a box that scrolls. */}
      <div class="exchange-scroll" ref={rows.ref} onScroll={rows.onScroll} role="rowgroup" tabIndex={-1}>
        <RowsInView
          rows={rows}
          render={index => {
            const exchange = exchangeAt(index);
            return (
              <ExchangeRow
                key={exchange?.id ?? index}
                exchange={exchange}
                index={index}
                isActive={index === activeIndex}
                hidden={hidden}
                link={exchange === undefined ? '' : linkTo(exchange.id)}
                onOpen={onOpen}
              />
            );
          }}
        />
      </div>
    </div>
  );
}

/** The index of the exchange in the list, -1: not in the list. Exchanges move down as new ones arrive: look near the last place first. */
function useActiveIndex(
  exchanges: readonly ExchangeSummary[],
  shown: number,
  id: string | undefined,
): number {
  const last = useRef(0);
  if (id === undefined) return -1;
  if (exchanges[last.current]?.id !== id) last.current = exchanges.findLastIndex(each => each.id === id);
  return last.current < 0 || last.current >= shown ? -1 : shown - 1 - last.current;
}

interface ExchangeRowProps {
  readonly exchange: ExchangeSummary | undefined;
  readonly index: number;
  readonly isActive: boolean;
  readonly hidden: ReadonlySet<string>;
  readonly link: string;
  readonly onOpen: (id: string) => void;
}

function ExchangeRow({ exchange, index, isActive, hidden, link, onOpen }: ExchangeRowProps): VNode {
  if (exchange === undefined) return <div class="exchange-row" role="row" aria-rowindex={index + 2} />;
  const { id, startedAt, method, path, query, operation, session, milliseconds, responseBytes, sent } =
    exchange;
  const cells: readonly (readonly [name: string, content: VNode | string])[] = [
    ['Time', formatTime(startedAt)],
    ['Status', <StatusOf key="status" exchange={exchange} />],
    ['Method', <MethodBadge key="method" method={method} />],
    [
      'Path',
      <a key="path" href={link} tabIndex={-1} title={path}>
        <Visible text={`${sent?.origin ?? ''}${path}${query === '' ? '' : `?${query}`}`} />
      </a>,
    ],
    ['Operation', operation ?? 'none'],
    ['Verdict', <VerdictOf key="verdict" exchange={exchange} isNarrow={hidden.has('Operation')} />],
    ['Session', session],
    ['Latency', formatDuration(milliseconds)],
    ['Size', responseBytes === undefined ? '' : formatBytes(responseBytes)],
  ];
  return (
    <div
      class={`exchange-row${isActive ? ' is-active' : ''}`}
      role="row"
      id={isActive ? 'active-exchange' : undefined}
      aria-rowindex={index + 2}
      aria-selected={isActive}
      onClick={event => {
        // With a modifier the link opens another tab.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen(id);
      }}
    >
      {cells.map(
        ([name, content], column) =>
          !hidden.has(name) && (
            <div key={name} role="gridcell" aria-colindex={column + 1} class={`cell-${name.toLowerCase()}`}>
              {content}
            </div>
          ),
      )}
    </div>
  );
}

/** An off-contract status has its own colour and border; the column of the verdict has the word. */
function StatusOf({ exchange: { status, offContract } }: { readonly exchange: ExchangeSummary }): VNode {
  if (offContract === undefined) return <StatusBadge status={status} />;
  return (
    <span class="badge off-contract" title={offContract}>
      {status}
    </span>
  );
}

function VerdictOf({
  exchange,
  isNarrow,
}: {
  readonly exchange: ExchangeSummary;
  readonly isNarrow: boolean;
}) {
  const { verdict, findings, problem, offContract, sent } = exchange;
  const isOff = offContract !== undefined;
  return (
    <>
      <VerdictMark
        verdict={verdict}
        findings={findings}
        problem={problem}
        isShort={isNarrow || isOff || sent !== undefined}
      />
      {sent !== undefined && <SentBadge sent={sent} />}
      {isOff && <span class={isNarrow ? 'visually-hidden' : 'badge off-contract'}>off-contract</span>}
    </>
  );
}
