// What the schema of an item rejects, each with the lines of the document.
import type { Schema } from '../../client.ts';
import { FindingCard } from '../../parts/finding-card.tsx';
import { LocationLink } from '../../parts/location-link.tsx';

/** The lines of so many findings are shown at once, those of the others when they are wanted. */
const WITH_SOURCE = 1;

export function ItemFindings({ findings }: { readonly findings: readonly Schema<'ItemFinding'>[] }) {
  return (
    <ul class="plain-list state-findings">
      {findings.map((finding, index) => (
        <li key={`${finding.at} ${finding.message}`}>
          <FindingCard finding={finding} showsSource={index < WITH_SOURCE} />
          {index >= WITH_SOURCE && finding.location !== undefined && (
            <LocationLink location={finding.location} />
          )}
        </li>
      ))}
    </ul>
  );
}
