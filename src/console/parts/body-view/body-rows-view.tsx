// The rows of a body on the page: numbered, foldable, with remarks; only those in view are rendered.
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { RowsInView, useVirtualRows } from '../virtual-rows.tsx';
import { Visible } from '../visible.tsx';
import type { BodyRow, BodyRows } from './body-rows.ts';
import { NoteButton } from './note-button.tsx';

/** In CSS pixels: the smallest height of a target (WCAG 2.2, 2.5.8). */
const ROW_HEIGHT = 24;
const MAX_ROWS_IN_VIEW = 22;

interface BodyRowsViewProps {
  readonly label: string;
  readonly rows: BodyRows;
  /** The row to scroll to; a new object scrolls again. */
  readonly target?: { readonly row: number } | undefined;
  readonly onFold: (line: number) => void;
  readonly onNote: (pointer: string) => void;
}

export function BodyRowsView({ label, rows, target, onFold, onNote }: BodyRowsViewProps): VNode {
  const virtual = useVirtualRows<HTMLElement>({ count: rows.count, rowHeight: ROW_HEIGHT });
  useEffect(() => {
    if (target !== undefined) virtual.scrollToRow(Math.max(0, target.row - 2), 'start');
  }, [target]);
  const height = Math.min(rows.count, MAX_ROWS_IN_VIEW) * ROW_HEIGHT;
  return (
    <section
      ref={virtual.ref}
      class="body-rows"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
      tabIndex={0}
      style={{ height: `${height + 2}px` }}
      onScroll={virtual.onScroll}
    >
      <RowsInView
        rows={virtual}
        render={index => (
          <Row
            key={index}
            row={rows.rowAt(index)}
            isTarget={target?.row === index}
            onFold={onFold}
            onNote={onNote}
          />
        )}
      />
    </section>
  );
}

interface RowProps {
  readonly row: BodyRow;
  readonly isTarget: boolean;
  readonly onFold: (line: number) => void;
  readonly onNote: (pointer: string) => void;
}

function Row({ row, isTarget, onFold, onNote }: RowProps): VNode {
  const { indent, tokens, line, fold, note, isMarked } = row;
  if (note !== undefined)
    return (
      <div class="body-row body-row-note" style={{ '--indent': indent }}>
        <span class="body-line" />
        <NoteButton text={note.text} onClick={() => onNote(note.pointer)} />
      </div>
    );
  return (
    <div
      class={`body-row${isMarked ? ' body-row-marked' : ''}${isTarget ? ' body-row-target' : ''}`}
      style={{ '--indent': indent }}
    >
      <span class="body-line" aria-hidden="true">
        {line}
      </span>
      {fold === undefined ? (
        <span class="body-fold" />
      ) : (
        <button
          type="button"
          class="body-fold"
          aria-expanded={!fold.isFolded}
          aria-label={`Line ${line}: ${fold.isFolded ? 'unfold' : 'fold'}`}
          onClick={() => onFold(fold.line)}
        >
          {fold.isFolded ? '▸' : '▾'}
        </button>
      )}
      <code class="body-text">
        {tokens.map(({ kind, text }, index) => (
          <span key={index} class={`token-${kind}`}>
            <Visible text={text} />
          </span>
        ))}
      </code>
    </div>
  );
}
