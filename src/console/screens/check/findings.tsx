// The findings of a report: filtered by text, operation and kind; each opens to the exchange in which it was seen first.
import { useMemo, useState } from 'preact/hooks';
import { Empty } from '../../parts/page.tsx';
import type { IssueView, ReportView } from './check-state.ts';
import { Finding } from './finding.tsx';

export function Findings({ view }: { readonly view: ReportView }) {
  const { findings, kinds, operationNames, omitted, unlisted, verdict } = view;
  const [text, setText] = useState('');
  const [operation, setOperation] = useState('');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const texts = useMemo(() => new Map(findings.map(each => [each, searchText(each)])), [findings]);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = findings.filter(
    each =>
      !hidden.has(each.kind) &&
      (operation === '' || each.operationIds.includes(operation)) &&
      words.every(word => texts.get(each)?.includes(word)),
  );
  const toggle = (kind: string): void => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  return (
    <section class="stack" aria-labelledby="check-findings">
      <div class="row">
        <h2 id="check-findings">Findings</h2>
        {findings.length > 0 && (
          <span class="muted" role="status">
            {shown.length === findings.length
              ? `${findings.length} listed`
              : `${shown.length} of ${findings.length} listed`}
          </span>
        )}
      </div>
      {findings.length === 0 ? (
        <div class="card">
          <Empty
            icon={verdict === 'passed' ? 'check' : 'info'}
            title={
              verdict === 'passed'
                ? 'No findings: the recorded traffic matches the documents.'
                : 'No findings in the exchanges that could be checked.'
            }
          />
        </div>
      ) : (
        <>
          <search class="row check-filter">
            <input
              type="search"
              aria-label="Filter the findings by text, field or code"
              placeholder="Filter by text, field or code"
              spellcheck={false}
              value={text}
              onInput={event => setText(event.currentTarget.value)}
            />
            <select
              aria-label="Operation"
              value={operation}
              onChange={event => setOperation(event.currentTarget.value)}
            >
              <option value="">All operations</option>
              {operationNames.map(name => (
                <option key={name}>{name}</option>
              ))}
            </select>
            {kinds.map(({ key, title, count }) => (
              <button
                key={key}
                type="button"
                class="button"
                aria-pressed={!hidden.has(key)}
                onClick={() => toggle(key)}
              >
                {title} {count}
              </button>
            ))}
          </search>
          <div class="card check-finding-list">
            {shown.map(each => (
              <Finding key={each.id} issue={each} />
            ))}
            {shown.length === 0 && <Empty icon="search" title="No finding matches the filter." />}
          </div>
        </>
      )}
      {omitted > 0 && <p class="muted">And {omitted} more: the JSON report has the complete list.</p>}
      {unlisted !== '0' && <p class="muted">Not listed: {unlisted} occurrences of other findings.</p>}
    </section>
  );
}

function searchText({ message, code, operation, location, at, expected, actual, id }: IssueView): string {
  return [message, code, operation, location, at, expected, actual, id].join(' ').toLowerCase();
}
