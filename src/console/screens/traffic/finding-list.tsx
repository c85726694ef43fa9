// The findings of an exchange, each with the lines of the document beside it.
import type { VNode } from 'preact';
import type { Schema } from '../../client.ts';
import { Visible } from '../../parts/visible.tsx';
import { LocationLink } from './location-link.tsx';

export function FindingList({ findings }: { readonly findings: readonly Schema<'Finding'>[] }): VNode {
  return (
    <ul class="finding-list">
      {findings.map(finding => (
        // A remark in a body moves the focus to the finding.
        <li key={`${finding.code} ${finding.at} ${finding.message}`} tabIndex={-1}>
          <Visible text={finding.message} />
          {finding.location !== undefined && <LocationLink location={finding.location} />}
          <p class="muted">{finding.code}</p>
        </li>
      ))}
    </ul>
  );
}
