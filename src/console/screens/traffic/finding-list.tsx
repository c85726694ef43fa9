// The findings of an exchange, each with the lines of the document beside it.
import type { VNode } from 'preact';
import type { Schema } from '../../client.ts';
import { FindingCard } from '../../parts/finding-card.tsx';

export function FindingList({ findings }: { readonly findings: readonly Schema<'Finding'>[] }): VNode {
  return (
    <ul class="finding-list">
      {findings.map(finding => (
        // A remark in a body moves the focus to the finding.
        <li key={`${finding.code} ${finding.at} ${finding.message}`} tabIndex={-1}>
          <FindingCard finding={finding} />
        </li>
      ))}
    </ul>
  );
}
