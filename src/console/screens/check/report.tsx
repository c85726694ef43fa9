// The report on a recording: verdict, exchanges, findings, coverage, input. Its texts are those of the command.
import { useEffect, useRef } from 'preact/hooks';
import { saveBlob } from '../../client.ts';
import { formatBytes } from '../../parts/format.ts';
import { Icon } from '../../parts/icon.tsx';
import { href } from '../../router.ts';
import { type CheckedReports, choices, type ReportView, startCheck } from './check-state.ts';
import { Coverage } from './coverage.tsx';
import { Findings } from './findings.tsx';

interface CheckReportProps {
  readonly file: File;
  /** Whose journal was checked; undefined: it is a recording. */
  readonly session: string | undefined;
  readonly reports: CheckedReports;
}

const VERDICT_ICONS = { passed: 'check', failed: 'close', incomplete: 'warning' } as const;
const VERDICT_TONES = { passed: 'tone-green', failed: 'tone-red', incomplete: 'tone-amber' } as const;

export function CheckReport({ file, session, reports }: CheckReportProps) {
  const { view, notes } = reports;
  const { verdict, headline, sentence, nextOnPage, suggestedSide, reasons, recordedTime } = view;
  const heading = useRef<HTMLHeadingElement>(null);
  // A screen reader says the verdict when it is there.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [reports]);
  return (
    <>
      <section class={`card check-verdict check-${verdict}`} aria-labelledby="check-verdict">
        <div class="row">
          <span class={`badge ${VERDICT_TONES[verdict]}`}>
            <Icon name={VERDICT_ICONS[verdict]} />
            {headline}
          </span>
          <span class="mono check-file">{file.name}</span>
          <span class="muted">{formatBytes(file.size)}</span>
        </div>
        <h2 ref={heading} id="check-verdict" class="check-sentence" tabIndex={-1}>
          {sentence}
        </h2>
        {nextOnPage !== '' && <p>{nextOnPage}</p>}
        {suggestedSide !== undefined && (
          <p>
            <button
              type="button"
              class="button"
              onClick={() => {
                choices.value = { ...choices.value, side: suggestedSide };
                void startCheck(file, session);
              }}
            >
              Check only the responses
            </button>
          </p>
        )}
        {reasons.items.length > 0 && (
          <ul class="check-reasons">
            {reasons.items.map(reason => (
              <li key={reason}>{reason}</li>
            ))}
            {reasons.more > 0 && <li>and {reasons.more} more</li>}
          </ul>
        )}
        <div class="row check-actions">
          <SaveButtons file={file} reports={reports} />
          {recordedTime !== '' && <span class="muted">Findings from {recordedTime}</span>}
        </div>
      </section>
      {notes.length > 0 && <Notes notes={notes} />}
      <Exchanges view={view} session={session} />
      <Findings view={view} />
      <Coverage view={view} />
      <Input file={file} view={view} />
    </>
  );
}

function SaveButtons({ file, reports: { html, json } }: Omit<CheckReportProps, 'session'>) {
  const name = `deadringer-${file.name.replace(/\.[^.]*$/, '')}`;
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => saveBlob(new Blob([html], { type: 'text/html' }), `${name}.html`)}
      >
        <Icon name="download" />
        Download HTML
      </button>
      <button
        type="button"
        class="button"
        onClick={() =>
          saveBlob(
            new Blob([`${JSON.stringify(json, null, 2)}\n`], { type: 'application/json' }),
            `${name}.json`,
          )
        }
      >
        <Icon name="download" />
        Download JSON
      </button>
    </>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  return (
    <details class="card">
      <summary>{notes.length === 1 ? '1 note' : `${notes.length} notes`} on the files and documents</summary>
      <ul class="check-reasons">
        {notes.map(note => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

function Exchanges({ view, session }: { readonly view: ReportView; readonly session: string | undefined }) {
  return (
    <section class="card" aria-labelledby="check-exchanges">
      <h2 id="check-exchanges">
        {view.totalShown} {view.total === 1 ? 'exchange' : 'exchanges'}
      </h2>
      <div class="check-share-bar" aria-hidden="true">
        {view.rows.map(
          ({ key, count, share }) =>
            count > 0 && (
              <span key={key} class={`check-outcome-${key}`} style={{ flexGrow: Math.max(share, 0.3) }} />
            ),
        )}
      </div>
      <table class="table check-outcome-table">
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col">Exchanges</th>
            <th scope="col">Reasons</th>
          </tr>
        </thead>
        <tbody>
          {view.rows.map(({ key, label, count, shown, reasons }) => (
            <tr key={key} class={count === 0 ? 'muted' : undefined}>
              <th scope="row">
                <span class={`check-outcome-dot check-outcome-${key}`} aria-hidden="true" />
                {label}
              </th>
              <td class="number">{shown}</td>
              <td>
                {reasons.map(reason => (
                  <span key={reason.name} class="check-outcome-reason">
                    {reason.name} <strong>{reason.shown}</strong>
                    {reason.name === 'mock-error' && session !== undefined && (
                      <a href={href('traffic', { session, query: { verdict: 'problem' } })}>
                        Show them in Traffic
                      </a>
                    )}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Input({
  file,
  view: { sources, unreadable, hosts },
}: {
  readonly file: File;
  readonly view: ReportView;
}) {
  return (
    <section class="card stack" aria-labelledby="check-input">
      <h2 id="check-input">Input</h2>
      <ul class="plain-list check-list">
        {sources.items.map(source => (
          <li key={source.file}>
            <code>{source.file}</code> {source.entries} {source.entries === '1' ? 'entry' : 'entries'},{' '}
            {source.format}
            {source.creator !== '' && ` by ${source.creator}`}
            {source.truncated !== '' && <span class="badge tone-amber">truncated: {source.truncated}</span>}
          </li>
        ))}
        {sources.more > 0 && <li>and {sources.more} more</li>}
      </ul>
      {unreadable.items.length > 0 && (
        <div>
          <h3>Unreadable</h3>
          <ul class="plain-list check-list">
            {unreadable.items.map(({ place, message }) => (
              <li key={place}>
                <code>{place}</code> {message}
              </li>
            ))}
            {unreadable.more > 0 && <li>and {unreadable.more} more</li>}
          </ul>
        </div>
      )}
      {hosts.items.length > 0 && (
        <div>
          <h3>Hosts that no document names</h3>
          <ul class="plain-list check-list">
            {hosts.items.map(({ name, exchanges }) => (
              <li key={name} class="row">
                <code>{name}</code> {exchanges} {exchanges === '1' ? 'exchange' : 'exchanges'}
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    choices.value = { ...choices.value, server: name };
                    void startCheck(file);
                  }}
                >
                  Check as the server of the documents
                </button>
              </li>
            ))}
            {hosts.more > 0 && <li>and {hosts.more} more</li>}
          </ul>
        </div>
      )}
    </section>
  );
}
