// What came back: status, headers and body, why, and where the exchange is in the traffic.
import { control, type Schema } from '../../client.ts';
import { StatusBadge } from '../../parts/badges.tsx';
import { Icon } from '../../parts/icon.tsx';
import { href } from '../../router.ts';
import { useResource } from '../../resource.ts';
import type { SentRequest, SentResponse } from './send-request.ts';
import type { Trial } from './use-trial.ts';

export function TryResult({ trial: { isSending, sent, mistake } }: { readonly trial: Trial }) {
  return (
    <div class="try-result" role="status" aria-live="polite" aria-busy={isSending}>
      {mistake !== undefined && (
        <p class="notice notice-warning">
          <Icon name="warning" />
          <span>{mistake}</span>
        </p>
      )}
      {isSending && <p class="muted">Waiting for the answer…</p>}
      {sent !== undefined && !isSending && <Sent sent={sent} />}
    </div>
  );
}

function Sent({ sent }: { readonly sent: SentRequest }) {
  const { response, failure, milliseconds, exchange } = sent;
  return (
    <section class="stack stack-small" aria-label="Answer">
      <p class="row">
        <StatusBadge status={response?.status} />
        <span class="muted">{Math.round(milliseconds)} ms</span>
        {response !== undefined && <span class="muted">{response.size} bytes</span>}
        {exchange !== undefined && (
          <a class="button" href={href('traffic', { segments: [exchange] })}>
            Show in Traffic
          </a>
        )}
      </p>
      {failure !== undefined && <p>{failure}</p>}
      {exchange !== undefined && <Why exchange={exchange} />}
      {response !== undefined && <Message response={response} />}
    </section>
  );
}
