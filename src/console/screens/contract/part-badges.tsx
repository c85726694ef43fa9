// Marks of a part of a document: where it comes from, and why it cannot be read.
import { Icon } from '../../parts/icon.tsx';

const SOURCES: Readonly<Record<string, string>> = {
  vendor: 'from another page of the vendor',
  'vendor-code': 'from code that the vendor publishes',
  inferred: 'a guess',
};

/** `x-provenance`: the part is not on the vendor's own page. */
export function ProvenanceBadge({ provenance }: { readonly provenance: string | undefined }) {
  if (provenance === undefined) return null;
  return (
    <span class="badge tone-purple" title={`x-provenance: ${SOURCES[provenance] ?? provenance}`}>
      {provenance}
    </span>
  );
}

export function Unusable({ reason }: { readonly reason: string | undefined }) {
  if (reason === undefined) return null;
  return (
    <p class="notice notice-error">
      <Icon name="warning" />
      <span>This part is not served: {reason}</span>
    </p>
  );
}
