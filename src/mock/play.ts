// Plays the step that a scenario chose: a canned body, a changed answer, or a declared one.
import { judgeResponse } from '../contract/judge.ts';
import type { Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Call } from '../scenario/call.ts';
import { cannedResponse } from '../scenario/canned.ts';
import type { ResponseStep } from '../scenario/scenario.ts';
import type { Surroundings } from '../scenario/template.ts';
import { prepare } from './prepared.ts';
import type { Problem } from './problem.ts';

export type Played =
  | { readonly response: Response; readonly findings: readonly Finding[] }
  | { readonly problem: Problem };

/**
 * @param seed set: bodies that are not canned are made up by it
 * @throws TemplateError when a template cannot be filled in
 */
export async function play(
  step: ResponseStep,
  call: Call,
  surroundings: Surroundings,
  seed: string | undefined,
): Promise<Played> {
  const { operation } = call;
  let base: Response | undefined;
  if (step.body === undefined) {
    // What a scenario says is not negotiated: the client gets it whatever it accepts.
    const { answer, findings } = await prepare(operation, {
      status: step.status,
      example: step.example,
      accept: undefined,
      seed,
    });
    if ('problem' in answer) return answer;
    if (step.patch === undefined && step.headers === undefined)
      return { response: answer.response, findings };
    base = answer.response;
  }
  const response = cannedResponse(step, call, surroundings, base);
  return { response, findings: judgeResponse(operation, response) };
}
