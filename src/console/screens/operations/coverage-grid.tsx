// A grid of operations and declared statuses: what the session tried. A cell sends a request that gets its status.
import { useMemo, useState } from 'preact/hooks';
import { MethodBadge } from '../../parts/badges.tsx';
import { LazyRows, SCROLLER } from '../../parts/lazy-rows.tsx';
import { PathText } from '../../parts/path-text.tsx';
import { href } from '../../router.ts';
import { MakeItHappen } from './make-it-happen.tsx';
import {
  columnsOf,
  type OperationRow,
  type SessionOperation,
  type SessionOperations,
  untriedFirst,
} from './operation-rows.ts';

interface CoverageGridProps {
  readonly rows: readonly OperationRow[];
  readonly tried: SessionOperations | undefined;
}

interface Cell {
  readonly row: OperationRow;
  readonly status: string;
}

/** In pixels. */
const ROW_HEIGHT = 39;
const OPERATION_WIDTH = 240;
const STATUS_WIDTH = 50;

export function CoverageGrid({ rows, tried }: CoverageGridProps) {
  const [happening, setHappening] = useState<Cell | undefined>(undefined);
  const isKnown = tried !== undefined;
  const targets = rows.map(({ target }) => target).join('\n');
  // The order is that of the moment when the rows were found: a row does not move away under the pointer.
  const sorted = useMemo(() => (isKnown ? untriedFirst(rows, tried) : []), [targets, isKnown]);
  const columns = useMemo(() => columnsOf(rows), [targets]);
  const hasOthers = [...(tried?.values() ?? [])].some(
    ({ otherStatuses }) => Object.keys(otherStatuses).length > 0,
  );
  return (
    <>
      <p class="muted grid-legend">
        <span class="grid-key">
          <span class="cell cell-untried" aria-hidden="true" /> declared and not tried
        </span>
        <span class="grid-key">
          <span class="cell cell-tried status-2" aria-hidden="true">
            2
          </span>{' '}
          number of answers
        </span>
        <span>Press a cell to make it happen.</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class={`table-frame grid-frame ${SCROLLER}`} aria-label="Statuses by operation" tabIndex={0}>
        <table
          class="table coverage-grid"
          style={{ minWidth: `${OPERATION_WIDTH + columns.length * STATUS_WIDTH}px` }}
        >
          <colgroup>
            <col class="grid-operation" />
            {columns.map(status => (
              <col key={status} style={{ width: `${STATUS_WIDTH}px` }} />
            ))}
            {hasOthers && <col class="grid-others" />}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Operation</th>
              {columns.map(status => (
                <th key={status} scope="col" class="grid-status">
                  {status}
                </th>
              ))}
              {hasOthers && <th scope="col">Off-contract</th>}
            </tr>
          </thead>
          <tbody>
            <LazyRows items={sorted} rowHeight={ROW_HEIGHT} element="tr">
              {row => (
                <KeptGridRow
                  key={row.target}
                  row={row}
                  calls={tried?.get(row.target)}
                  columns={columns}
                  hasOthers={hasOthers}
                  onPress={setHappening}
                />
              )}
            </LazyRows>
          </tbody>
        </table>
      </section>
      {happening !== undefined && (
        <MakeItHappen
          key={`${happening.row.target} ${happening.status}`}
          row={happening.row}
          status={happening.status}
          onClose={() => setHappening(undefined)}
        />
      )}
    </>
  );
}

interface GridRowProps {
  readonly row: OperationRow;
  readonly calls: SessionOperation | undefined;
  readonly columns: readonly string[];
  readonly hasOthers: boolean;
  readonly onPress: (cell: Cell) => void;
}

function KeptGridRow({ row, calls, columns, hasOthers, onPress }: GridRowProps) {
  return useMemo(
    () => <GridRow row={row} calls={calls} columns={columns} hasOthers={hasOthers} onPress={onPress} />,
    [row, calls, columns, hasOthers],
  );
}

function GridRow({ row, calls, columns, hasOthers, onPress }: GridRowProps) {
  const { api, operation } = row;
  const others = Object.entries(calls?.otherStatuses ?? {});
  return (
    <tr>
      <th scope="row">
        <a href={href('operations', { segments: [api, operation.id] })} title={operation.id}>
          <MethodBadge method={operation.method} /> <PathText path={operation.path} />
        </a>
      </th>
      {splitColumns(columns, operation.statuses).map(({ status, undeclared }) =>
        status === undefined ? (
          <td key={undeclared[0]} colSpan={undeclared.length} />
        ) : (
          <td key={status} class="grid-status">
            <GridCell
              id={operation.id}
              status={status}
              count={calls?.statuses[status] ?? 0}
              onPress={() => onPress({ row, status })}
            />
          </td>
        ),
      )}
      {hasOthers && (
        <td>
          {others.map(([status, count]) => (
            <span key={status} class="badge off-contract">
              {status} × {count}
            </span>
          ))}
        </td>
      )}
    </tr>
  );
}

interface GridSpan {
  /** Undefined: columns that the operation does not declare. */
  readonly status: string | undefined;
  readonly undeclared: readonly string[];
}

/** Neighbouring columns without a status are one cell: a grid of 1,200 rows is drawn in half the time. */
function splitColumns(columns: readonly string[], declared: readonly string[]): GridSpan[] {
  const spans: GridSpan[] = [];
  let undeclared: string[] = [];
  for (const status of columns) {
    if (!declared.includes(status)) {
      undeclared.push(status);
      continue;
    }
    if (undeclared.length > 0) spans.push({ status: undefined, undeclared });
    undeclared = [];
    spans.push({ status, undeclared: [] });
  }
  return undeclared.length > 0 ? [...spans, { status: undefined, undeclared }] : spans;
}

interface GridCellProps {
  readonly id: string;
  readonly status: string;
  readonly count: number;
  readonly onPress: () => void;
}

function GridCell({ id, status, count, onPress }: GridCellProps) {
  const said = count === 0 ? 'not tried' : count === 1 ? '1 answer' : `${count} answers`;
  return (
    <button
      type="button"
      class={count === 0 ? 'cell cell-untried' : `cell cell-tried status-${status[0]}`}
      aria-label={`${status} of ${id}: ${said}`}
      title={count === 0 ? `Make ${status} happen` : `Make ${status} happen again`}
      onClick={onPress}
    >
      {count > 0 && count}
    </button>
  );
}
