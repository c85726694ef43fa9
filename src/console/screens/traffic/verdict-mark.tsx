// The verdict on an exchange, in an icon and words.
import type { VNode } from 'preact';
import type { ExchangeSummary } from './exchange-summary.ts';

interface VerdictMarkProps {
  readonly exchange: Pick<ExchangeSummary, 'verdict' | 'findings' | 'offContract' | 'problem'>;
  readonly isShort?: boolean;
}

export function VerdictMark({ exchange, isShort = false }: VerdictMarkProps): VNode {
  const { verdict, findings, offContract, problem } = exchange;
  const text =
    verdict === 'passed'
      ? findings === 0
        ? 'passed'
        : `passed, ${findings} note${findings === 1 ? '' : 's'}`
      : verdict === 'problem'
        ? (problem ?? 'problem')
        : `${findings} finding${findings === 1 ? '' : 's'}`;
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
