// The switches of a session as texts, for the commands "use" and "sessions".

import { pluralize } from '../finding/plural.ts';
import type { SwitchView } from '../mock/session/switches.ts';
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
  offContract,
}: SwitchView): string {
  const facts: string[] = [];
  if (status !== undefined) facts.push(`status ${status}`);
  if (example !== undefined) facts.push(`example ${example}`);
  if (deliver !== undefined) facts.push(deliveryText(deliver));
  if (after !== undefined)
    facts.push(`after ${pluralize(after, 'call')}${state === 'waiting' ? ` (${after - calls} to go)` : ''}`);
  if (times !== undefined) {
    const left = state === 'used-up' ? 'used up' : `${times - Math.max(0, calls - (after ?? 0))} left`;
    facts.push(`for ${pluralize(times, 'call')} (${left})`);
  }
  if (offContract !== undefined) facts.push(`off-contract: ${offContract}`);
  return `${target === '*' ? 'everything' : target}: ${facts.join(', ')}`;
}
