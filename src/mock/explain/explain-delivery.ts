// Explains how a response is delivered: delay, rate or fault, and what sets it.

import type { AppliedRule } from '../../scenario/compile.ts';
import type { Fault } from '../../scenario/fault.ts';
import type { Step } from '../../scenario/scenario.ts';
import type { JournalEntry } from '../session/journaled-event.ts';
import { locatedRuleName, locateRule, sentence, type WhyText, why } from './why-step.ts';

const FAULT_TEXTS: Readonly<Record<Fault, string>> = {
  reset: 'the connection is reset instead of a response',
  'reset-mid-body': 'the connection is reset in the middle of the body',
  hang: 'nothing is sent, and the connection stays open',
  empty: 'the connection is closed without a byte',
  truncate: 'the body ends early',
  garbage: 'bytes are sent that are not HTTP',
  'wrong-length': 'Content-Length is larger than the body',
};

export function explainDelivery(entry: JournalEntry): WhyText {
  const { delivery, rules, switches, forcedBy, exchange } = entry;
  const { delay, bytesPerSecond, fault } = delivery;
  const parts = [
    delay > 0 ? `the response is delayed by ${Number(delay.toFixed(1))} ms` : '',
    bytesPerSecond === undefined ? '' : `its body is sent at ${bytesPerSecond} bytes per second`,
    fault === undefined ? '' : FAULT_TEXTS[fault],
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
