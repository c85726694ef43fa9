// Findings about documents, each with its lines and what to do about it. Only the first of many are drawn.
import type { Schema } from '../../client.ts';
import { FindingCard } from '../../parts/finding-card.tsx';

const MAX_SHOWN = 20;

interface DocumentFindingsProps {
  readonly findings: readonly Schema<'DocumentFinding'>[];
  /** False: the lines cannot be shown, because the document is not served. */
  readonly showsSource: boolean;
}

export function DocumentFindings({ findings, showsSource }: DocumentFindingsProps) {
  const more = findings.length - MAX_SHOWN;
  return (
    <ul class="plain-list start-findings">
      {findings.slice(0, MAX_SHOWN).map(finding => (
        <li key={`${finding.code} ${finding.location} ${finding.message}`}>
          <FindingCard finding={finding} showsSource={showsSource} />
          {!showsSource && finding.location !== undefined && <code>{finding.location}</code>}
        </li>
      ))}
      {more > 0 && <li class="muted">{more} more</li>}
    </ul>
  );
}
