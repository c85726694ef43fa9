// Findings about documents: level, message, and the line.
import type { Schema } from '../../client.ts';

const TONES = { error: 'tone-red', warning: 'tone-amber', note: 'tone-blue' } as const;

export function FindingList({ findings }: { readonly findings: readonly Schema<'DocumentFinding'>[] }) {
  return (
    <ul class="plain-list start-findings">
      {findings.map(({ code, level, message, location }) => (
        <li key={`${code} ${location} ${message}`}>
          <span class={`badge ${TONES[level]}`}>{level}</span>
          <div>
            <p>{message}</p>
            <p class="muted">
              {location !== undefined && <code>{location}</code>} {code}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
