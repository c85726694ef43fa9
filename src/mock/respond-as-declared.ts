// The response that neither a scenario nor a switch nor an upstream decides: a refusal, one from the state, or the success.

import type { Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Refusal } from '../openapi/refusals.ts';
import type { Call } from '../scenario/call.ts';
import { fixedStatus } from '../scenario/canned-response.ts';
import type { CompiledReply } from '../scenario/compile.ts';
import { type AppliedScenarios, bodySeed } from './apply-scenarios.ts';
import type { Preferences } from './preferences.ts';
import { selectForInvalid, selectForValid } from './prism/negotiate.ts';
import { withViolations } from './prism/report-violations.ts';
import type { PrismViolation } from './prism/violation.ts';
import type { Problem } from './problem.ts';
import type { RequestContext } from './request-context.ts';
import type { ResponseSelection } from './respond/create-response.ts';
import { withParentIds } from './respond/list-parents.ts';
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
  /** As Prism reports them; undefined: the server does not use the dialect of Prism. */
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
      toAnswer(
        state.requestValues
          ? withParentIds(operation, withRequestValues(operation, cached, call), call)
          : cached,
      ),
    );
  if (!applied.isStateful) return respond();
  const stored = answerFromState(request, selection);
  return stored instanceof Promise ? stored.then(answer => answer ?? respond()) : (stored ?? respond());
}

/** The response that Prism selects, with the violations of both sides. */
function respondAsPrism(
  request: DeclaredRequest,
  settings: PrismSettings,
): DeclaredAnswer | Promise<DeclaredAnswer> {
  const { preferences, call, findings, violations = [], isRefused, refusal, applied, state } = request;
  const { operation } = call;
  const malformed = isRefused ? findings.find(({ code }) => code === 'credentials-malformed') : undefined;
  const refusedFor = refusal?.finding ?? malformed;
  const isDynamic = preferences.dynamic ?? state.dynamic;
  const isOnce = isDynamic && settings.isVaried && applied.seed === state.seed;
  const wanted = {
    preferences,
    accept: call.header('accept'),
    seed: isDynamic ? bodySeed(isOnce ? request.exchange : applied.seed, call) : undefined,
    isOnce,
    ignoreExamples: settings.ignoreExamples,
    fillProperties: settings.fillProperties,
  };
  let selected = isRefused
    ? selectForInvalid(operation, violations, wanted)
    : selectForValid(operation, wanted);
  const isTolerant = (preferences.validate ?? state.validateRequest) !== 'on';
  if (isTolerant && 'problem' in selected && selected.problem.code === 'not-acceptable')
    selected = selectForValid(operation, { ...wanted, accept: '*/*' });
  const withReason = refusedFor && { refusedFor };
  if ('problem' in selected) return { findings: [], response: selected.problem, ...withReason };
  const { selection } = selected;
  const complete = (answer: DeclaredAnswer): DeclaredAnswer => {
    const reported = withViolations(operation, answer, violations, settings);
    return withReason === undefined ? reported : { ...reported, ...withReason };
  };
  const respond = (): DeclaredAnswer | Promise<DeclaredAnswer> =>
    finish(getCachedResponse(operation, selection), cached =>
      toAnswer(
        state.requestValues && !isRefused
          ? withParentIds(operation, withRequestValues(operation, cached, call), call)
          : cached,
      ),
    );
  const isRequested = preferences.code !== undefined || preferences.example !== undefined;
  const stored =
    applied.isStateful && !isRefused && !isRequested ? answerFromState(request, selection) : undefined;
  const answering =
    stored instanceof Promise ? stored.then(answer => answer ?? respond()) : (stored ?? respond());
  return answering instanceof Promise ? answering.then(complete) : complete(answering);
}

/**
 * What the state answers, for a reply that changes it: with the status of the reply, else a success.
 * @returns undefined if the reply changes the response of the document
 */
export function storedAnswer(
  request: DeclaredRequest,
  { body, bodyFile, patch, statusTemplate, step }: CompiledReply,
): DeclaredAnswer | undefined | Promise<DeclaredAnswer | undefined> {
  const { state, preferences, call, applied } = request;
  if (!applied.isStateful || patch === undefined || body !== undefined || bodyFile !== undefined)
    return undefined;
  const status = fixedStatus(step);
  const isOfDocument =
    statusTemplate !== undefined ||
    step.example !== undefined ||
    (status !== undefined && !isSuccess(status));
  if (isOfDocument || !call.valid) return undefined;
  const selection = successSelection(state, preferences, call, applied.seed);
  const withStatus = (answer: DeclaredAnswer | undefined): DeclaredAnswer | undefined => {
    if (answer === undefined || !('status' in answer.response)) return undefined;
    const found = answer.response.status;
    return found === (status ?? found) && isSuccess(found) ? answer : undefined;
  };
  const stored = answerFromState(request, selection);
  return stored instanceof Promise ? stored.then(withStatus) : withStatus(stored);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** @returns undefined if the operation is answered as documented */
function answerFromState(
  { state, context, session, exchange, call, findings, applied }: DeclaredRequest,
  selection: ResponseSelection,
): DeclaredAnswer | undefined | Promise<DeclaredAnswer | undefined> {
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
  return answering instanceof Promise ? answering.then(toDeclared) : toDeclared(answering);
}

function toDeclared(answer: StateAnswer | undefined): DeclaredAnswer | undefined {
  if (answer === undefined) return undefined;
  const { effect, ...response } = answer;
  return { ...response, stateEffect: effect };
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
