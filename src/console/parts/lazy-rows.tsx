// Rows of a long list or table, drawn when they come near the view: the height of the others is estimated.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface LazyRowsProps<T> {
  readonly items: readonly T[];
  /** What a row is about, in pixels. */
  readonly rowHeight: number;
  /** "li" in a list, "tr" in a table. */
  readonly element: 'li' | 'tr';
  readonly children: (item: T) => ComponentChildren;
}

const CHUNK_LENGTH = 20;
/** Chunks that are drawn at once. */
const FIRST_CHUNKS = 1;
const MARGIN = '1000px';
/** The class of an element that scrolls its rows by itself. */
export const SCROLLER = 'scroller';

export function LazyRows<T>({ items, rowHeight, element, children }: LazyRowsProps<T>) {
  const chunks = Array.from({ length: Math.ceil(items.length / CHUNK_LENGTH) }, (_, index) =>
    items.slice(index * CHUNK_LENGTH, (index + 1) * CHUNK_LENGTH),
  );
  return (
    <>
      {chunks.map((chunk, index) => (
        <Chunk
          // A chunk is a place in the list: what is drawn there once stays drawn.
          key={index}
          isFirst={index < FIRST_CHUNKS}
          height={chunk.length * rowHeight}
          element={element}
        >
          {() => chunk.map(children)}
        </Chunk>
      ))}
    </>
  );
}

interface ChunkProps {
  readonly isFirst: boolean;
  readonly height: number;
  readonly element: 'li' | 'tr';
  readonly children: () => ComponentChildren;
}

function Chunk({ isFirst, height, element, children }: ChunkProps) {
  const [isDrawn, setDrawn] = useState(isFirst);
  const place = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setDrawn(true);
      },
      // Within an element that scrolls, a margin counts only if that element is the root.
      { root: current.closest(`.${SCROLLER}`), rootMargin: MARGIN },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [isDrawn]);
  if (isDrawn) return <>{children()}</>;
  const Tag = element;
  return (
    <Tag
      class="lazy-rows"
      aria-hidden="true"
      style={{ height: `${height}px` }}
      ref={(node: HTMLElement | null) => {
        place.current = node;
      }}
    />
  );
}
