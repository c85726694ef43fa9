// Which rule answers a call, and with which step of it: a pure function from stories and memory to a plan and new memory.
import type { Operation } from '../contract/contract.ts';
import type { Call } from './call.ts';
import type { Deliver, ResponseStep, Rule, Scenario, Step } from './scenario.ts';
import { mismatch } from './when.ts';

/** What a session remembers of the stories it plays. Never changed in place. */
export interface Memory {
  /** How far a rule's list has been walked, by rule key. */
  readonly positions: Readonly<Record<string, number>>;
  /** How often a rule's delivery budget was used, by rule key. */
  readonly spent: Readonly<Record<string, number>>;
  /** The state of each story, by scenario id; "start" where there is none. */
  readonly states: Readonly<Record<string, string>>;
  /** What rules were told to remember. */
  readonly values: Readonly<Record<string, unknown>>;
}

export const BLANK: Memory = { positions: {}, spent: {}, states: {}, values: {} };

export interface Plan {
  /** The rule that answers; undefined when the answer is as ever and only its delivery, or memory, is changed. */
  readonly chosen: { readonly scenario: Scenario; readonly rule: Rule; readonly index: number } | undefined;
  /** What to answer; undefined: as ever. "upstream": whatever the real service says. */
  readonly response: ResponseStep | 'upstream' | undefined;
  /** Set when the chosen rule's list has ended and it says that this is an error. */
  readonly exhausted: boolean;
  readonly deliver: Deliver | undefined;
  /** Templates of what to remember, to be filled in from the call. */
  readonly remember: Readonly<Record<string, string>>;
  /** Every rule that had a part in it, as "petstore/not-found 1". */
  readonly trace: readonly string[];
  readonly memory: Memory;
}

/**
 * @param scenarios active ones, the most recently activated first
 * @param chance numbers from 0 to below 1, asked for only where a rule is played by percentage
 */
export function choose(
  scenarios: readonly Scenario[],
  memory: Memory,
  call: Call,
  chance: () => number,
): Plan {
  let after = memory;
  let deliver: Deliver | undefined;
  const remember: Record<string, string> = {};
  const trace: string[] = [];

  for (const scenario of scenarios) {
    if (scenario.api !== call.operation.api.name) continue;
    for (const [index, rule] of scenario.rules.entries()) {
      if (!isOn(rule, call.operation)) continue;
      if (mismatch(rule.when, call, memory.states[scenario.id] ?? 'start') !== undefined) continue;
      const key = `${scenario.id} ${index + 1}`;
      const step = nextStep(rule, memory.positions[key] ?? 0);
      if (step === 'passed-on') continue;
      if (isTold(step) && rewardsInvalid(rule, step, call)) continue;

      const own = budgeted(
        isTold(step) ? (toldBy(step).deliver ?? rule.deliver) : rule.deliver,
        after,
        key,
        chance,
      );
      deliver ??= own.deliver;
      after = own.memory;
      Object.assign(remember, rule.remember);
      if (rule.becomes !== undefined)
        after = { ...after, states: { ...after.states, [scenario.id]: rule.becomes } };
      trace.push(key);
      if (step === 'none') continue;
      if (Array.isArray(rule.reply)) {
        after = { ...after, positions: { ...after.positions, [key]: (memory.positions[key] ?? 0) + 1 } };
      }
      const chosen = { scenario, rule, index };
      const response = step === 'ended' ? undefined : step === 'upstream' ? step : toldBy(step);
      return { chosen, response, exhausted: step === 'ended', deliver, remember, trace, memory: after };
    }
  }
  return {
    chosen: undefined,
    response: undefined,
    exhausted: false,
    deliver,
    remember,
    trace,
    memory: after,
  };
}

/** Whether a scenario has a rule that may have a part in calls of the operation. */
export function isAbout({ api, rules }: Scenario, operation: Operation): boolean {
  return api === operation.api.name && rules.some(rule => isOn(rule, operation));
}

/** Whether a rule is about an operation. */
export function isOn(rule: Rule, operation: Operation): boolean {
  return rule.on === operation.id || rule.on === `${operation.method} ${operation.path}` || rule.on === '*';
}

/** none: the rule has no reply. passed-on, ended: its list is over, and that is what it says to do then. */
function nextStep(rule: Rule, position: number): Step | 'none' | 'passed-on' | 'ended' {
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
function rewardsInvalid(rule: Rule, step: Told, call: Call): boolean {
  if (call.valid || rule['even-if-invalid'] === true || rule.when?.valid === false) return false;
  const { status } = toldBy(step);
  return status === undefined || status < 400;
}

/** What the file itself says. Not the real service's answer, which nobody knows beforehand. */
type Told = Exclude<Step, 'upstream'>;

function isTold(step: ReturnType<typeof nextStep>): step is Told {
  return typeof step !== 'string';
}

function toldBy(step: Told): ResponseStep {
  return typeof step === 'number' ? { status: step } : step;
}

/** The delivery, unless its budget is spent or chance spares this answer; and the memory of that. */
export function budgeted(
  deliver: Deliver | undefined,
  memory: Memory,
  key: string,
  chance: () => number,
): { deliver: Deliver | undefined; memory: Memory } {
  if (deliver === undefined) return { deliver, memory };
  const used = memory.spent[key] ?? 0;
  if (deliver.times !== undefined && used >= deliver.times) return { deliver: undefined, memory };
  if (deliver.percent !== undefined && chance() * 100 >= deliver.percent)
    return { deliver: undefined, memory };
  return {
    deliver,
    memory: deliver.times === undefined ? memory : { ...memory, spent: { ...memory.spent, [key]: used + 1 } },
  };
}
