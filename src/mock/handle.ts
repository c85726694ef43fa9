// Handles one request from top to bottom: session, match, findings, scenario, response, event.

import { bodyToSend, type Request, type Response } from '../exchange/exchange.ts';
import { bodyItems } from '../exchange/items.ts';
import type { AppliedRule } from '../scenario/compile.ts';
import { type Delivery, deliveryTime, IMMEDIATE_DELIVERY } from '../scenario/delivery.ts';
import { type CallbackPlan, withCallbacks } from './callbacks/plan-callbacks.ts';
import { type HandlingResult, handleOperation, isProxied } from './handle-operation.ts';
import { prismProblem } from './prism/errors.ts';
import { routingProblem } from './prism/unmatched.ts';
import type { PrismViolation } from './prism/violation.ts';
import { noUpstreamProblem, problemResponse, storeProblem } from './problem.ts';
import { type ProxiedRequest, startExchange } from './proxy/proxied-request.ts';
import type { UpstreamTarget } from './proxy/upstream-table.ts';
import type { RequestContext } from './request-context.ts';
import { withLinksToMock } from './respond/links-to-mock.ts';
import { withRateLimitHeaders } from './respond/rate-limit-headers.ts';
import { createUnmatchedResponse } from './respond/refuse.ts';
import type { ServeEvent, UpstreamAttempt } from './serve-event.ts';
import type { ServerState } from './server-state.ts';
import { namedSession, resolveSession, sourceOfSession } from './session/identify.ts';
import { StoreUnavailable } from './session/session-store.ts';

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
  const resolved = typeof resolving === 'string' ? resolving : await resolving.catch(asUnavailable);
  const session = typeof resolved === 'string' ? resolved : namedSession(sessionNames);
  const sessionSource = sourceOfSession(sessionNames, session);

  const result: HandlingResult =
    typeof resolved !== 'string'
      ? { findings: [], response: storeProblem(resolved) }
      : (outsideOperation(state, context, target) ??
        (match.kind === 'operation'
          ? await handleOperation(context, match, state, session, id, request, target, attempt !== undefined)
          : isProxied(target)
            ? PROXY_UNMATCHED
            : { findings: [], response: await createUnmatchedResponse(match, request) }));
  if (result.response === 'upstream' && target !== undefined) {
    const { rules = NO_RULES, switches = NONE, delivery = IMMEDIATE_DELIVERY } = result;
    const exchange = { id, startedAt, startTick, session, sessionSource, target, request, config };
    const reported = state.prism && { operation, violations: result.violations ?? ROUTE_NOT_FOUND };
    return { kind: 'proxied', ...exchange, rules, switches, delivery, reported };
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

/** @throws every other error */
function asUnavailable(error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  throw error;
}

/** The response of the dialect of Prism to a request that matches no operation; undefined: an operation responds. */
function outsideOperation(
  { prism }: ServerState,
  { preferences, match, head }: RequestContext,
  target: UpstreamTarget | undefined,
): HandlingResult | undefined {
  if (prism === undefined) return undefined;
  if ('message' in preferences)
    return { findings: [], response: prismProblem('UNPROCESSABLE_ENTITY', preferences.message) };
  const problem = routingProblem(match, head);
  if (problem === undefined) return undefined;
  return isProxied(target) && !prism.errors ? PROXY_UNMATCHED : { findings: [], response: problem };
}

const ROUTE_NOT_FOUND: readonly PrismViolation[] = [
  { severity: 'Warning', message: 'Selected route not found' },
];

const NO_RULES: readonly AppliedRule[] = [];
const NONE: readonly string[] = [];

/** Scenarios apply to operations only, so the upstream responds to all other requests. */
const PROXY_UNMATCHED: HandlingResult = { findings: [], response: 'upstream' };

function timeOfDelivery(delivery: Delivery, method: string, response: Response): number {
  if (delivery === IMMEDIATE_DELIVERY) return 0;
  const length = method === 'HEAD' ? 0 : bodyToSend(response).length;
  return deliveryTime(delivery, length, delivery.interval === undefined ? 0 : bodyItems(response)?.length);
}

function requestWithBody({ method, path, query, headers, transport }: Request, body: Uint8Array): Request {
  return { method, path, query, headers, transport, body };
}
