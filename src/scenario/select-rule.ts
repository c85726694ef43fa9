// Selects the rule and step that reply to a request: a function of scenarios, memory, request and random numbers.
import type { Operation } from '../openapi/model.ts';
import type { Call } from './call.ts';
import {
  type AppliedRule,
  type CompiledCallbacks,
  type CompiledReply,
  type CompiledRule,
  type CompiledStep,
  compiledRules,
  isReplyList,
  NO_CALLBACKS,
  type Remembered,
} from './compile.ts';
import { combineDeliveries } from './delivery.ts';
import type { DeliverySpec, Rule, Scenario } from './scenario.ts';

/** The state that a session keeps for its scenarios. Immutable: a change creates a new object. */
export interface ScenarioMemory {
  /** Index of the next step of a reply list, by rule key. */
  readonly positions: Readonly<Record<string, number>>;
  /** Number of responses that a delivery with "times" has changed, by rule key. */
  readonly deliveryCounts: Readonly<Record<string, number>>;
  /** State of each scenario by id; "start" if absent. */
  readonly states: Readonly<Record<string, string>>;
  /** Values that rules have stored with "remember", by name. */
  readonly values: Readonly<Record<string, unknown>>;
}

export const EMPTY_MEMORY: ScenarioMemory = { positions: {}, deliveryCounts: {}, states: {}, values: {} };

export const NOTHING_REMEMBERED: readonly Remembered[] = [];

/** The rule that replies, and the memory of the session after it. */
export interface RuleSelection {
  /** The reply; undefined: the usual response; "upstream": the response of the upstream service. */
  readonly response: CompiledStep | undefined;
  /** True: the reply list of the selected rule is exhausted, and the rule says "then: fail". */
  readonly exhausted: boolean;
  readonly deliver: DeliverySpec | undefined;
  readonly callbacks: CompiledCallbacks;
  /** What to store, in order; the templates are not evaluated yet. */
  readonly remember: readonly Remembered[];
  /** All rules that apply; the one that replies is the last. */
  readonly appliedRules: readonly AppliedRule[];
  readonly memory: ScenarioMemory;
}

/**
 * Selects the first rule that matches the request and has a reply.
 * Rules without a reply change delivery, memory and state, and the search continues with the next rule. Of the scenarios
 * after the one that replies, the rules that only deliver apply, so that "slow" and "server-error" combine in any order.
 * @param scenarios active scenarios, the most recently activated first
 * @param random numbers in [0, 1); drawn only for a delivery with "percent"
 * @param isReplied true: the reply is known already, so only rules that only deliver apply
 */
export function selectRule(
  scenarios: readonly Scenario[],
  memory: ScenarioMemory,
  call: Call,
  random: () => number,
  isReplied = false,
): RuleSelection {
  let after = memory;
  let deliver: DeliverySpec | undefined;
  let callbacks = NO_CALLBACKS;
  let remember = NOTHING_REMEMBERED;
  let response: CompiledStep | undefined;
  let exhausted = false;
  let repliedBy: AppliedRule | undefined;
  const appliedRules: AppliedRule[] = [];

  for (const scenario of scenarios) {
    if (scenario.api !== call.operation.api.name) continue;
    const onlyDelivers = isReplied || repliedBy !== undefined;
    if (onlyDelivers && !scenario.rules.some(isDelivery)) continue;
    for (const compiled of rulesFor(scenario, call.operation)) {
      const { rule, key } = compiled;
      const state = memory.states[scenario.id] ?? 'start';
      if (compiled.mismatch(call, state, memory.values) !== undefined) continue;
      const step = currentStep(compiled, memory.positions[key] ?? 0);
      if (step === 'pass-on') continue;
      if (isStaticReply(step) && isSuccessForInvalid(rule, step, call)) continue;
      if (onlyDelivers && step !== 'none') break;
      if (onlyDelivers && !isDelivery(rule)) continue;

      const specified = isStaticReply(step) ? (step.step.deliver ?? rule.deliver) : rule.deliver;
      const limited = limitDelivery(specified, after, key, random);
      deliver = combineDeliveries(deliver, limited.deliver);
      after = limited.memory;
      if (compiled.callbacks.size > 0) callbacks = new Map([...compiled.callbacks, ...callbacks]);
      if (compiled.remember.length > 0) remember = [...remember, ...compiled.remember];
      if (rule.becomes !== undefined)
        after = { ...after, states: { ...after.states, [scenario.id]: rule.becomes } };
      if (step === 'none') {
        appliedRules.push(compiled.applied);
        continue;
      }
      if (Array.isArray(rule.reply)) {
        after = { ...after, positions: { ...after.positions, [key]: (memory.positions[key] ?? 0) + 1 } };
      }
      repliedBy = appliedRule(compiled, memory.positions[key] ?? 0);
      if (step === 'exhausted') exhausted = true;
      else response = step;
      break;
    }
  }
  if (repliedBy !== undefined) appliedRules.push(repliedBy);
  return { response, exhausted, deliver, callbacks, remember, appliedRules, memory: after };
}

/** Whether a rule only delivers the response or callbacks: it has no reply and changes no state. */
function isDelivery({ deliver, callbacks, reply, remember, becomes }: Rule): boolean {
  return (
    (deliver ?? callbacks) !== undefined &&
    reply === undefined &&
    remember === undefined &&
    becomes === undefined
  );
}

/** Whether a scenario has a rule for the operation. */
export function hasRuleFor({ api, rules }: Scenario, operation: Operation): boolean {
  return api === operation.api.name && rules.some(rule => isRuleFor(rule, operation));
}

interface RuleIndex {
  readonly byName: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly byOperation: WeakMap<Operation, readonly CompiledRule[]>;
}

const INDEXES = new WeakMap<Scenario, RuleIndex>();

/** The rules for an operation, in the order of the scenario, which may have thousands for others. */
export function rulesFor(scenario: Scenario, operation: Operation): readonly CompiledRule[] {
  let index = INDEXES.get(scenario);
  if (index === undefined) {
    const byName = Map.groupBy(compiledRules(scenario), ({ rule }) => rule.on);
    index = { byName, byOperation: new WeakMap() };
    INDEXES.set(scenario, index);
  }
  let rules = index.byOperation.get(operation);
  if (rules === undefined) {
    const names = new Set(['*', operation.id, `${operation.method} ${operation.path}`]);
    rules = [...names].flatMap(name => index.byName.get(name) ?? []).sort((a, b) => a.index - b.index);
    index.byOperation.set(operation, rules);
  }
  return rules;
}

/** Whether a rule is for the operation, by operationId, method and path, or "*". */
function isRuleFor({ on }: Rule, operation: Operation): boolean {
  return on === operation.id || on === '*' || on === `${operation.method} ${operation.path}`;
}

/** none: the rule has no reply. pass-on, exhausted: the list has no further step, and "then" is pass-on or fail. */
export function currentStep(
  { rule, reply }: CompiledRule,
  position: number,
): CompiledStep | 'none' | 'pass-on' | 'exhausted' {
  if (reply === undefined) return 'none';
  if (!isReplyList(reply)) return reply;
  const step = reply[position];
  if (step !== undefined) return step;
  switch (rule.then ?? 'repeat-last') {
    case 'repeat-last':
      return reply.at(-1) as CompiledStep;
    case 'loop':
      return reply[position % reply.length] as CompiledStep;
    case 'pass-on':
      return 'pass-on';
    case 'fail':
      return 'exhausted';
  }
}

/** An invalid request gets no success: a reply with status below 400 is skipped unless the rule allows it. */
function isSuccessForInvalid(rule: Rule, { step: { status } }: CompiledReply, call: Call): boolean {
  if (call.valid || rule['even-if-invalid'] === true || rule.when?.valid === false) return false;
  return typeof status !== 'number' || status < 400;
}

/** @param position in a reply list, also beyond its end */
function appliedRule({ applied, rule, reply }: CompiledRule, position: number): AppliedRule {
  if (reply === undefined || !isReplyList(reply)) return applied;
  const entry = rule.then === 'loop' ? position % reply.length : Math.min(position, reply.length - 1);
  return { ...applied, entry: entry + 1 };
}

/** Whether the scenario file defines the response. The response of the upstream service is not known here. */
function isStaticReply(step: ReturnType<typeof currentStep>): step is CompiledReply {
  return typeof step !== 'string';
}

/** Applies "times" and "percent": the delivery is undefined if this response is delivered normally. */
export function limitDelivery(
  deliver: DeliverySpec | undefined,
  memory: ScenarioMemory,
  key: string,
  random: () => number,
): { deliver: DeliverySpec | undefined; memory: ScenarioMemory } {
  if (deliver === undefined) return { deliver, memory };
  const count = memory.deliveryCounts[key] ?? 0;
  if (deliver.times !== undefined && count >= deliver.times) return { deliver: undefined, memory };
  if (deliver.percent !== undefined && random() * 100 >= deliver.percent)
    return { deliver: undefined, memory };
  return {
    deliver,
    memory:
      deliver.times === undefined
        ? memory
        : { ...memory, deliveryCounts: { ...memory.deliveryCounts, [key]: count + 1 } },
  };
}
