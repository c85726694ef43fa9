// The verdict on an exchange, in an icon and words.
import type { VNode } from 'preact';
import type { ExchangeSummary } from './exchange-summary.ts';

interface VerdictMarkProps {
  readonly exchange: Pick<ExchangeSummary, 'verdict' | 'findings' | 'offContract' | 'problem'>;
  readonly isShort?: boolean;
}

export function VerdictMark({ exchange, isShort = false }: VerdictMarkProps): VNode {
  const { verdict, findings, offContract, problem } = exchange;
  const counted = `${findings} finding${findings === 1 ? '' : 's'}`;
  const texts = {
    passed: findings === 0 ? 'passed' : `passed, ${counted}`,
    failed: counted,
    problem: problem ?? 'problem',
  };
  const text = texts[verdict];
  const icon = { passed: '✓', failed: '✕', problem: '!' }[verdict];
  return (
    <span class={`verdict-mark mark-${verdict}`} title={text}>
      <span class="verdict-icon" aria-hidden="true">
        {icon}
      </span>
      <span class={isShort ? 'visually-hidden' : undefined}>{text}</span>
      {offContract !== undefined && (
        <span class={isShort ? 'visually-hidden' : 'badge off-contract'} title={offContract}>
          off-contract
        </span>
      )}
    </span>
  );
}
