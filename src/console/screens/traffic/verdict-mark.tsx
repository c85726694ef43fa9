// The verdict on an exchange, in an icon and words.
import type { VNode } from 'preact';
import type { ExchangeSummary } from './exchange-summary.ts';

interface VerdictMarkProps extends Pick<ExchangeSummary, 'verdict' | 'findings'> {
  readonly problem: string | undefined;
  /** True: the words are read aloud only. */
  readonly isShort?: boolean;
}

const ICONS = { passed: '✓', failed: '✕', problem: '!' };

export function VerdictMark({ verdict, findings, problem, isShort = false }: VerdictMarkProps): VNode {
  const counted = `${findings} finding${findings === 1 ? '' : 's'}`;
  const texts = {
    passed: findings === 0 ? 'passed' : `passed, ${counted}`,
    failed: counted,
    problem: problem ?? 'problem',
  };
  return (
    <span class={`verdict-mark mark-${verdict}`} title={texts[verdict]}>
      <span class="verdict-icon" aria-hidden="true">
        {ICONS[verdict]}
      </span>
      <span class={isShort ? 'visually-hidden' : undefined}>{texts[verdict]}</span>
    </span>
  );
}
