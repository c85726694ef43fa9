// The switches of a session as texts, for the commands "use" and "sessions".

import { pluralize } from '../finding/plural.ts';
import type { SwitchSettings, SwitchView } from '../mock/session/switches.ts';
import { deliveryText } from './format-lines.ts';

/** "petstore.getPet: status 503, delay 2s, after 3 calls" */
export function switchText({
  target,
  status,
  example,
  deliver,
  after,
  times,
  calls,
  state,
  otherwise,
  offContract,
}: SwitchView): string {
  const facts = effectTexts({ status, example, deliver });
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

function effectTexts({ status, example, deliver }: SwitchSettings): string[] {
  return [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(example === undefined ? [] : [`example ${example}`]),
    ...(deliver === undefined ? [] : [deliveryText(deliver)]),
  ];
}
