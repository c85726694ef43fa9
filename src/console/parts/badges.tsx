// Badges: a status, a method, a callback. The colour is never alone: the text says the same.
import type { Schema } from '../client.ts';

interface StatusBadgeProps {
  /** 404, "404", "4XX" or "default"; undefined: the connection ended without a response. */
  readonly status: number | string | undefined;
  /** Why the response is not what the document declares. */
  readonly offContract?: string | undefined;
}

export function StatusBadge({ status, offContract }: StatusBadgeProps) {
  const kind = /^[1-5]/.test(String(status)) ? `status-${String(status)[0]}` : 'status-none';
  return (
    <>
      <span class={`badge ${kind}`}>{status ?? 'no response'}</span>
      {offContract !== undefined && (
        <span class="badge off-contract" title={offContract}>
          off-contract
        </span>
      )}
    </>
  );
}

/** The mock sent the request. */
export function SentBadge({ sent }: { readonly sent: Schema<'Sent'> }) {
  return (
    <span class="badge tone-blue" title={`The mock sent the ${sent.kind} ${sent.name}.`}>
      {sent.kind}
    </span>
  );
}

export function MethodBadge({ method }: { readonly method: string }) {
  return <span class={`method method-${method.toLowerCase()}`}>{method}</span>;
}
