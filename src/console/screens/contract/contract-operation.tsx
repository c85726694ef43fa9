// The page of an operation: all that the document declares for it, with findings, source lines and what can be done.
import { control, type Schema } from '../../client.ts';
import { MethodBadge } from '../../parts/badges.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { FindingCard } from '../../parts/finding-card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Failure } from '../../parts/page.tsx';
import { useResource } from '../../resource.ts';
import { href } from '../../router.ts';
import type { Api } from '../../state.ts';
import { Contents, Parameters } from './content-view.tsx';
import { ContractResponse } from './contract-response.tsx';
import { MAX_LINTED_OPERATIONS } from './document-page.tsx';
import { ProvenanceBadge, Unusable } from './part-badges.tsx';
import { SourceLink } from './source-panel.tsx';

type Detail = Schema<'OperationDetail'>;

interface ContractOperationProps {
  readonly api: Api;
  readonly operationId: string;
}

export function ContractOperation({ api, operationId }: ContractOperationProps) {
  const path = { api: api.name, operation: operationId };
  const { data, error, reload } = useResource(
    () => control('get', '/apis/{api}/operations/{operation}', { path }),
    [api.name, operationId],
    ({ type }) => type === 'reloaded',
  );
  if (data === undefined)
    return error === undefined ? (
      <p class="muted" role="status">
        Reading the operation…
      </p>
    ) : (
      <Failure error={error} onRetry={reload} />
    );
  const listed = api.operations.find(({ id }) => id === operationId);
  const sends = new Map(listed?.responses.map(each => [each.status, each.sends]));
  return (
    <article class="stack" aria-labelledby="operation-title">
      <Heading operation={data} />
      {api.operations.length <= MAX_LINTED_OPERATIONS && <OperationFindings operation={data} />}
      {data.description !== undefined && data.description !== data.summary && (
        <section class="card" aria-label="Description">
          <Markdown text={data.description} />
        </section>
      )}
      {data.security.length > 0 && <Security alternatives={data.security} />}
      {data.parameters.length > 0 && (
        <section class="card" aria-labelledby="operation-parameters">
          <h2 id="operation-parameters">Parameters</h2>
          <Parameters api={api.name} parameters={data.parameters} label="Parameters" />
        </section>
      )}
      {data.requestBody !== undefined && (
        <section class="card" aria-labelledby="operation-body">
          <div class="part-heading">
            <h2 id="operation-body">Request body</h2>
            {data.requestBody.required ? (
              <span class="schema-required">required</span>
            ) : (
              <span class="muted">optional</span>
            )}
            <ProvenanceBadge provenance={data.requestBody.provenance} />
            <SourceLink location={data.requestBody.location} of="the request body" />
          </div>
          <Unusable reason={data.requestBody.unusable} />
          {data.requestBody.description !== undefined && <Markdown text={data.requestBody.description} />}
          <Contents api={api.name} contents={data.requestBody.contents} of="the request body" />
        </section>
      )}
      <section class="card" aria-labelledby="operation-responses">
        <h2 id="operation-responses">Responses</h2>
        {data.responses.length === 0 && <p class="muted">The document declares no response.</p>}
        <div class="responses">
          {data.responses.map((response, index) => (
            <ContractResponse
              key={response.status}
              api={api.name}
              operation={operationId}
              response={response}
              sends={sends.get(response.status)}
              isFirst={index === 0}
            />
          ))}
        </div>
      </section>
    </article>
  );
}

function Heading({ operation }: { readonly operation: Detail }) {
  const { api, id, method, path, basePaths, summary, tags, deprecated, provenance, unusable, location } =
    operation;
  return (
    <header class="card operation-heading">
      <div class="part-heading">
        <h2 id="operation-title" class="operation-path">
          <MethodBadge method={method} /> <Template path={path} />
        </h2>
        <CopyButton text={path} label="Copy the path" />
        <SourceLink location={location} of={`${method} ${path}`} />
      </div>
      {summary !== undefined && <p class="operation-summary">{summary}</p>}
      <p class="row muted">
        <code>{id}</code>
        {deprecated && <span class="badge tone-amber">deprecated</span>}
        <ProvenanceBadge provenance={provenance} />
        {tags.map(tag => (
          <span key={tag} class="badge">
            {tag}
          </span>
        ))}
      </p>
      <p class="muted">
        Served at{' '}
        {basePaths.map(base => (
          <code key={base} class="base-path">
            {base}
            {path}
          </code>
        ))}
      </p>
      <Unusable reason={unusable} />
      <p class="row">
        <a class="button button-primary" href={href('operations', { segments: [api, id] })}>
          <Icon name="operations" />
          Try it
        </a>
        <a class="button" href={href('traffic', { query: { api, operation: id } })}>
          <Icon name="traffic" />
          Its traffic
        </a>
      </p>
    </header>
  );
}

/** A path template with its variables marked. It breaks after slashes. */
function Template({ path }: { readonly path: string }) {
  return (
    <span class="mono">
      {path.split(/(\{[^{}]*\})|(?<=\/)/).map((piece, index) =>
        piece === undefined ? null : piece.startsWith('{') ? (
          <span key={index} class="path-variable">
            {piece}
          </span>
        ) : (
          <span key={index}>
            {piece}
            <wbr />
          </span>
        ),
      )}
    </span>
  );
}

function OperationFindings({ operation: { api, id } }: { readonly operation: Detail }) {
  const { data } = useResource(
    () => control('get', '/apis/{api}/findings', { path: { api }, query: { operation: id } }),
    [api, id],
    ({ type }) => type === 'reloaded',
  );
  if (data === undefined || data.findings.length === 0) return null;
  return (
    <section class="card" aria-labelledby="operation-findings">
      <h2 id="operation-findings">Findings about the document</h2>
      <div class="stack">
        {data.findings.map(finding => (
          <FindingCard key={`${finding.code} ${finding.location} ${finding.message}`} finding={finding} />
        ))}
      </div>
    </section>
  );
}

function Security({ alternatives }: { readonly alternatives: Detail['security'] }) {
  return (
    <section class="card" aria-labelledby="operation-security">
      <h2 id="operation-security">Credentials</h2>
      {alternatives.length > 1 && <p class="muted">One of these:</p>}
      <ul class="plain-list security">
        {alternatives.map((requirements, index) => (
          <li key={index}>
            {requirements.length === 0 && 'none'}
            {requirements.map(({ name, text, scopes, location }, position) => (
              <span key={name} class="part-heading">
                {position > 0 && <span class="muted">and</span>}
                <strong>{name}</strong>
                <code>{text}</code>
                {scopes.length > 0 && <span class="muted">scopes {scopes.join(', ')}</span>}
                <SourceLink location={location} of={`the requirement ${name}`} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
