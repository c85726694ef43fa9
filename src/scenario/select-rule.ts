// Selects the rule and step that reply to a request: a pure function of scenarios and memory.
import type { Operation } from '../openapi/model.ts';
import type { Call } from './call.ts';
import { mismatch } from './matchers.ts';
import type { DeliverySpec, ResponseStep, Rule, Scenario, Step } from './scenario.ts';

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

export interface RuleSelection {
  /** The rule that answers; undefined when the answer is as ever and only its delivery, or memory, is changed. */
  readonly selected: { readonly scenario: Scenario; readonly rule: Rule; readonly index: number } | undefined;
  /** What to answer; undefined: as ever. "upstream": whatever the real service says. */
  readonly response: ResponseStep | 'upstream' | undefined;
  /** Set when the chosen rule's list has ended and it says that this is an error. */
  readonly exhausted: boolean;
  readonly deliver: DeliverySpec | undefined;
  /** Templates of what to remember, to be filled in from the call. */
  readonly remember: Readonly<Record<string, string>>;
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
  const remember: Record<string, string> = {};
  const trace: string[] = [];

  for (const scenario of scenarios) {
    if (scenario.api !== call.operation.api.name) continue;
    for (const [index, rule] of scenario.rules.entries()) {
      if (!isRuleFor(rule, call.operation)) continue;
      if (mismatch(rule.when, call, memory.states[scenario.id] ?? 'start') !== undefined) continue;
      const key = `${scenario.id} ${index + 1}`;
      const step = currentStep(rule, memory.positions[key] ?? 0);
      if (step === 'passed-on') continue;
      if (isStaticStep(step) && isSuccessForInvalid(rule, step, call)) continue;

      const limited = limitDelivery(
        isStaticStep(step) ? (toResponseStep(step).deliver ?? rule.deliver) : rule.deliver,
        after,
        key,
        random,
      );
      deliver ??= limited.deliver;
      after = limited.memory;
      Object.assign(remember, rule.remember);
      if (rule.becomes !== undefined)
        after = { ...after, states: { ...after.states, [scenario.id]: rule.becomes } };
      trace.push(key);
      if (step === 'none') continue;
      if (Array.isArray(rule.reply)) {
        after = { ...after, positions: { ...after.positions, [key]: (memory.positions[key] ?? 0) + 1 } };
      }
      const chosen = { scenario, rule, index };
      const response = step === 'ended' ? undefined : step === 'upstream' ? step : toResponseStep(step);
      return {
        selected: chosen,
        response,
        exhausted: step === 'ended',
        deliver,
        remember,
        appliedRules: trace,
        memory: after,
      };
    }
  }
  return {
    selected: undefined,
    response: undefined,
    exhausted: false,
    deliver,
    remember,
    appliedRules: trace,
    memory: after,
  };
}

/** Whether a scenario has a rule that may have a part in calls of the operation. */
export function hasRuleFor({ api, rules }: Scenario, operation: Operation): boolean {
  return api === operation.api.name && rules.some(rule => isRuleFor(rule, operation));
}

/** Whether a rule is about an operation. */
export function isRuleFor(rule: Rule, operation: Operation): boolean {
  return rule.on === operation.id || rule.on === `${operation.method} ${operation.path}` || rule.on === '*';
}

/** none: the rule has no reply. passed-on, ended: its list is over, and that is what it says to do then. */
function currentStep(rule: Rule, position: number): Step | 'none' | 'passed-on' | 'ended' {
  if (rule.reply === undefined) return 'none';
  if (!Array.isArray(rule.reply)) return rule.reply;
  const here = rule.reply[position];
  if (here !== undefined) return here;
  switch (rule.then ?? 'repeat-last') {
    case 'repeat-last':
      return rule.reply.at(-1) as Step;
    case 'loop':
      return rule.reply[position % rule.reply.length] as Step;
    case 'pass-on':
      return 'passed-on';
    case 'fail':
      return 'ended';
  }
}

/** A rule that answers 4xx or 5xx always fires; a success is no reward for a request that breaks the contract. */
function isSuccessForInvalid(rule: Rule, step: StaticStep, call: Call): boolean {
  if (call.valid || rule['even-if-invalid'] === true || rule.when?.valid === false) return false;
  const { status } = toResponseStep(step);
  return status === undefined || status < 400;
}

/** What the file itself says. Not the real service's answer, which nobody knows beforehand. */
type StaticStep = Exclude<Step, 'upstream'>;

function isStaticStep(step: ReturnType<typeof currentStep>): step is StaticStep {
  return typeof step !== 'string';
}

function toResponseStep(step: StaticStep): ResponseStep {
  return typeof step === 'number' ? { status: step } : step;
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
