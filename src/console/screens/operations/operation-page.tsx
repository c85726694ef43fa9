// One operation: what it answers and why, what was tried of it, and a request to try.
import { useMemo } from 'preact/hooks';
import { MethodBadge } from '../../parts/badges.tsx';
import { Icon } from '../../parts/icon.tsx';
import { LocationLink } from '../../parts/location-link.tsx';
import { Empty, Failure, PageHeader } from '../../parts/page.tsx';
import { PathText } from '../../parts/path-text.tsx';
import { currentSession, href } from '../../router.ts';
import { apis } from '../../state.ts';
import { AnswerButtons } from './answer-buttons.tsx';
import { CoverageBar } from './coverage-bar.tsx';
import { InForce } from './in-force.tsx';
import { countCoverage, type SessionOperation, toRows } from './operation-rows.ts';
import { switchedAnswer } from './switch-answer.ts';
import { TryIt } from './try-it.tsx';
import { useSessionOperations } from './use-session-operations.ts';

interface OperationPageProps {
  readonly api: string;
  readonly id: string;
}

export function OperationPage({ api, id }: OperationPageProps) {
  const session = currentSession.value;
  const { tried, error } = useSessionOperations();
  const rows = useMemo(() => toRows(apis.value ?? []), [apis.value]);
  const row = rows.find(each => each.api === api && each.operation.id === id);
  if (apis.value === undefined) return <PageHeader title="Operations" />;
  if (row === undefined) return <UnknownOperation api={api} id={id} />;
  const { operation, target } = row;
  const calls = tried?.get(target);
  return (
    <>
      <nav aria-label="Path" class="breadcrumb">
        <a href={href('operations')}>Operations</a>
        <Icon name="chevron" />
        <a href={href('operations', { query: { q: api } })}>{api}</a>
        <Icon name="chevron" />
        <span aria-current="page">{id}</span>
      </nav>
      <PageHeader title={id}>
        <OperationLinks api={api} id={id} />
      </PageHeader>
      {error !== undefined && <Failure error={error} />}
      <div class="stack">
        <div class="operation-title">
          <MethodBadge method={operation.method} /> <PathText path={operation.path} />
          {operation.deprecated && <span class="badge">deprecated</span>}
          <LocationLink location={operation.location} />
        </div>
        {operation.summary !== undefined && <p>{operation.summary}</p>}
        {operation.unusable !== undefined ? (
          <div class="notice notice-error">
            <Icon name="warning" />
            <p>This operation is not served: {operation.unusable}</p>
          </div>
        ) : (
          <>
            <section class="card" aria-labelledby="answer-title">
              <h2 id="answer-title">Answer in session "{session}"</h2>
              <div class="stack stack-small">
                <AnswerButtons row={row} switched={switchedAnswer(target)} />
                {calls !== undefined && <InForce response={calls.inForce} />}
                {calls !== undefined && tried !== undefined && (
                  <div class="operation-tried">
                    <CoverageBar figures={countCoverage([row], tried)} />
                    <TriedStatuses calls={calls} />
                  </div>
                )}
              </div>
            </section>
            <TryIt key={`${session} ${target}`} row={row} session={session} />
          </>
        )}
      </div>
    </>
  );
}

function TriedStatuses({ calls: { calls, statuses, otherStatuses } }: { readonly calls: SessionOperation }) {
  return (
    <p class="row">
      <span class="muted">{calls === 1 ? '1 call' : `${calls} calls`}</span>
      {Object.entries(statuses).map(([status, count]) => (
        <span key={status} class={`badge ${count === 0 ? 'badge-untried' : `status-${status[0]}`}`}>
          {status} {count === 0 ? 'not tried' : `× ${count}`}
        </span>
      ))}
      {Object.entries(otherStatuses).map(([status, count]) => (
        <span key={status} class="badge off-contract">
          {status} × {count} off-contract
        </span>
      ))}
    </p>
  );
}

/** To the other screens about this operation. */
function OperationLinks({ api, id }: OperationPageProps) {
  return (
    <>
      <a class="button" href={href('contract', { segments: [api, id] })}>
        Contract
      </a>
      <a class="button" href={href('traffic', { query: { api, operation: id } })}>
        Traffic
      </a>
    </>
  );
}

function UnknownOperation({ api, id }: OperationPageProps) {
  return (
    <>
      <PageHeader title="Operations" />
      <Empty icon="search" title={`No API "${api}" has an operation "${id}"`}>
        <a class="button" href={href('operations')}>
          All operations
        </a>
      </Empty>
    </>
  );
}
