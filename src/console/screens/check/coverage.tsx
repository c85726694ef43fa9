// What the recording covers of the documents: levels, and a grid of operations and statuses.
import type { ReportView } from './check-state.ts';

export function Coverage({ view }: { readonly view: ReportView }) {
  return (
    <section class="card stack" aria-labelledby="check-coverage">
      <div>
        <h2 id="check-coverage">Coverage</h2>
        <p class="muted">Share of declared items: seen in traffic, and seen in exchanges that passed.</p>
      </div>
      <Levels view={view} />
      {view.operations.length > 0 && <StatusGrid view={view} />}
    </section>
  );
}

function Levels({ view }: { readonly view: ReportView }) {
  return (
    <ul class="plain-list check-coverage-levels">
      {view.levels.map(({ label, declared, seen, seenPercent, passed, passedPercent, unseen, more }) => (
        <li key={label}>
          <div class="check-coverage-name">
            <strong>{label}</strong>
            <span>
              {seen} of {declared} seen <span class="muted">({seenPercent}%)</span>, {passed} passed{' '}
              <span class="muted">({passedPercent}%)</span>
            </span>
          </div>
          <div class="check-coverage-bar" aria-hidden="true">
            <span class="check-coverage-seen" style={{ width: `${seenPercent}%` }} />
            <span class="check-coverage-passed" style={{ width: `${passedPercent}%` }} />
          </div>
          {unseen.length > 0 && (
            <details>
              <summary class="muted check-coverage-unseen">{unseen.length + more} never seen</summary>
              <ul class="check-unseen-list">
                {unseen.map(name => (
                  <li key={name}>
                    <code>{name}</code>
                  </li>
                ))}
                {more > 0 && <li>and {more} more</li>}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

type Cell = ReportView['operations'][number]['cells'][number];

function StatusGrid({ view }: { readonly view: ReportView }) {
  const { operations, moreOperations, severalApis } = view;
  return (
    <div>
      <h3 id="check-grid">Operations by status</h3>
      <p class="row muted">
        <span class="badge check-cell-unseen">200</span> declared, never seen; “correctly rejected”: the
        request was invalid
      </p>
      <ul class="plain-list check-status-grid" aria-labelledby="check-grid">
        {operations.map(({ api, id, method, path, calls, passed, rejected, state, cells }) => (
          <li key={`${api} ${id}`}>
            <span class="check-grid-operation">
              <span class={`method method-${method.toLowerCase()}`}>{method}</span> {path}
              {severalApis && <span class="muted"> {api}</span>}
            </span>
            <span class="check-grid-calls muted">
              {state === 'unseen'
                ? 'never seen'
                : `${calls} ${calls === '1' ? 'call' : 'calls'}, ${passed} passed${rejected === '0' ? '' : `, ${rejected} correctly rejected`}`}
            </span>
            <span class="row check-grid-cells">
              {cells.map(cell => cell.state !== 'none' && <StatusCell key={cell.status} cell={cell} />)}
            </span>
          </li>
        ))}
      </ul>
      {moreOperations > 0 && <p class="muted">And {moreOperations} more.</p>}
    </div>
  );
}

const CELL_TONES = {
  passed: 'tone-green',
  rejected: 'tone-blue',
  partial: 'tone-amber',
  'not-passed': 'tone-red',
  unseen: 'check-cell-unseen',
  none: '',
} as const;

function StatusCell({ cell: { status, state, times, passed, rejected } }: { readonly cell: Cell }) {
  const texts = {
    passed: `✓ ${times}`,
    rejected: `${passed === '0' ? '' : `✓ ${passed}, `}${rejected} correctly rejected`,
    partial: `${passed} of ${times} passed`,
    'not-passed': `✗ ${times}, none passed`,
    unseen: '',
    none: '',
  };
  return (
    <span class={`badge ${CELL_TONES[state]}`}>
      <strong>{status}</strong> {texts[state]}
      {state === 'unseen' && <span class="visually-hidden">never seen</span>}
    </span>
  );
}
