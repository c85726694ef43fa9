// The documents: what each is, and all that the linter reports about it.
import { useState } from 'preact/hooks';
import { control, type Schema } from '../../client.ts';
import { LevelBadge } from '../../parts/finding-card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Failure } from '../../parts/page.tsx';
import { parseLocation, shortLocation } from '../../parts/source-lines.tsx';
import { useResource } from '../../resource.ts';
import { href } from '../../router.ts';
import type { Api } from '../../state.ts';
import { SourceLink } from './source-panel.tsx';

/** Linting more operations takes a while, so it is started on request. */
export const MAX_LINTED_OPERATIONS = 2000;

const MAX_ROWS = 100;

export function DocumentList({ apis }: { readonly apis: readonly Api[] }) {
  return (
    <section class="card" aria-labelledby="contract-documents">
      <h2 id="contract-documents">Documents</h2>
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">API</th>
              <th scope="col">Title</th>
              <th scope="col">Operations</th>
              <th scope="col">File</th>
            </tr>
          </thead>
          <tbody>
            {apis.map(({ name, title, operations, file }) => (
              <tr key={name}>
                <td>
                  <a href={href('contract', { segments: [name] })}>{name}</a>
                </td>
                <td>{title}</td>
                <td>{operations.length.toLocaleString('en')}</td>
                <td>
                  <code>{file}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function DocumentPage({ api: { name, title, file, operations } }: { readonly api: Api }) {
  const { data } = useResource(
    () => control('get', '/server'),
    [],
    ({ type }) => type === 'reloaded',
  );
  const document = data?.documents.find(({ api }) => api === name);
  const [isWanted, setWanted] = useState(operations.length <= MAX_LINTED_OPERATIONS);
  return (
    <div class="stack">
      <section class="card" aria-labelledby="document-title">
        <h2 id="document-title">{title === '' ? name : title}</h2>
        <dl class="contract-facts">
          <dt>API</dt>
          <dd>{name}</dd>
          <dt>File</dt>
          <dd>
            <SourceLink location={`${file}:1:1`}>{file}</SourceLink>
          </dd>
          <dt>Operations</dt>
          <dd>
            {operations.length.toLocaleString('en')}
            {document !== undefined && document.unusable > 0 && `, ${document.unusable} not served`}
          </dd>
          {document !== undefined && (
            <>
              <dt>Version</dt>
              <dd>
                {document.version ?? 'none'} ({document.format})
              </dd>
              <dt>Served at</dt>
              <dd>
                {document.basePaths.map(base => (
                  <code key={base} class="base-path">
                    {base}
                  </code>
                ))}
              </dd>
            </>
          )}
        </dl>
      </section>
      <section class="card" aria-labelledby="document-findings">
        <h2 id="document-findings">Findings</h2>
        {isWanted ? (
          <Findings api={name} file={file} />
        ) : (
          <div class="row">
            <p>
              The document has {operations.length.toLocaleString('en')} operations. Linting it takes a while.
            </p>
            <button type="button" class="button" onClick={() => setWanted(true)}>
              Lint the document
            </button>
          </div>
        )}
      </section>
    </div>
  );
}

function Findings({ api, file }: { readonly api: string; readonly file: string }) {
  const { data, error, reload } = useResource(
    () => control('get', '/apis/{api}/findings', { path: { api } }),
    [api],
    ({ type }) => type === 'reloaded',
  );
  if (data === undefined)
    return error === undefined ? (
      <p class="muted" role="status">
        Linting the document…
      </p>
    ) : (
      <Failure error={error} onRetry={reload} />
    );
  if (data.findings.length === 0)
    return (
      <p class="row">
        <span class="badge tone-green">
          <Icon name="check" />
          no findings
        </span>
        The document is valid, and its examples match their schemas.
      </p>
    );
  return <FindingTable findings={data.findings} file={file} />;
}

interface FindingTableProps {
  readonly findings: readonly Schema<'DocumentFinding'>[];
  /** The main file of the document. */
  readonly file: string;
}

function FindingTable({ findings, file }: FindingTableProps) {
  const [rows, setRows] = useState(MAX_ROWS);
  const errors = findings.filter(({ level }) => level === 'error').length;
  return (
    <>
      <p class="finding-summary">
        {findings.length} in all, {errors} {errors === 1 ? 'error' : 'errors'}
      </p>
      <div class="table-frame">
        <table class="table" aria-label="Findings of the document">
          <thead>
            <tr>
              <th scope="col">Level</th>
              <th scope="col">Finding</th>
              <th scope="col">Line</th>
            </tr>
          </thead>
          <tbody>
            {findings.slice(0, rows).map(({ level, code, message, location }) => (
              <tr key={`${code} ${location} ${message}`}>
                <td>
                  <LevelBadge level={level} />
                </td>
                <td class="finding-cell">
                  <FindingMessage message={message} /> <code class="muted">{code}</code>
                </td>
                <td>
                  {location !== undefined && (
                    <SourceLink location={location} of={message}>
                      {parseLocation(location)?.file === file ? undefined : shortLocation(location)}
                    </SourceLink>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows < findings.length && (
        <button type="button" class="button" onClick={() => setRows(rows + MAX_ROWS)}>
          Show more of {findings.length}
        </button>
      )}
    </>
  );
}

/** A message may end with a second place: "... must be integer (specs/pets.yaml:81)". */
function FindingMessage({ message }: { readonly message: string }) {
  const [, text, place] = /^(.*) \(([^()]+:\d+)\)$/.exec(message) ?? [];
  if (text === undefined || place === undefined) return <>{message}</>;
  return (
    <>
      {text} <SourceLink location={place} of={message} />
    </>
  );
}
