// The line above a body: what it is, find, fold, copy, save.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { saveBlob } from '../../client.ts';
import { CopyButton } from '../copy-button.tsx';
import { Icon } from '../icon.tsx';
import { findInJson, findInLines } from './find-lines.ts';
import { bytesOf, type ReadBody, type StoredBody } from './read-body.ts';

/** Shorter bodies need no search. */
const MIN_LINES_TO_FIND = 20;

interface BodyToolsProps {
  readonly label: string;
  readonly body: StoredBody;
  readonly mediaType: string | undefined;
  readonly fileName: string;
  readonly read: ReadBody;
  readonly summary: readonly string[];
  readonly isFolded: boolean;
  readonly onFoldAll: (() => void) | undefined;
  readonly onShowLine: (line: number) => void;
}

export function BodyTools(props: BodyToolsProps): VNode {
  const { label, body, mediaType, fileName, read, summary, isFolded, onFoldAll, onShowLine } = props;
  const lines = read.kind === 'json' ? read.lines.depth.length : 'lines' in read ? read.lines.length : 0;
  return (
    <div class="body-tools">
      <span class="body-summary">
        {summary.filter(text => text !== '').join(' · ')}
        {lines > MIN_LINES_TO_FIND && ` · ${lines.toLocaleString('en')} lines`}
      </span>
      {lines > MIN_LINES_TO_FIND && <Find key={fileName} label={label} read={read} onShowLine={onShowLine} />}
      {onFoldAll !== undefined && lines > MIN_LINES_TO_FIND && (
        <button type="button" class="quiet" onClick={onFoldAll}>
          {isFolded ? 'Unfold all' : 'Fold all'}
        </button>
      )}
      {body.text !== undefined && <CopyButton text={body.text} label={`Copy the ${label.toLowerCase()}`} />}
      <button
        type="button"
        class="icon-button"
        aria-label={`Save the ${label.toLowerCase()}`}
        title="Save"
        onClick={() => saveBlob(new Blob([bytesOf(body)], { type: mediaType ?? '' }), fileName)}
      >
        <Icon name="download" />
      </button>
    </div>
  );
}

interface FindProps {
  readonly label: string;
  readonly read: ReadBody;
  readonly onShowLine: (line: number) => void;
}

function Find({ label, read, onShowLine }: FindProps): VNode {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => {
    if (query === '') return [];
    return read.kind === 'json'
      ? findInJson(read.lines, query)
      : 'lines' in read
        ? findInLines(read.lines, query)
        : [];
  }, [read, query]);
  const show = (next: number): void => {
    if (found.length === 0) return;
    const index = (next + found.length) % found.length;
    setAt(index + 1);
    onShowLine(found[index] ?? 0);
  };
  return (
    <search class="body-find">
      <input
        type="search"
        placeholder="Find"
        aria-label={`Find in the ${label.toLowerCase()}`}
        value={query}
        onInput={event => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter') show(event.shiftKey ? at - 2 : at);
        }}
      />
      {query !== '' && (
        <output>
          {found.length === 0 ? 'none' : `${at === 0 ? '' : `${at} of `}${found.length.toLocaleString('en')}`}
        </output>
      )}
    </search>
  );
}
