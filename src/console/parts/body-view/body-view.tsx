// Shows a body of an exchange: formatted, foldable, searchable, with the remarks of the contract in place. All of it is text.
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import './body-view.css';
import { FieldTable } from '../field-table.tsx';
import { formatBytes } from '../format.ts';
import { type BodyNote, type BodyRows, plainRows } from './body-rows.ts';
import { BodyRowsView } from './body-rows-view.tsx';
import { BodyTools } from './body-tools.tsx';
import { jsonRows } from './json-rows.ts';
import { NoteButton } from './note-button.tsx';
import { type ReadBody, readBody, type StoredBody } from './read-body.ts';

/** Characters that fit before the width of the page is known. */
const DEFAULT_COLUMNS = 80;
/** In CSS pixels: a character of the code font, and what a row needs beside its text. */
const CHARACTER_WIDTH = 7.9;
const BESIDE_TEXT = 112;

const KIND_NAMES = { json: 'JSON', xml: 'XML', text: 'Text', bytes: 'Bytes', form: 'Form' };

interface BodyViewProps {
  /** "Request body" */
  readonly label: string;
  readonly body: StoredBody;
  readonly mediaType: string | undefined;
  readonly bytes: number | undefined;
  readonly fileName: string;
  readonly notes: readonly BodyNote[];
  readonly onNote: (pointer: string) => void;
}

export function BodyView(props: BodyViewProps): VNode {
  const { label, body, mediaType, notes, onNote } = props;
  const box = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(DEFAULT_COLUMNS);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [targetLine, setTargetLine] = useState<{ readonly line: number } | undefined>();
  const read = useMemo(() => readBody(body, mediaType), [body, mediaType]);
  const rows = useMemo(() => toRows(read, folded, columns, notes), [read, folded, columns, notes]);
  const target = useMemo(
    () => targetLine && rows && { row: rows.rowOfLine(targetLine.line) },
    [targetLine, rows],
  );

  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      setColumns(Math.max(24, Math.floor((entry.contentRect.width - BESIDE_TEXT) / CHARACTER_WIDTH)));
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    setFolded(new Set());
    setTargetLine(undefined);
  }, [read]);

  const toggle = (line: number): void => {
    const next = new Set(folded);
    if (!next.delete(line)) next.add(line);
    setFolded(next);
  };
  const showLine = (line: number): void => {
    setFolded(new Set());
    setTargetLine({ line });
  };

  return (
    <div class="body-view" ref={box}>
      {read.kind === 'empty' && <p class="body-empty">No body.</p>}
      {read.kind === 'missing' && <p class="body-empty">The body is not recorded: {read.reason}</p>}
      {read.kind !== 'empty' && read.kind !== 'missing' && (
        <BodyTools
          {...props}
          read={read}
          summary={[KIND_NAMES[read.kind], props.bytes === undefined ? '' : formatBytes(props.bytes)]}
          isFolded={folded.size > 0}
          onFoldAll={read.kind === 'json' ? () => setFolded(allFolds(read, folded)) : undefined}
          onShowLine={showLine}
        />
      )}
      {'remark' in read && <p class="body-remark">{read.remark}</p>}
      {read.kind !== 'json' &&
        notes.map(note => (
          <NoteButton key={note.text} text={note.text} onClick={() => onNote(note.pointer)} />
        ))}
      {read.kind === 'form' && <FieldTable label={label} rows={read.fields} />}
      {rows !== undefined && (
        <BodyRowsView label={label} rows={rows} target={target} onFold={toggle} onNote={onNote} />
      )}
    </div>
  );
}

function toRows(
  read: ReadBody,
  folded: ReadonlySet<number>,
  columns: number,
  notes: readonly BodyNote[],
): BodyRows | undefined {
  if (read.kind === 'json') return jsonRows(read.lines, { folded, columns, notes });
  // A row of a hex dump is not cut.
  if (read.kind === 'bytes') return plainRows(read.lines, 80);
  return 'lines' in read ? plainRows(read.lines, columns) : undefined;
}

/** Folds each object and array below the outermost, or unfolds them again. */
function allFolds(read: ReadBody, folded: ReadonlySet<number>): ReadonlySet<number> {
  if (read.kind !== 'json' || folded.size > 0) return new Set();
  const { close, depth } = read.lines;
  return new Set([...close.keys()].filter(line => (close[line] ?? 0) > 0 && (depth[line] ?? 0) > 0));
}
