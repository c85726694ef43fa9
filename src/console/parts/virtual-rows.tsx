// Renders only the rows in view of a list of any length. Own code: all rows have one height, so a position is one product,
// and a list may be higher than a browser can lay out, which the libraries leave to their callers.
import type { RefObject, VNode } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** In CSS pixels. Browsers lay out boxes up to about 17 million pixels (Firefox); a higher list scrolls in larger steps. */
const MAX_HEIGHT = 8_000_000;
/** Rows rendered above and below those in view. */
const OVERSCAN = 8;

interface VirtualRowsOptions {
  readonly count: number;
  readonly rowHeight: number;
}

export interface VirtualRows<Box extends HTMLElement = HTMLElement> {
  /** Goes to the element that scrolls. */
  readonly ref: RefObject<Box | null>;
  readonly onScroll: () => void;
  /** The rows to render: first and, exclusive, last. */
  readonly first: number;
  readonly last: number;
  /** The first row that is not above the view. */
  readonly firstInView: number;
  /** Number of rows in view. */
  readonly pageSize: number;
  /** Height of all rows; goes to the element that contains the rows. */
  readonly height: number;
  /** Where the first row to render begins. */
  readonly offset: number;
  readonly isAtTop: boolean;
  readonly scrollToRow: (index: number, align?: 'nearest' | 'start') => void;
}

export function useVirtualRows<Box extends HTMLElement>({
  count,
  rowHeight,
}: VirtualRowsOptions): VirtualRows<Box> {
  const ref = useRef<Box>(null);
  const [{ scrollTop, viewport }, setView] = useState({ scrollTop: 0, viewport: 800 });
  const total = count * rowHeight;
  const height = Math.min(total, MAX_HEIGHT);
  /** How far the list moves for each pixel that its box scrolls. */
  const ratio = height < total ? (total - viewport) / (height - viewport) : 1;

  const measure = useCallback(() => {
    const box = ref.current;
    if (box === null) return;
    const next = { scrollTop: box.scrollTop, viewport: box.clientHeight };
    setView(last => (last.scrollTop === next.scrollTop && last.viewport === next.viewport ? last : next));
  }, []);
  useLayoutEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    if (ref.current !== null) observer.observe(ref.current);
    return () => observer.disconnect();
  }, [measure]);

  const top = Math.max(0, Math.min(scrollTop * ratio, total - viewport));
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const last = Math.min(count, Math.ceil((top + viewport) / rowHeight) + OVERSCAN);

  const scrollToRow = (index: number, align: 'nearest' | 'start' = 'nearest'): void => {
    const box = ref.current;
    if (box === null) return;
    const from = box.scrollTop * ratio;
    const start = index * rowHeight;
    const end = start + rowHeight - box.clientHeight;
    const target = align === 'start' ? start : Math.max(end, Math.min(start, from));
    if (target !== from) box.scrollTop = target / ratio;
    measure();
  };

  return {
    ref,
    onScroll: measure,
    first,
    last,
    firstInView: Math.min(count - 1, Math.ceil(top / rowHeight)),
    pageSize: Math.max(1, Math.floor(viewport / rowHeight)),
    height,
    // With a ratio of 1 this is first * rowHeight.
    offset: scrollTop + first * rowHeight - top,
    isAtTop: scrollTop <= 0,
    scrollToRow,
  };
}

interface RowsInViewProps {
  readonly rows: VirtualRows;
  readonly class?: string;
  readonly role?: 'rowgroup' | 'presentation';
  readonly render: (index: number) => VNode;
}

/** The rows in view, where they belong in the list. The keys of the rows are their indexes. */
export function RowsInView({
  rows,
  render,
  role = 'presentation',
  class: name = '',
}: RowsInViewProps): VNode {
  const rendered: VNode[] = [];
  for (let index = rows.first; index < rows.last; index++) rendered.push(render(index));
  return (
    <div class={`virtual-space ${name}`} role={role} style={{ height: `${rows.height}px` }}>
      <div class="virtual-rows" role="presentation" style={{ transform: `translateY(${rows.offset}px)` }}>
        {rendered}
      </div>
    </div>
  );
}
