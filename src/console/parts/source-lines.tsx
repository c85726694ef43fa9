// The lines of a document around a place, read from the server, with the marked line.
import { useEffect, useRef, useState } from 'preact/hooks';
import { control, type Schema } from '../client.ts';
import { useResource } from '../resource.ts';
import { CopyButton } from './copy-button.tsx';
import { Failure } from './page.tsx';
import './source-lines.css';

export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

/** @param location "file:line" or "file:line:column" */
export function parseLocation(location: string): SourcePlace | undefined {
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(location) ?? [];
  if (file === undefined) return undefined;
  return { file, line: Number(line), column: column === undefined ? undefined : Number(column) };
}

/** Without the column, which matters to programs. */
export function shortLocation(location: string): string {
  const place = parseLocation(location);
  return place === undefined ? location : `${place.file}:${place.line}`;
}

interface SourceLinesProps {
  /** "file:line" or "file:line:column", as findings and operations have it. */
  readonly location: string;
  /** Lines before and after the marked one. */
  readonly margin?: number;
  /** True: the marked line is scrolled into view. */
  readonly follow?: boolean;
}

/** Lines that "Show more" adds. */
const STEP = 30;

export function SourceLines({ location, margin = 4, follow = false }: SourceLinesProps) {
  const place = parseLocation(location);
  const [more, setMore] = useState({ location, before: 0, after: 0 });
  const extra = more.location === location ? more : { location, before: 0, after: 0 };
  const { data, error, reload } = useResource(
    async () => {
      if (place === undefined) return undefined;
      const { file, line, column } = place;
      const from = Math.max(line - margin - extra.before, 1);
      return control('get', '/source', {
        query: { file, line, from, to: line + margin + extra.after, ...(column !== undefined && { column }) },
      });
    },
    [location, margin],
    ({ type }) => type === 'reloaded',
  );
  useEffect(() => {
    if (extra.before + extra.after > 0) reload();
  }, [extra.before, extra.after]);
  if (place === undefined) return <code>{location}</code>;
  if (data === undefined)
    return error === undefined ? (
      <p class="muted">Reading {place.file} ...</p>
    ) : (
      <Failure error={error} onRetry={reload} />
    );
  const last = data.from + data.lines.length - 1;
  return (
    <figure class="source">
      <figcaption class="source-header">
        <code>{shortLocation(location)}</code>
        <CopyButton text={shortLocation(location)} label={`Copy ${shortLocation(location)}`} />
      </figcaption>
      {data.from > 1 && (
        <button
          type="button"
          class="source-more"
          onClick={() => setMore({ ...extra, before: extra.before + STEP })}
        >
          Show lines before {data.from}
        </button>
      )}
      <Lines data={data} marked={place.line} follow={follow} />
      {last < data.total && (
        <button
          type="button"
          class="source-more"
          onClick={() => setMore({ ...extra, after: extra.after + STEP })}
        >
          Show lines after {last}
        </button>
      )}
    </figure>
  );
}

interface LinesProps {
  readonly data: Schema<'Source'>;
  readonly marked: number;
  readonly follow: boolean;
}

function Lines({ data, marked, follow }: LinesProps) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (follow) element.current?.scrollIntoView({ block: 'nearest' });
  }, [data.file, marked]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: not a landmark: a page may show the same lines twice
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and the keyboard must be able to scroll them
    <div class="source-text" role="group" tabIndex={0} aria-label={`Lines of ${data.file}`}>
      <ol>
        {data.lines.map((text, index) => {
          const number = data.from + index;
          const isMarked = number === marked;
          const cut = data.cut.find(({ line }) => line === number);
          return (
            <li
              key={number}
              ref={isMarked ? element : null}
              class="source-line"
              aria-current={isMarked ? 'location' : undefined}
            >
              <span class="source-number">{number}</span>
              <span>
                {cut !== undefined && cut.column > 1 && <span class="source-cut">... </span>}
                <SourceText text={text} />
                {cut !== undefined && (
                  <span class="source-cut"> ... ({cut.length.toLocaleString('en')} characters)</span>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** The key of a YAML or JSON member in another colour, and comments. */
function SourceText({ text }: { readonly text: string }) {
  if (/^\s*#/.test(text)) return <span class="source-comment">{text}</span>;
  const [, indent = '', key, rest] =
    /^(\s*(?:- )*)("[^"]*"|[^\s"'{}[\]#:][^:#]*)(:(?:\s.*)?)$/.exec(text) ?? [];
  if (key === undefined) return text;
  return (
    <>
      {indent}
      <span class="source-key">{key}</span>
      {rest}
    </>
  );
}
