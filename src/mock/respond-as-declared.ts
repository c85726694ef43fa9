// The response that neither a scenario nor a switch nor an upstream decides: a refusal, one from the state, or the success.

import type { Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Refusal } from '../openapi/refusals.ts';
import type { Call } from '../scenario/call.ts';
import { type AppliedScenarios, bodySeed } from './apply-scenarios.ts';
import type { Preferences } from './preferences.ts';
import { selectForInvalid, selectForValid } from './prism/negotiate.ts';
import { withViolations } from './prism/report-violations.ts';
import type { PrismViolation } from './prism/violation.ts';
import type { Problem } from './problem.ts';
import type { RequestContext } from './request-context.ts';
import type { ResponseSelection } from './respond/create-response.ts';
import { undeclaredRefusalProblem } from './respond/refuse.ts';
import { withRequestValues } from './respond/request-values.ts';
import { type CachedResponse, getCachedResponse } from './respond/response-cache.ts';
import { refusalSelection, successSelection } from './select-response.ts';
import type { PrismSettings, ServerState } from './server-state.ts';
import { respondFromState, type StateAnswer } from './state/respond-from-state.ts';
import type { StateEffect } from './state/state-effect.ts';

export interface DeclaredRequest {
  readonly state: ServerState;
  readonly context: RequestContext;
  readonly preferences: Preferences;
  /** Id of the session. */
  readonly session: string;
  /** Id of the exchange. */
  readonly exchange: string;
  readonly call: Call;
  /** About the request. */
  readonly findings: readonly Finding[];
  /** Undefined: the request is valid, or answered all the same. */
  readonly refusal: Refusal | undefined;
  /** In the words of Prism; undefined: its dialect is not spoken. */
  readonly violations: readonly PrismViolation[] | undefined;
  /** True: the request gets an error. With the dialect of Prism also without a refusal. */
  readonly isRefused: boolean;
  readonly applied: AppliedScenarios;
  /** True: the request has findings that would reject it. */
  readonly isTolerated: boolean;
}

export interface DeclaredAnswer {
  /** About the response. */
  readonly findings: readonly Finding[];
  readonly response: Response | Problem;
  readonly refusedFor?: Finding;
  readonly offContract?: string | undefined;
  readonly stateEffect?: StateEffect;
}

/** A promise only if the response is not cached, or comes from the state. */
export function respondAsDeclared(request: DeclaredRequest): DeclaredAnswer | Promise<DeclaredAnswer> {
  const { state, preferences, call, findings, refusal, applied, isTolerated } = request;
  const { operation } = call;
  if (state.prism !== undefined) return respondAsPrism(request, state.prism);
  if (refusal !== undefined) {
    const selection = refusalSelection(operation, refusal);
    const refusedFor = refusal.finding;
    if (selection === undefined)
      return { findings: [], response: undeclaredRefusalProblem(operation, refusal, findings), refusedFor };
    return finish(getCachedResponse(operation, selection), cached => ({ ...toAnswer(cached), refusedFor }));
  }
  const isAcceptable = !isTolerated || findings.every(({ code }) => code !== 'accept-unsatisfiable');
  const accept = isAcceptable ? undefined : '*/*';
  const selection = successSelection(state, preferences, call, applied.seed, accept);
  // A status or an example that the client requests is sent as the document has it.
  if (preferences.code !== undefined || preferences.example !== undefined)
    return finish(getCachedResponse(operation, selection), toAnswer);
  const respond = (): DeclaredAnswer | Promise<DeclaredAnswer> =>
    finish(getCachedResponse(operation, selection), cached =>
      toAnswer(state.requestValues ? withRequestValues(operation, cached, call) : cached),
    );
  return applied.isStateful ? statefulAnswer(request, selection, respond) : respond();
}

/** The response that Prism selects, with the violations of both sides. */
function respondAsPrism(
  request: DeclaredRequest,
  settings: PrismSettings,
): DeclaredAnswer | Promise<DeclaredAnswer> {
  const { preferences, call, violations = [], isRefused, refusal, applied, state } = request;
  const { operation } = call;
  const refusedFor = refusal?.finding;
  const isDynamic = preferences.dynamic ?? state.dynamic;
  const wanted = {
    preferences,
    accept: call.header('accept'),
    seed: isDynamic ? bodySeed(applied.seed, call) : undefined,
    ignoreExamples: settings.ignoreExamples,
  };
  const selected = isRefused
    ? selectForInvalid(operation, violations, wanted)
    : selectForValid(operation, wanted);
  const withReason = refusedFor && { refusedFor };
  if ('problem' in selected) return { findings: [], response: selected.problem, ...withReason };
  const { selection } = selected;
  const complete = (answer: DeclaredAnswer): DeclaredAnswer => ({
    ...withViolations(operation, answer, violations, settings),
    ...withReason,
  });
  const respond = (): DeclaredAnswer | Promise<DeclaredAnswer> =>
    finish(getCachedResponse(operation, selection), cached =>
      toAnswer(state.requestValues && !isRefused ? withRequestValues(operation, cached, call) : cached),
    );
  const isRequested = preferences.code !== undefined || preferences.example !== undefined;
  const answering =
    applied.isStateful && !isRefused && !isRequested
      ? statefulAnswer(request, selection, respond)
      : respond();
  return answering instanceof Promise ? answering.then(complete) : complete(answering);
}

function statefulAnswer(
  { state, context, session, exchange, call, findings, applied }: DeclaredRequest,
  selection: ResponseSelection,
  otherwise: () => DeclaredAnswer | Promise<DeclaredAnswer>,
): DeclaredAnswer | Promise<DeclaredAnswer> {
  const { byPrefix } = context.sessionNames;
  const answering = respondFromState({
    call,
    sessions: state.sessions,
    session,
    selection,
    findings,
    exchange,
    now: state.now(),
    at: applied.templateContext.startedAt,
    urlPrefix: byPrefix === undefined ? '' : `/~${byPrefix}`,
  });
  const toDeclared = (answer: StateAnswer | undefined): DeclaredAnswer | Promise<DeclaredAnswer> => {
    if (answer === undefined) return otherwise();
    const { effect, ...response } = answer;
    return { ...response, stateEffect: effect };
  };
  return answering instanceof Promise ? answering.then(toDeclared) : toDeclared(answering);
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
