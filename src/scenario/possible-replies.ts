// Lists the replies that scenarios may give to the next valid request of an operation, without a request at hand.
import type { Operation } from '../openapi/model.ts';
import { type CompiledStep, isReplyList } from './compile.ts';
import type { Rule, Scenario } from './scenario.ts';
import { currentStep, rulesFor, type ScenarioMemory } from './select-rule.ts';

export interface PossibleReply {
  readonly scenario: Scenario;
  /** Index of the rule in the scenario. */
  readonly rule: number;
  /** "exhausted": the reply list has no further step, and the rule says "then: fail". */
  readonly step: CompiledStep | 'exhausted';
  /** The number of the step and their count, if the reply is a list. */
  readonly position: { readonly number: number; readonly count: number } | undefined;
  /** True: it depends on the path, the query, the headers, the cookies or the body of the request. */
  readonly conditional: boolean;
}

/**
 * The replies in the order in which selectRule tries them. A valid request gets the first one whose conditions hold, so
 * the list ends with the first reply without conditions.
 */
export function possibleReplies(
  scenarios: readonly Scenario[],
  memory: ScenarioMemory,
  operation: Operation,
): PossibleReply[] {
  const replies: PossibleReply[] = [];
  for (const scenario of scenarios) {
    if (scenario.api !== operation.api.name) continue;
    const state = memory.states[scenario.id] ?? 'start';
    for (const compiled of rulesFor(scenario, operation)) {
      const { rule, index, key, reply } = compiled;
      if (rule.when?.valid === false || (rule.when?.state ?? state) !== state) continue;
      const taken = memory.positions[key] ?? 0;
      const step = currentStep(compiled, taken);
      if (step === 'pass-on' || step === 'none') continue;
      const count = reply !== undefined && isReplyList(reply) ? reply.length : undefined;
      const conditional = hasConditions(rule);
      replies.push({
        scenario,
        rule: index,
        step,
        position: count === undefined ? undefined : { number: positionOf(rule, taken, count), count },
        conditional,
      });
      if (!conditional) return replies;
    }
  }
  return replies;
}

function hasConditions({ when = {} }: Rule): boolean {
  const { path, query, headers, cookies, body, memory, text } = when;
  return (
    text !== undefined ||
    [path, query, headers, cookies, body, memory].some(
      conditions => conditions !== undefined && Object.keys(conditions).length > 0,
    )
  );
}

function positionOf({ then }: Rule, taken: number, count: number): number {
  return then === 'loop' ? (taken % count) + 1 : Math.min(taken + 1, count);
}
