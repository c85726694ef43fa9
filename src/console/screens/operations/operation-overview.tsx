// All operations: search, filter, and two views of the same rows: what they answer, and which statuses were tried.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Failure, PageHeader } from '../../parts/page.tsx';
import { href, route, setQuery } from '../../router.ts';
import { apis } from '../../state.ts';
import { CoverageBar } from './coverage-bar.tsx';
import { CoverageGrid } from './coverage-grid.tsx';
import { OperationList } from './operation-list.tsx';
import {
  countCoverage,
  findRows,
  type OperationRow,
  operationsText,
  SHOWN,
  type Shown,
  toRows,
} from './operation-rows.ts';
import { useSessionOperations } from './use-session-operations.ts';

const VIEWS = { answers: 'Answers', coverage: 'Coverage' } as const;

const SHOWN_LABELS: Readonly<Record<Shown, string>> = {
  all: 'All operations',
  untried: 'With untried statuses',
  changed: 'Not as the document says',
};

const NO_CALLS = new Map<string, never>();

export function OperationOverview() {
  const { q: search = '', view, show } = route.value.query;
  const shown = SHOWN.find(each => each === show) ?? 'all';
  const { tried, error } = useSessionOperations();
  const rows = useMemo(() => toRows(apis.value ?? []), [apis.value]);
  const found = findRows(rows, search, shown, tried ?? NO_CALLS);
  return (
    <>
      <PageHeader title="Operations">
        {tried !== undefined && (
          <CoverageBar
            figures={countCoverage(rows, tried)}
            link={href('operations', { query: { ...route.value.query, view: 'coverage' } })}
          />
        )}
      </PageHeader>
      {error !== undefined && <Failure error={error} />}
      <div class="operations-tools">
        <SearchField search={search} />
        <select
          aria-label="Show"
          value={shown}
          onChange={({ currentTarget }) =>
            setQuery({ show: currentTarget.value === 'all' ? undefined : currentTarget.value })
          }
        >
          {SHOWN.map(each => (
            <option key={each} value={each}>
              {SHOWN_LABELS[each]}
            </option>
          ))}
        </select>
        <fieldset class="group button-group" aria-label="View">
          {Object.entries(VIEWS).map(([id, label]) => (
            <button
              key={id}
              type="button"
              class="button"
              aria-pressed={(view === 'coverage' ? 'coverage' : 'answers') === id}
              onClick={() => setQuery({ view: id === 'coverage' ? id : undefined })}
            >
              {label}
            </button>
          ))}
        </fieldset>
        <p class="muted operations-count" role="status">
          {found.length === rows.length
            ? operationsText(rows.length)
            : `${found.length} of ${operationsText(rows.length)}`}
        </p>
      </div>
      {apis.value !== undefined && found.length === 0 ? (
        <NothingFound rows={rows} shown={shown} />
      ) : view === 'coverage' ? (
        <CoverageGrid rows={found} tried={tried} />
      ) : (
        <OperationList rows={found} tried={tried ?? NO_CALLS} />
      )}
    </>
  );
}

/** While somebody types, rows are found after this time. */
const TYPING_MS = 120;

function SearchField({ search }: { readonly search: string }) {
  const [text, setText] = useState(search);
  const found = useRef(search);
  useEffect(() => {
    // A link, or "back", can change the search as well.
    if (search !== found.current) setText(search);
    found.current = search;
  }, [search]);
  useEffect(() => {
    if (text === found.current) return;
    const timer = setTimeout(() => {
      found.current = text;
      setQuery({ q: text });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <search class="search-field">
      <Icon name="search" />
      <input
        type="search"
        aria-label="Search operations"
        placeholder="Search by path, method, name or tag"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </search>
  );
}

function NothingFound({ rows, shown }: { readonly rows: readonly OperationRow[]; readonly shown: Shown }) {
  if (rows.length === 0)
    return (
      <Empty icon="operations" title="The documents declare no operations">
        <p>See the findings about them on the screen Start.</p>
      </Empty>
    );
  return (
    <Empty icon="search" title="No operation is found">
      <p>
        {shown === 'changed'
          ? 'Every operation answers as the document says.'
          : 'Search for a part of the path, the method, the name or a tag.'}
      </p>
      <button type="button" class="button" onClick={() => setQuery({ q: undefined, show: undefined })}>
        Show all operations
      </button>
    </Empty>
  );
}
