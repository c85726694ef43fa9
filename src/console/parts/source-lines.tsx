// The lines of a document around a place, read from the server, with the marked line.
import { useEffect, useRef, useState } from 'preact/hooks';
import { control, type Schema } from '../client.ts';
import { useResource } from '../resource.ts';
import { CopyButton } from './copy-button.tsx';
import { Failure } from './page.tsx';
import { ScrollBox } from './scroll-box.tsx';
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

/** Without the column, unless the line is very long: JSON is often written in one line. */
export function shortLocation(location: string): string {
  const place = parseLocation(location);
  return place === undefined ? location : `${place.file}:${lineText(place)}`;
}

/** "12", or "1:48211" in a very long line. */
export function lineText({ line, column = 1 }: SourcePlace): string {
  return column <= LONG_LINE ? String(line) : `${line}:${column}`;
}

const LONG_LINE = 1000;

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
      <Lines data={data} place={place} follow={follow} />
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
  readonly place: SourcePlace;
  readonly follow: boolean;
}

function Lines({ data, place, follow }: LinesProps) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (follow) element.current?.scrollIntoView({ block: 'nearest' });
  }, [data.file, place.line]);
  return (
    <ScrollBox class="source-text" label={`Lines of ${data.file}`}>
      <ol>
        {data.lines.map((text, index) => {
          const number = data.from + index;
          const isMarked = number === place.line;
          const cut = data.cut.find(({ line }) => line === number);
          return (
            <li
              key={number}
              ref={isMarked ? element : null}
              class="source-line"
              aria-current={isMarked ? 'location' : undefined}
            >
              <span class="source-number">{number}</span>
              {cut === undefined ? (
                <span>
                  <SourceText text={text} />
                </span>
              ) : (
                <CutLine text={text} cut={cut} column={isMarked ? place.column : undefined} />
              )}
            </li>
          );
        })}
      </ol>
    </ScrollBox>
  );
}

interface CutLineProps {
  readonly text: string;
  readonly cut: Schema<'Source'>['cut'][number];
  /** The marked column. */
  readonly column: number | undefined;
}

/** A part of a very long line, in several lines, with the marked member. */
function CutLine({ text, cut, column }: CutLineProps) {
  const at = column === undefined ? -1 : column - cut.column;
  const [member = ''] = at < 0 ? [] : (/^(?:"[^"]*"|[^\s,:]+)/.exec(text.slice(at)) ?? []);
  return (
    <span class="source-wrapped">
      {cut.column > 1 && <span class="source-cut">... </span>}
      {text.slice(0, Math.max(at, 0))}
      {member !== '' && <mark>{member}</mark>}
      {text.slice(Math.max(at, 0) + member.length)}
      <span class="source-cut"> ... ({cut.length.toLocaleString('en')} characters)</span>
    </span>
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
