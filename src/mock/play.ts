// Plays the step that a scenario chose: a canned body, a changed answer, or a declared one.

import type { Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Call } from '../scenario/call.ts';
import { createCannedResponse } from '../scenario/canned-response.ts';
import type { ResponseStep } from '../scenario/scenario.ts';
import type { TemplateContext } from '../scenario/template.ts';
import { validateResponse } from '../validate/request.ts';
import type { Problem } from './problem.ts';
import { getCachedResponse } from './respond/response-cache.ts';

export type StepResult =
  | { readonly response: Response; readonly findings: readonly Finding[] }
  | { readonly problem: Problem };

/**
 * @param seed set: bodies that are not canned are made up by it
 * @throws TemplateError when a template cannot be filled in
 */
export async function respondWithStep(
  step: ResponseStep,
  call: Call,
  templateContext: TemplateContext,
  seed: string | undefined,
): Promise<StepResult> {
  const { operation } = call;
  let base: Response | undefined;
  if (step.body === undefined) {
    // What a scenario says is not negotiated: the client gets it whatever it accepts.
    const { result: answer, findings } = await getCachedResponse(operation, {
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
  const response = createCannedResponse(step, call, templateContext, base);
  return { response, findings: validateResponse(operation, response) };
}
