// A finding: what is wrong, what its code means, how to fix it, and the lines of the document beside it.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { control, type Schema } from '../client.ts';
import { Icon } from './icon.tsx';
import { SourceLines } from './source-lines.tsx';

type FindingLevel = Schema<'DocumentFinding'>['level'];

interface FindingCardProps {
  readonly finding: {
    readonly code: string;
    readonly message: string;
    /** JSON Pointer into the exchange; absent or empty for a document. */
    readonly at?: string;
    readonly location?: string | undefined;
  };
  /** False: the lines of the document are shown elsewhere. */
  readonly showsSource?: boolean;
}

/** The catalogue of codes. Undefined until it is read: then cards show the message alone. */
const findingCodes = signal<ReadonlyMap<string, Schema<'FindingCode'>> | undefined>(undefined);
let isReading = false;

function readCodes(): void {
  if (isReading) return;
  isReading = true;
  control('get', '/finding-codes').then(
    ({ codes }) => {
      findingCodes.value = new Map(codes.map(entry => [entry.code, entry]));
    },
    () => {
      // The next card tries again. Without the catalogue a card has no advice, and all else.
      isReading = false;
    },
  );
}

export function FindingCard({ finding, showsSource = true }: FindingCardProps) {
  useEffect(readCodes, []);
  const { code, message, at, location } = finding;
  const entry = findingCodes.value?.get(code);
  return (
    <article class={`finding-card finding-card-${entry?.level ?? 'note'}`}>
      <div class="finding-card-heading">
        {entry !== undefined && <LevelBadge level={entry.level} />}
        <span class="finding-card-message">{message}</span>
        <code class="muted">{code}</code>
      </div>
      {at !== undefined && at !== '' && (
        <p>
          At <code>{at}</code>
        </p>
      )}
      {entry !== undefined && (
        <p class="muted">
          {sentence(entry.meaning)}
          {entry.fix !== undefined && ` ${entry.fix}`}
        </p>
      )}
      {location !== undefined && showsSource && <SourceLines location={location} />}
    </article>
  );
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

export const LEVELS = {
  error: { icon: 'close', tone: 'tone-red' },
  warning: { icon: 'warning', tone: 'tone-amber' },
  note: { icon: 'info', tone: 'tone-blue' },
} as const;

export function LevelBadge({ level }: { readonly level: FindingLevel }) {
  const { icon, tone } = LEVELS[level];
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      {level}
    </span>
  );
}
