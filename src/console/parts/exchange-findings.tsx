// The findings of an exchange, each with the lines of the document beside it.
import type { VNode } from 'preact';
import './exchange-findings.css';
import type { Schema } from '../client.ts';
import { FindingCard } from './finding-card.tsx';
import { LocationLink } from './location-link.tsx';

/** The lines of so many findings are shown at once, those of the others when they are wanted. */
const WITH_SOURCE = 2;

export function ExchangeFindings({ findings }: { readonly findings: readonly Schema<'Finding'>[] }): VNode {
  return (
    <ul class="finding-list">
      {findings.map((finding, index) => (
        // A remark in a body moves the focus to the finding.
        <li key={`${finding.code} ${finding.at} ${finding.message}`} tabIndex={-1}>
          <FindingCard finding={finding} showsSource={index < WITH_SOURCE} />
          {index >= WITH_SOURCE && finding.location !== undefined && (
            <LocationLink location={finding.location} />
          )}
        </li>
      ))}
    </ul>
  );
}
