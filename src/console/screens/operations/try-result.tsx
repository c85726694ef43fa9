// What came back: status, headers and body, why, and where the exchange is in the traffic.
import { useMemo } from 'preact/hooks';
import { control } from '../../client.ts';
import { StatusBadge } from '../../parts/badges.tsx';
import type { BodyNote } from '../../parts/body-view/body-rows.ts';
import { BodyView } from '../../parts/body-view/body-view.tsx';
import { ExchangeFindings } from '../../parts/exchange-findings.tsx';
import { FieldTable } from '../../parts/field-table.tsx';
import { formatBytes, formatDuration } from '../../parts/format.ts';
import { Icon } from '../../parts/icon.tsx';
import { WhySteps } from '../../parts/why-steps.tsx';
import { useResource } from '../../resource.ts';
import { href } from '../../router.ts';
import type { SentRequest, SentResponse } from './send-request.ts';
import type { Trial } from './use-trial.ts';

interface TryResultProps {
  readonly trial: Trial;
  /** True: the reasons are folded, because what to do next stands below them. */
  readonly isCompact?: boolean;
}

export function TryResult({ trial: { isSending, sent, mistake }, isCompact = false }: TryResultProps) {
  return (
    <div class="try-result" role="status" aria-live="polite" aria-busy={isSending}>
      {mistake !== undefined && (
        <p class="notice notice-warning">
          <Icon name="warning" />
          <span>{mistake}</span>
        </p>
      )}
      {isSending && <p class="muted">Waiting for the answer…</p>}
      {sent !== undefined && !isSending && <Sent sent={sent} isCompact={isCompact} />}
    </div>
  );
}

interface SentProps {
  readonly sent: SentRequest;
  readonly isCompact: boolean;
}

function Sent({ sent, isCompact }: SentProps) {
  const { response, failure, milliseconds, exchange } = sent;
  return (
    <section class="stack stack-small" aria-label="Answer">
      <p class="row">
        <StatusBadge status={response?.status} />
        <span class="muted">{formatDuration(milliseconds)}</span>
        {response !== undefined && <span class="muted">{formatBytes(response.size)}</span>}
        {exchange !== undefined && (
          <a class="button" href={href('traffic', { segments: [exchange] })}>
            Show in Traffic
          </a>
        )}
      </p>
      {failure !== undefined && <p>{failure}</p>}
      {response !== undefined && <ResponseBody response={response} />}
      {exchange !== undefined && <Why exchange={exchange} isOpen={!isCompact} />}
      {response !== undefined && <ResponseHeaders response={response} />}
    </section>
  );
}

/** The exchange is in the journal when the answer is here. */
function Why({ exchange, isOpen }: { readonly exchange: string; readonly isOpen: boolean }) {
  const { data } = useResource(
    () => control('get', '/journal/{exchange}', { path: { exchange } }),
    [exchange],
    () => false,
  );
  if (data === undefined) return null;
  return (
    <>
      {data.findings.length > 0 && <ExchangeFindings findings={data.findings} />}
      {data.why !== undefined && (
        <details open={isOpen}>
          <summary>Why this answer</summary>
          <WhySteps steps={data.why} findings={data.findings} />
        </details>
      )}
    </>
  );
}

const NO_NOTES: readonly BodyNote[] = [];

interface ResponseProps {
  readonly response: SentResponse;
}

function ResponseBody({ response: { headers, text, bytes, size } }: ResponseProps) {
  const body = useMemo(() => (text === undefined ? { base64: toBase64(bytes) } : { text }), [text, bytes]);
  return (
    <BodyView
      label="Response body"
      body={body}
      mediaType={headers.find(([name]) => name === 'content-type')?.[1]}
      bytes={size}
      fileName="response"
      notes={NO_NOTES}
      onNote={() => undefined}
    />
  );
}

function ResponseHeaders({ response: { headers } }: ResponseProps) {
  return (
    <details>
      <summary>
        Header fields <span class="muted">{headers.length}</span>
      </summary>
      <FieldTable label="Response header fields" rows={headers} />
    </details>
  );
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
