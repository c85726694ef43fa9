// The switches and the clock of a session as texts, for the commands "use", "sessions" and "clock".

import { formatDuration } from '../finding/duration.ts';
import { pluralize } from '../finding/plural.ts';
import type { ClockView } from '../mock/session/clock.ts';
import type { SwitchSettings } from '../mock/session/switch-settings.ts';
import type { SwitchView } from '../mock/session/switches.ts';
import { deliveryText } from './format-lines.ts';

/** "petstore.getPet: status 503, delay 2s, after 3 calls" */
export function switchText({
  target,
  status,
  example,
  deliver,
  rate,
  after,
  times,
  calls,
  state,
  otherwise,
  offContract,
}: SwitchView): string {
  const facts = effectTexts({ status, example, deliver, rate });
  if (after !== undefined)
    facts.push(`after ${pluralize(after, 'call')}${state === 'waiting' ? ` (${after - calls} to go)` : ''}`);
  if (times !== undefined) {
    const left = state === 'used-up' ? 'used up' : `${times - Math.max(0, calls - (after ?? 0))} left`;
    facts.push(`for ${pluralize(times, 'call')} (${left})`);
  }
  if (otherwise !== undefined) facts.push(`otherwise ${effectTexts(otherwise).join(' with ')}`);
  if (offContract !== undefined) facts.push(`off-contract: ${offContract}`);
  return `${target === '*' ? 'everything' : target}: ${facts.join(', ')}`;
}

function effectTexts({ status, example, deliver, rate }: SwitchSettings): string[] {
  return [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(example === undefined ? [] : [`example ${example}`]),
    ...(deliver === undefined ? [] : [deliveryText(deliver)]),
    ...(rate === undefined
      ? []
      : [rate === 'off' ? 'no rate limit' : `rate ${rate === 'on' ? 'as declared' : rate}`]),
  ];
}

/** "2027-01-01T00:00:00.000Z, 32d ahead of real time, frozen" */
export function clockText({ now, offset, frozen }: ClockView): string {
  const shift = formatDuration(Math.abs(Math.round(offset / 1000)) * 1000);
  const facts = shift === '0s' ? ['real time'] : [`${shift} ${offset < 0 ? 'behind' : 'ahead of'} real time`];
  return [now, ...facts, ...(frozen ? ['frozen'] : [])].join(', ');
}
