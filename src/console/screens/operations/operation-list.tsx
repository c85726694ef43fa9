// The list of operations by API: one row an operation, with its answers, what is in force and why, and its calls.
import { useMemo, useState } from 'preact/hooks';
import { MethodBadge } from '../../parts/badges.tsx';
import { Icon } from '../../parts/icon.tsx';
import { LazyRows } from '../../parts/lazy-rows.tsx';
import { PathText } from '../../parts/path-text.tsx';
import { currentSession, href } from '../../router.ts';
import { AnswerButtons } from './answer-buttons.tsx';
import { InForce } from './in-force.tsx';
import {
  countCoverage,
  type OperationRow,
  operationsText,
  type SessionOperation,
  type SessionOperations,
} from './operation-rows.ts';
import { type Answer, switchedAnswer } from './switch-answer.ts';

interface OperationListProps {
  readonly rows: readonly OperationRow[];
  readonly tried: SessionOperations;
}

const ROW_HEIGHT = 92;

export function OperationList({ rows, tried }: OperationListProps) {
  const groups = Map.groupBy(rows, ({ api }) => api);
  return (
    <div class="stack">
      <p class="muted grid-legend">
        <span class="grid-key">
          <Icon name="untried" /> not tried in session {currentSession.value}
        </span>
        <span>Press a status to force it.</span>
      </p>
      {[...groups].map(([api, ofApi]) => (
        <ApiGroup key={api} api={api} rows={ofApi} tried={tried} />
      ))}
    </div>
  );
}

/** The APIs that are collapsed, also when the screen is opened again. */
const collapsed = new Set<string>();

function ApiGroup({ api, rows, tried }: OperationListProps & { readonly api: string }) {
  const [isOpen, setOpen] = useState(!collapsed.has(api));
  const { tried: count, declared } = countCoverage(rows, tried);
  const toggle = (): void => {
    if (isOpen) collapsed.add(api);
    else collapsed.delete(api);
    setOpen(!isOpen);
  };
  return (
    <section class="api-group" aria-label={api}>
      <h2>
        <button type="button" class="api-toggle" aria-expanded={isOpen} onClick={toggle}>
          <Icon name={isOpen ? 'down' : 'chevron'} />
          <span>{api}</span>
          <span class="muted">
            {operationsText(rows.length)}, {count} of {declared} statuses tried
          </span>
        </button>
      </h2>
      {isOpen && (
        <ul class="plain-list operation-list" aria-label={`Operations of ${api}`}>
          <LazyRows items={rows} rowHeight={ROW_HEIGHT} element="li">
            {row => <KeptRow key={row.target} row={row} calls={tried.get(row.target)} />}
          </LazyRows>
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  readonly row: OperationRow;
  readonly calls: SessionOperation | undefined;
}

/** Draws a row again only if it changed: events arrive many times a second. */
function KeptRow({ row, calls }: RowProps) {
  const { status, example } = switchedAnswer(row.target) ?? {};
  return useMemo(
    () => (
      <OperationItem
        row={row}
        calls={calls}
        switched={status === undefined ? undefined : { status, example }}
      />
    ),
    [row, calls, status, example],
  );
}

function OperationItem({ row, calls, switched }: RowProps & { readonly switched: Answer | undefined }) {
  const { api, operation } = row;
  const { id, method, path, summary, deprecated, unusable } = operation;
  const page = href('operations', { segments: [api, id] });
  return (
    <li class="operation-row">
      <div class="operation-name">
        <a href={page} class="operation-link">
          <MethodBadge method={method} /> <PathText path={path} />
        </a>
        <p class="muted">
          {id}
          {summary !== undefined && ` · ${summary}`}
          {deprecated && <span class="badge">deprecated</span>}
        </p>
      </div>
      <div class="operation-answer">
        {unusable === undefined ? (
          <AnswerButtons row={row} switched={switched} counts={calls?.statuses} />
        ) : (
          <p class="field-error">Not served: {unusable}</p>
        )}
        {calls !== undefined && unusable === undefined && <InForce response={calls.inForce} />}
      </div>
      <div class="operation-side">
        <span class="muted">{callsText(calls)}</span>
        <a class="button" href={page} aria-label={`Try it: ${id}`}>
          Try it
        </a>
      </div>
    </li>
  );
}

function callsText(calls: SessionOperation | undefined): string {
  if (calls === undefined) return '';
  return calls.calls === 1 ? '1 call' : `${calls.calls} calls`;
}
