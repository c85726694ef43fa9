// One exchange: what was asked and answered, why, what the contract says about it, and what to do next.
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { control, type Schema } from '../../client.ts';
import { MethodBadge, SentBadge, StatusBadge } from '../../parts/badges.tsx';
import { ExchangeFindings } from '../../parts/exchange-findings.tsx';
import { formatDuration, formatTime } from '../../parts/format.ts';
import { Icon } from '../../parts/icon.tsx';
import { Failure } from '../../parts/page.tsx';
import { Visible } from '../../parts/visible.tsx';
import { WhySteps } from '../../parts/why-steps.tsx';
import { useResource } from '../../resource.ts';
import { href } from '../../router.ts';
import { ExchangeActions } from './exchange-actions.tsx';
import { MessagePanel } from './message-panel.tsx';
import { VerdictMark } from './verdict-mark.tsx';

interface ExchangeViewProps {
  readonly id: string;
  readonly onClose: () => void;
  /** 1: to the next older exchange. */
  readonly onStep: (by: 1 | -1) => void;
}

export function ExchangeView({ id, onClose, onStep }: ExchangeViewProps): VNode {
  const { data, error, reload } = useResource(
    () => control('get', '/journal/{exchange}', { path: { exchange: id } }),
    [id],
    // A link may be opened before the response has ended.
    event => event.type === 'exchange' && event.data.id === id,
  );
  const navigation = <Steps onClose={onClose} onStep={onStep} />;
  return (
    <article
      class="exchange-view"
      tabIndex={-1}
      aria-label="Exchange"
      aria-busy={data === undefined && error === undefined}
    >
      {data === undefined ? (
        <header class="exchange-header">
          <h2>Exchange {id}</h2>
          {navigation}
        </header>
      ) : (
        <Exchange entry={data} navigation={navigation} />
      )}
      {error?.status === 404 && data === undefined && (
        <p class="notice">
          The server does not hold this exchange any longer: a journal keeps the newest exchanges, until the
          session is reset or ends, or the server stops.
        </p>
      )}
      {error !== undefined && error.status !== 404 && <Failure error={error} onRetry={reload} />}
    </article>
  );
}

function Steps({ onClose, onStep }: Pick<ExchangeViewProps, 'onClose' | 'onStep'>): VNode {
  return (
    <div class="exchange-steps">
      <button
        type="button"
        class="icon-button step-newer"
        aria-label="Newer exchange"
        title="Newer (k)"
        onClick={() => onStep(-1)}
      >
        <Icon name="down" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Older exchange"
        title="Older (j)"
        onClick={() => onStep(1)}
      >
        <Icon name="down" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Close the exchange"
        title="Close (Esc)"
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Jumps to the parts of the exchange, which rarely fit into one view. */
function Sections({ findings, hasWhy }: { readonly findings: number; readonly hasWhy: boolean }): VNode {
  const show = (event: Event, selector: string): void => {
    const view = (event.currentTarget as HTMLElement).closest('.exchange');
    view?.querySelector(selector)?.scrollIntoView({ block: 'start' });
  };
  return (
    <nav class="exchange-sections" aria-label="Parts of the exchange">
      {hasWhy && (
        <button type="button" onClick={event => show(event, '.section-why')}>
          Why
        </button>
      )}
      {findings > 0 && (
        <button type="button" onClick={event => show(event, '.section-findings')}>
          Findings <span class="count">{findings}</span>
        </button>
      )}
      <button type="button" onClick={event => show(event, '.message-request')}>
        Request
      </button>
      <button type="button" onClick={event => show(event, '.message-response')}>
        Response
      </button>
    </nav>
  );
}

interface ExchangeProps {
  readonly entry: Schema<'Entry'>;
  readonly navigation: VNode;
}

function Exchange({ entry, navigation }: ExchangeProps): VNode {
  const { id, request, response, findings, why = [], api, operation, session, upstream, offContract } = entry;
  const { verdict, problem, sent } = entry;
  const box = useRef<HTMLDivElement>(null);
  const showFinding = (at: string): void => {
    const index = findings.findIndex(finding => finding.at === at);
    const card = box.current?.querySelectorAll<HTMLElement>('.finding-list > li')[Math.max(0, index)];
    card?.scrollIntoView({ block: 'nearest' });
    card?.focus();
  };
  return (
    <div class="exchange" ref={box}>
      <header class="exchange-header">
        <h2>
          <StatusBadge status={response?.status} offContract={offContract} />
          {sent !== undefined && <SentBadge sent={sent} />}
          <MethodBadge method={request.method} />
          <span class="exchange-path">
            <Visible text={`${sent?.origin ?? ''}${request.path}`} />
          </span>
        </h2>
        {navigation}
        <p class="exchange-facts">
          <VerdictMark verdict={verdict} findings={findings.length} problem={problem} />
          {sent?.cause !== undefined && (
            <a href={href('traffic', { segments: [sent.cause], session })}>sent after this exchange</a>
          )}
          {api !== undefined && operation !== undefined && sent === undefined && (
            <>
              <a href={href('operations', { segments: [api, operation], session })}>{operation}</a>
              <a href={href('contract', { segments: [api, operation], session })}>contract</a>
            </>
          )}
          <span>
            session <b>{session}</b>
          </span>
          <time dateTime={entry.startedAt}>{formatTime(entry.startedAt)}</time>
          <span>{formatDuration(entry.milliseconds)}</span>
        </p>
        <Sections findings={findings.length} hasWhy={why.length > 0} />
      </header>
      <ExchangeActions entry={entry} />
      {offContract !== undefined && (
        <p class="off-contract-reason">
          <b>Off-contract:</b> <Visible text={offContract} />
        </p>
      )}
      <div class="reasons">
        {why.length > 0 && (
          <section class="section-why" aria-labelledby="why-title">
            <h3 id="why-title">Why this answer</h3>
            <WhySteps steps={why} findings={findings} />
          </section>
        )}
        {findings.length > 0 && (
          <section class="section-findings" aria-labelledby="findings-title">
            <h3 id="findings-title">
              Findings <span class="count">{findings.length}</span>
            </h3>
            <ExchangeFindings findings={findings} />
          </section>
        )}
      </div>
      <div class="messages">
        <MessagePanel
          side="request"
          exchangeId={id}
          title={`${request.method} ${request.path}`}
          query={request.query}
          headers={request.headers}
          withheld={request.withheld ?? []}
          body={request.body}
          findings={findings}
          onFinding={showFinding}
        />
        {response === undefined ? (
          <section class="message-panel message-response" aria-label="Response">
            <h3>Response</h3>
            <p class="body-empty">
              No response
              {(upstream?.failure ?? sent?.failure) === undefined
                ? ''
                : `: ${upstream?.failure ?? sent?.failure}`}
              .
            </p>
          </section>
        ) : (
          <MessagePanel
            side="response"
            exchangeId={id}
            title={String(response.status)}
            headers={response.headers}
            withheld={response.withheld ?? []}
            body={response.body}
            findings={findings}
            onFinding={showFinding}
          />
        )}
      </div>
      <footer class="exchange-footer">
        {upstream !== undefined && (
          <p>
            Sent to the upstream {upstream.origin}
            {upstream.path}
          </p>
        )}
        {(entry.redacted ?? []).length > 0 && (
          <details>
            <summary>
              Redacted values <span class="count">{entry.redacted?.length}</span>
            </summary>
            <p>{entry.redacted?.join(', ')}</p>
          </details>
        )}
        <p class="muted">Exchange {id}</p>
      </footer>
    </div>
  );
}
