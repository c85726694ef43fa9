// Explains how a response is delivered: delay, rate or fault, and what sets it.

import type { AppliedRule } from '../../scenario/compile.ts';
import { FAULT_TEXTS } from '../../scenario/fault.ts';
import type { Step } from '../../scenario/scenario.ts';
import type { JournalEntry } from '../session/journaled-event.ts';
import { locatedRuleName, locateRule, sentence, type WhyText, why } from './why-step.ts';

export function explainDelivery(entry: JournalEntry): WhyText {
  const { delivery, rules, switches, forcedBy, exchange } = entry;
  const { delay, bytesPerSecond, interval, fault } = delivery;
  const parts = [
    delay > 0 ? `the response is delayed by ${Number(delay.toFixed(1))} ms` : '',
    bytesPerSecond === undefined ? '' : `its body is sent at ${bytesPerSecond} bytes per second`,
    interval === undefined ? '' : `the items of a stream are sent with ${interval} ms between them`,
    fault === undefined ? '' : `the mock ${FAULT_TEXTS[fault]}`,
  ].filter(Boolean);
  if (parts.length === 0)
    return why(exchange.response === undefined ? 'No response is sent.' : 'The response is sent at once.');
  const setting = rules.filter(setsDelivery);
  const [first] = setting;
  // A switch that replies may deliver as well; if a rule delivers, it need not.
  const targets = first === undefined ? switches : switches.filter(target => target !== forcedBy);
  return why(sentence(parts.join(', and ')), first && locateRule(first), [
    ...targets.map(target => `Set by the switch for ${target === '*' ? 'everything' : target}.`),
    ...setting.map(rule => `Set by the ${locatedRuleName(rule)}.`),
  ]);
}

function setsDelivery({ rule, entry = 1 }: AppliedRule): boolean {
  const step: Step | undefined = Array.isArray(rule.reply) ? rule.reply[entry - 1] : rule.reply;
  return rule.deliver !== undefined || (typeof step === 'object' && step.deliver !== undefined);
}
