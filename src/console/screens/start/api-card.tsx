// One API on the first screen: its base URL, its document with what is wrong in it, and a request to begin with.
import { useState } from 'preact/hooks';
import { control, type Schema } from '../../client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useResource } from '../../resource.ts';
import { DEFAULT_SESSION, href } from '../../router.ts';
import { DocumentFindings } from './document-findings.tsx';

interface ApiCardProps {
  readonly document: Schema<'Document'>;
  readonly session: string;
  /** Of the base URL. */
  readonly origin: string;
}

export function ApiCard({ document, session, origin }: ApiCardProps) {
  const { api, title, version, format, file, basePaths, operations, unusable, firstRequest } = document;
  // Linting a large document takes a while. Until then, the findings of its loading are shown.
  const linted = useResource(
    signal => control('get', '/apis/{api}/findings', { path: { api }, signal }),
    [api, document],
    () => false,
  );
  // The lines of the document are read when somebody wants to see them.
  const [isOpen, setOpen] = useState(false);
  const findings = linted.data?.findings ?? document.findings;
  const prefix = session === DEFAULT_SESSION ? origin : `${origin}/~${session}`;
  const [path = `/${api}`] = basePaths;
  return (
    <article class="card start-api" aria-labelledby={`api-${api}`}>
      <header class="start-api-head">
        <h3 id={`api-${api}`}>
          <a href={href('operations', { query: { api } })}>{api}</a>
        </h3>
        <span class="start-api-title">{title}</span>
        <LintState findings={findings} isLinting={linted.data === undefined && linted.isLoading} />
      </header>
      <p class="copy-line">
        <code class="start-url">
          {prefix}
          <strong>{path}</strong>
        </code>
        <CopyButton text={prefix + path} label={`Copy the base URL of ${api}`} />
      </p>
      <p class="muted start-facts">
        <span>{operations === 1 ? '1 operation' : `${operations} operations`}</span>
        {unusable > 0 && <span>{unusable} declared wrongly, not served</span>}
        {version !== undefined && <span>version {version}</span>}
        <span>{format}</span>
        <code>{file}</code>
      </p>
      {findings.length > 0 && (
        <details onToggle={event => setOpen(event.currentTarget.open)}>
          <summary>
            {findings.length === 1 ? '1 finding' : `${findings.length} findings`} about the document
          </summary>
          {isOpen && <DocumentFindings findings={findings} showsSource />}
          <p>
            <a href={href('contract', { segments: [api] })}>See them in the contract</a>
          </p>
        </details>
      )}
      {firstRequest !== undefined && (
        <details class="start-request">
          <summary>A first request: {firstRequest.operation}</summary>
          <div class="copy-line">
            <pre class="start-curl">{firstRequest.curl}</pre>
            <CopyButton text={firstRequest.curl} label={`Copy a first request to ${api}`} />
          </div>
        </details>
      )}
    </article>
  );
}

interface LintStateProps {
  readonly findings: readonly Schema<'DocumentFinding'>[];
  readonly isLinting: boolean;
}

function LintState({ findings, isLinting }: LintStateProps) {
  const errors = findings.filter(({ level }) => level === 'error').length;
  if (errors > 0)
    return (
      <span class="badge tone-red">
        <Icon name="close" />
        {errors === 1 ? '1 error' : `${errors} errors`}
      </span>
    );
  if (findings.length > 0)
    return (
      <span class="badge tone-amber">
        <Icon name="warning" />
        {findings.length === 1 ? '1 warning' : `${findings.length} warnings`}
      </span>
    );
  if (isLinting) return <span class="badge">linting</span>;
  return (
    <span class="badge tone-green">
      <Icon name="check" />
      no findings
    </span>
  );
}
