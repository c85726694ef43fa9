// The response that neither a scenario nor a switch nor an upstream decides: a refusal, one from the state, or the success.

import { answerFromState } from './answer-from-state.ts';
import { type AppliedScenarios, isRequested } from './apply-scenarios.ts';
import type { DeclaredAnswer, DeclaredRequest } from './declared-request.ts';
import { withViolations } from './prism/report-violations.ts';
import type { ResponseSelection } from './respond/create-response.ts';
import { withParentIds } from './respond/list-parents.ts';
import { undeclaredRefusalProblem } from './respond/refuse.ts';
import { withRequestValues } from './respond/request-values.ts';
import { type CachedResponse, getCachedResponse } from './respond/response-cache.ts';
import { answeredSelection, refusalSelection, selectAsPrism } from './select-response.ts';
import type { PrismSettings } from './server-state.ts';
import type { Maybe } from './session/session-journal.ts';

/** A promise only if the response is not cached, or comes from the state. */
export function respondAsDeclared(
  request: DeclaredRequest,
  applied: AppliedScenarios,
): Maybe<DeclaredAnswer> {
  const { state, preferences, call, findings, refusal } = request;
  const { operation } = call;
  if (state.prism !== undefined) return respondAsPrism(request, applied, state.prism);
  if (refusal !== undefined) {
    const selection = refusalSelection(operation, refusal);
    const refusedFor = refusal.finding;
    if (selection === undefined)
      return { findings: [], response: undeclaredRefusalProblem(operation, refusal, findings), refusedFor };
    return finish(getCachedResponse(operation, selection), cached => ({ ...toAnswer(cached), refusedFor }));
  }
  const stored = answerFromState(request, applied);
  const respond = (): Maybe<DeclaredAnswer> =>
    respondWith(request, answeredSelection(request, applied.seed), !isRequested(preferences));
  return stored instanceof Promise ? stored.then(answer => answer ?? respond()) : (stored ?? respond());
}

/** The response that Prism selects, with the violations of both sides. */
function respondAsPrism(
  request: DeclaredRequest,
  applied: AppliedScenarios,
  settings: PrismSettings,
): Maybe<DeclaredAnswer> {
  const { call, findings, violations = [], isRefused, refusal } = request;
  const { operation } = call;
  const malformed = isRefused ? findings.find(({ code }) => code === 'credentials-malformed') : undefined;
  const refusedFor = refusal?.finding ?? malformed;
  const selected = selectAsPrism(request, settings, applied.seed);
  const withReason = refusedFor && { refusedFor };
  if ('problem' in selected) return { findings: [], response: selected.problem, ...withReason };
  const complete = (answer: DeclaredAnswer): DeclaredAnswer => {
    const reported = withViolations(operation, answer, violations, settings);
    return withReason === undefined ? reported : { ...reported, ...withReason };
  };
  const stored = answerFromState(request, applied);
  const respond = (): Maybe<DeclaredAnswer> => respondWith(request, selected.selection, !isRefused);
  const answering =
    stored instanceof Promise ? stored.then(answer => answer ?? respond()) : (stored ?? respond());
  return answering instanceof Promise ? answering.then(complete) : complete(answering);
}

/** @param mayHaveValues true: the response has the values of the request, unless the server is to leave them out */
function respondWith(
  { state, call }: DeclaredRequest,
  selection: ResponseSelection,
  mayHaveValues: boolean,
): Maybe<DeclaredAnswer> {
  const { operation } = call;
  return finish(getCachedResponse(operation, selection), cached =>
    toAnswer(
      state.requestValues && mayHaveValues
        ? withParentIds(operation, withRequestValues(operation, cached, call), call)
        : cached,
    ),
  );
}

function finish(
  cached: CachedResponse | Promise<CachedResponse>,
  toResult: (cached: CachedResponse) => DeclaredAnswer,
): DeclaredAnswer | Promise<DeclaredAnswer> {
  return cached instanceof Promise ? cached.then(toResult) : toResult(cached);
}

function toAnswer({ result, findings }: CachedResponse): DeclaredAnswer {
  return { findings, response: 'problem' in result ? result.problem : result.response };
}
