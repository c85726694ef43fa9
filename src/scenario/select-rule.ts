// Selects the rule and step that reply to a request: a pure function of scenarios and memory.
import type { Operation } from '../openapi/model.ts';
import type { Call } from './call.ts';
import {
  type CompiledReply,
  type CompiledRule,
  type CompiledStep,
  compiledRules,
  isList,
} from './compile.ts';
import type { DeliverySpec, Rule, Scenario } from './scenario.ts';
import type { CompiledValue } from './value.ts';

/** What a session remembers of the stories it plays. Never changed in place. */
export interface ScenarioMemory {
  /** How far a rule's list has been walked, by rule key. */
  readonly positions: Readonly<Record<string, number>>;
  /** How often a rule's delivery budget was used, by rule key. */
  readonly deliveryCounts: Readonly<Record<string, number>>;
  /** The state of each story, by scenario id; "start" where there is none. */
  readonly states: Readonly<Record<string, string>>;
  /** What rules were told to remember. */
  readonly values: Readonly<Record<string, unknown>>;
}

export const EMPTY_MEMORY: ScenarioMemory = { positions: {}, deliveryCounts: {}, states: {}, values: {} };

export const NOTHING_NEW: ReadonlyMap<string, CompiledValue> = new Map();

export interface RuleSelection {
  /** What to answer; undefined: as ever. "upstream": whatever the real service says. */
  readonly response: CompiledStep | undefined;
  /** Set when the chosen rule's list has ended and it says that this is an error. */
  readonly exhausted: boolean;
  readonly deliver: DeliverySpec | undefined;
  /** What to remember, by name, to be filled in from the call. */
  readonly remember: ReadonlyMap<string, CompiledValue>;
  /** Every rule that had a part in it, as "petstore/not-found 1". */
  readonly appliedRules: readonly string[];
  readonly memory: ScenarioMemory;
}

/**
 * @param scenarios active ones, the most recently activated first
 * @param random numbers from 0 to below 1, asked for only where a rule is played by percentage
 */
export function selectRule(
  scenarios: readonly Scenario[],
  memory: ScenarioMemory,
  call: Call,
  random: () => number,
): RuleSelection {
  let after = memory;
  let deliver: DeliverySpec | undefined;
  let remember = NOTHING_NEW;
  const trace: string[] = [];

  for (const scenario of scenarios) {
    if (scenario.api !== call.operation.api.name) continue;
    for (const compiled of compiledRules(scenario)) {
      const { rule, key } = compiled;
      if (!isRuleFor(rule, call.operation)) continue;
      if (compiled.mismatch(call, memory.states[scenario.id] ?? 'start') !== undefined) continue;
      const step = currentStep(compiled, memory.positions[key] ?? 0);
      if (step === 'passed-on') continue;
      if (isOwn(step) && isSuccessForInvalid(rule, step, call)) continue;

      const wanted = isOwn(step) ? (step.step.deliver ?? rule.deliver) : rule.deliver;
      const limited = limitDelivery(wanted, after, key, random);
      deliver ??= limited.deliver;
      after = limited.memory;
      if (compiled.remember.length > 0) remember = new Map([...remember, ...compiled.remember]);
      if (rule.becomes !== undefined)
        after = { ...after, states: { ...after.states, [scenario.id]: rule.becomes } };
      trace.push(key);
      if (step === 'none') continue;
      if (Array.isArray(rule.reply)) {
        after = { ...after, positions: { ...after.positions, [key]: (memory.positions[key] ?? 0) + 1 } };
      }
      const response = step === 'ended' ? undefined : step;
      return { response, exhausted: step === 'ended', deliver, remember, appliedRules: trace, memory: after };
    }
  }
  return { response: undefined, exhausted: false, deliver, remember, appliedRules: trace, memory: after };
}

/** Whether a scenario has a rule that may have a part in calls of the operation. */
export function hasRuleFor({ api, rules }: Scenario, operation: Operation): boolean {
  return api === operation.api.name && rules.some(rule => isRuleFor(rule, operation));
}

/** Whether a rule is about an operation. */
export function isRuleFor({ on }: Rule, operation: Operation): boolean {
  return on === operation.id || on === '*' || on === `${operation.method} ${operation.path}`;
}

/** none: the rule has no reply. passed-on, ended: its list is over, and that is what it says to do then. */
function currentStep(
  { rule, reply }: CompiledRule,
  position: number,
): CompiledStep | 'none' | 'passed-on' | 'ended' {
  if (reply === undefined) return 'none';
  if (!isList(reply)) return reply;
  const here = reply[position];
  if (here !== undefined) return here;
  switch (rule.then ?? 'repeat-last') {
    case 'repeat-last':
      return reply.at(-1) as CompiledStep;
    case 'loop':
      return reply[position % reply.length] as CompiledStep;
    case 'pass-on':
      return 'passed-on';
    case 'fail':
      return 'ended';
  }
}

/** A rule that answers 4xx or 5xx always fires; a success is no reward for a request that breaks the contract. */
function isSuccessForInvalid(rule: Rule, { step: { status } }: CompiledReply, call: Call): boolean {
  if (call.valid || rule['even-if-invalid'] === true || rule.when?.valid === false) return false;
  return status === undefined || status < 400;
}

/** What the file itself says. Not the real service's answer, which nobody knows beforehand. */
function isOwn(step: ReturnType<typeof currentStep>): step is CompiledReply {
  return typeof step !== 'string';
}

/** The delivery, unless its budget is spent or chance spares this answer; and the memory of that. */
export function limitDelivery(
  deliver: DeliverySpec | undefined,
  memory: ScenarioMemory,
  key: string,
  random: () => number,
): { deliver: DeliverySpec | undefined; memory: ScenarioMemory } {
  if (deliver === undefined) return { deliver, memory };
  const used = memory.deliveryCounts[key] ?? 0;
  if (deliver.times !== undefined && used >= deliver.times) return { deliver: undefined, memory };
  if (deliver.percent !== undefined && random() * 100 >= deliver.percent)
    return { deliver: undefined, memory };
  return {
    deliver,
    memory:
      deliver.times === undefined
        ? memory
        : { ...memory, deliveryCounts: { ...memory.deliveryCounts, [key]: used + 1 } },
  };
}
