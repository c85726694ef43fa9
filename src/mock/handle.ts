// Handles one request from top to bottom: session, match, findings, scenario, response, event.

import { bodyToSend, type Request, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { findRefusal } from '../openapi/refusals.ts';
import type { Match } from '../routing/match.ts';
import { Call } from '../scenario/call.ts';
import type { AppliedRule } from '../scenario/compile.ts';
import { type Delivery, deliveryTime, IMMEDIATE_DELIVERY, resolveDelivery } from '../scenario/delivery.ts';
import { TemplateError } from '../scenario/template.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { validateRequest } from '../validate/request.ts';
import { applyScenarios, bodySeed, createScenarioResponse } from './apply-scenarios.ts';
import { type CallbackPlan, withCallbacks } from './callbacks/plan-callbacks.ts';
import { noUpstreamProblem, type Problem, problemResponse, unusableProblem } from './problem.ts';
import { type ProxiedRequest, startExchange } from './proxy/proxied-request.ts';
import type { UpstreamTarget } from './proxy/upstream-table.ts';
import { headFindings, type RequestContext } from './request-context.ts';
import { createForcedResponse } from './respond/forced-response.ts';
import { withLinksToMock } from './respond/links-to-mock.ts';
import { withRateLimitHeaders } from './respond/rate-limit-headers.ts';
import { createRateLimitedResponse } from './respond/rate-limited-response.ts';
import { createUnmatchedResponse } from './respond/refuse.ts';
import { respondAsDeclared } from './respond-as-declared.ts';
import { successSelection } from './select-response.ts';
import type { ServeEvent, ToleratedRequest, UpstreamAttempt } from './serve-event.ts';
import type { ServerState } from './server-state.ts';
import { resolveSession, sourceOfSession } from './session/identify.ts';
import type { RateVerdict } from './session/rate-limits.ts';
import type { StateEffect } from './state/state-effect.ts';

/** The response to a request, and why it was selected. */
interface HandlingResult {
  readonly findings: readonly Finding[];
  /** "upstream": the upstream service responds. */
  readonly response: Response | Problem | 'upstream';
  readonly refusedFor?: Finding | undefined;
  readonly tolerated?: ToleratedRequest | undefined;
  readonly rules?: readonly AppliedRule[];
  readonly switches?: readonly string[];
  readonly forcedBy?: string;
  readonly offContract?: string | undefined;
  readonly stateEffect?: StateEffect;
  readonly delivery?: Delivery;
  readonly rateLimit?: RateVerdict | undefined;
  readonly sessionTime?: number | undefined;
  readonly callbacks?: CallbackPlan | undefined;
}

export type ServedResponse = ServeEvent & {
  readonly response: Response;
  /** The callbacks to send after the response. */
  readonly callbacks?: CallbackPlan;
};

export interface HandleOptions {
  /** The upstream that responds unless a scenario does. */
  readonly target?: UpstreamTarget | undefined;
  /** Set if the upstream failed, and the mock responds instead. */
  readonly attempt?: UpstreamAttempt;
}

/**
 * Creates the response to a request, and records and publishes the event. Returns a ProxiedRequest instead if the upstream
 * must respond: the proxy records the event then. Errors of clients, documents and scenarios become problems.
 * @param body without content codings
 */
export async function handle(
  state: ServerState,
  context: RequestContext,
  body: Uint8Array,
  { target, attempt }: HandleOptions = {},
): Promise<ServedResponse | ProxiedRequest> {
  const { id, startedAt, startTick } = startExchange(state);
  // Use one configuration for the whole request, even if it is reloaded meanwhile.
  const { config, sessionNames, head, match } = context;
  const request = body.length === 0 ? head : requestWithBody(head, body);
  const operation = match.kind === 'operation' ? match.operation : undefined;
  // Await promises only: each await costs a microtask.
  const resolving = resolveSession(state.sessions, sessionNames, operation);
  const session = typeof resolving === 'string' ? resolving : await resolving;

  const sessionSource = sourceOfSession(sessionNames, session);

  const result: HandlingResult =
    match.kind === 'operation'
      ? await handleMatched(context, match, state, session, id, request, target, attempt !== undefined)
      : isProxied(target)
        ? PROXY_UNMATCHED
        : { findings: [], response: await createUnmatchedResponse(match, request) };
  if (result.response === 'upstream' && target !== undefined) {
    const { rules = NO_RULES, switches = NONE, delivery = IMMEDIATE_DELIVERY } = result;
    const exchange = { id, startedAt, startTick, session, sessionSource, target, request, config };
    return { kind: 'proxied', ...exchange, rules, switches, delivery };
  }
  const selected = result.response === 'upstream' ? noUpstreamProblem(operation) : result.response;
  const problem = 'code' in selected ? selected : undefined;
  const response =
    'code' in selected
      ? problemResponse(selected)
      : withRateLimitHeaders(
          withLinksToMock(context, selected),
          operation,
          result.rateLimit,
          result.rules ?? NO_RULES,
        );
  const { delivery = IMMEDIATE_DELIVERY } = result;
  const event = {
    // A new request object: decoded values are cached by object, and the journal must not keep them alive.
    exchange: {
      id,
      startedAt,
      // The event is published before the delivery begins.
      duration: state.monotonicNow() - startTick + timeOfDelivery(delivery, head.method, response),
      request: requestWithBody(head, body),
      response,
    },
    operation,
    session,
    sessionSource,
    preferences: context.preferences,
    findings: result.findings,
    refusedFor: result.refusedFor,
    tolerated: result.tolerated,
    problem: problem?.code,
    rules: result.rules ?? NO_RULES,
    switches: result.switches ?? NONE,
    forcedBy: result.forcedBy,
    offContract: result.offContract,
    stateEffect: result.stateEffect,
    delivery,
    rateLimit: result.rateLimit,
    sessionTime: result.sessionTime,
    redactPersonal: config.contract.apis[0]?.redactPersonal === true,
    upstream: attempt,
    response,
  };
  state.sessions.record(session, event);
  state.publish(event);
  return withCallbacks(event, result.callbacks);
}

const NO_RULES: readonly AppliedRule[] = [];
const NONE: readonly string[] = [];

/** Whether the upstream responds unless a scenario does. */
function isProxied(target: UpstreamTarget | undefined): boolean {
  return target !== undefined && target.upstream.mode !== 'on-request';
}

/** Scenarios apply to operations only, so the upstream responds to all other requests. */
const PROXY_UNMATCHED: HandlingResult = { findings: [], response: 'upstream' };

async function handleMatched(
  context: RequestContext,
  match: Match,
  state: ServerState,
  sessionId: string,
  exchangeId: string,
  request: Request,
  target: UpstreamTarget | undefined,
  isRepeated: boolean,
): Promise<HandlingResult> {
  const { preferences, config } = context;
  if ('message' in preferences)
    return { findings: [], response: { code: 'bad-preference', detail: preferences.message } };
  const { operation } = match;
  // What is known if a template fails.
  let findings: readonly Finding[] = [];
  let applies: Omit<HandlingResult, 'findings' | 'response'> = {};
  try {
    findings = validateRequest(match, request, headFindings(context, match));
    const validation = preferences.validate ?? state.validateRequest;
    const found = findRefusal(operation.refusals, findings);
    const refusal = validation === 'on' ? found : undefined;
    const tolerated =
      found === undefined || validation === 'on' ? undefined : { finding: found.finding, validation };
    const call = new Call(match, request, refusal === undefined);
    const applying = applyScenarios(
      config,
      state,
      sessionId,
      call,
      preferences,
      isProxied(target),
      isRepeated,
    );
    const applied = applying instanceof Promise ? await applying : applying;
    const { selection, forced, switches, templateContext, seed, rateLimit, sessionTime } = applied;
    const delivery = resolveDelivery(selection.deliver, templateContext.random);
    const rules = selection.appliedRules;
    const callbacks =
      operation.callbacks.length === 0 ? undefined : { settings: selection.callbacks, templateContext };
    applies = { tolerated, rules, switches, delivery, rateLimit, sessionTime, callbacks };

    if (rateLimit?.isExceeded) {
      const usual = successSelection(state, preferences, call, seed);
      const created = await createRateLimitedResponse(operation, usual, rateLimit);
      return { ...created, ...applies, findings: concatFindings(findings, created.findings) };
    }

    if (forced !== undefined) {
      const wanted = { ...preferences, code: forced.status, example: forced.example };
      const created = await createForcedResponse(operation, successSelection(state, wanted, call, seed));
      return {
        ...created,
        ...applies,
        forcedBy: forced.target,
        findings: concatFindings(findings, created.findings),
      };
    }
    if (selection.exhausted) {
      const detail = `${selection.appliedRules.at(-1)?.key}: the reply list of this rule is exhausted, and the rule says "then: fail"`;
      return { findings, response: { code: 'scenario-ended', detail }, ...applies };
    }
    if (selection.response === 'upstream') return { findings, response: selection.response, ...applies };
    if (selection.response !== undefined) {
      const creating = createScenarioResponse(
        selection.response,
        templateContext,
        preferences.dynamic === true ? bodySeed(seed, call) : undefined,
      );
      const created = creating instanceof Promise ? await creating : creating;
      if ('problem' in created) return { findings, response: created.problem, ...applies };
      const offContract = selection.response.step['off-contract'];
      return {
        findings: concatFindings(findings, created.findings),
        response: created.response,
        offContract,
        ...applies,
      };
    }
    if (isProxied(target)) return { findings, response: 'upstream', ...applies };
    const answering = respondAsDeclared({
      state,
      context,
      preferences,
      session: sessionId,
      exchange: exchangeId,
      call,
      findings,
      refusal,
      applied,
      isTolerated: tolerated !== undefined,
    });
    const answer = answering instanceof Promise ? await answering : answering;
    return { ...answer, findings: concatFindings(findings, answer.findings), ...applies };
  } catch (error) {
    if (error instanceof TemplateError)
      return { findings, response: { code: 'bad-template', detail: error.message }, ...applies };
    if (!(error instanceof UnusableSchema)) throw error;
    return { findings: [error.finding], response: unusableProblem(error.finding) };
  }
}

function timeOfDelivery(delivery: Delivery, method: string, response: Response): number {
  if (delivery === IMMEDIATE_DELIVERY) return 0;
  return deliveryTime(delivery, method === 'HEAD' ? 0 : bodyToSend(response).length);
}

function requestWithBody({ method, path, query, headers }: Request, body: Uint8Array): Request {
  return { method, path, query, headers, body };
}

function concatFindings(ofRequest: readonly Finding[], ofResponse: readonly Finding[]): readonly Finding[] {
  return ofResponse.length === 0 ? ofRequest : [...ofRequest, ...ofResponse];
}
