// Decides whether an upstream service responds to a request, and records the exchange.

import { header, type Request, type Response } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation } from '../../openapi/model.ts';
import type { AppliedRule } from '../../scenario/compile.ts';
import { type Delivery, IMMEDIATE_DELIVERY } from '../../scenario/delivery.ts';
import { validateExchange } from '../../validate/exchange.ts';
import { undocumentedOperation } from '../../validate/undocumented.ts';
import { NO_PREFERENCES } from '../preferences.ts';
import type { PrismViolation } from '../prism/violation.ts';
import type { ProblemCode } from '../problem.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServeEvent, SessionSource } from '../serve-event.ts';
import type { ServedConfig } from '../served-config.ts';
import type { ServerState } from '../server-state.ts';
import { resolveSession, sourceOfSession } from '../session/identify.ts';
import { rateInForce } from '../session/rate-limits.ts';
import { type SessionSettings, StoreUnavailable } from '../session/session-store.ts';
import { switchesFor } from '../session/switches.ts';
import type { UpstreamTarget } from './upstream-table.ts';

/** A request that is sent to an upstream service. */
export interface ProxiedRequest {
  readonly kind: 'proxied';
  readonly id: string;
  readonly startedAt: number;
  /** On the clock of `ServerState.monotonicNow`. */
  readonly startTick: number;
  readonly session: string;
  readonly sessionSource: SessionSource;
  readonly target: UpstreamTarget;
  /** Without what is meant for the mock: preferences and session names. */
  readonly request: Request;
  /** The configuration at the start of the request. */
  readonly config: ServedConfig;
  readonly rules: readonly AppliedRule[];
  readonly switches: readonly string[];
  readonly delivery: Delivery;
  /** Set with the dialect of Prism: what the response reports. */
  readonly reported?: ReportedRequest | undefined;
}

/** A request whose violations are reported in the response of the upstream. */
export interface ReportedRequest {
  /** Undefined: none matches. */
  readonly operation: Operation | undefined;
  readonly violations: readonly PrismViolation[];
}

/** A request that is sent to an upstream service unless a scenario responds. */
interface ProxyCandidate {
  readonly kind: 'candidate';
  readonly target: UpstreamTarget;
}

/** Creates the id and the start times of an exchange. */
export function startExchange(state: ServerState): { id: string; startedAt: number; startTick: number } {
  return { id: state.nextId(), startedAt: state.now(), startTick: state.monotonicNow() };
}

/**
 * Decides before the body is read.
 * @returns undefined: the mock responds. "proxied": the upstream responds, and the body can be streamed to it. "candidate":
 * the body must be read first, because a scenario or a rate limit may respond; see handle().
 */
export async function planProxying(
  state: ServerState,
  { preferences, sessionNames, head: request, match, config }: RequestContext,
): Promise<ProxiedRequest | ProxyCandidate | undefined> {
  // The body is validated before it is sent, and the paths are those of the service.
  if (state.prism !== undefined) {
    const [upstream] = state.upstreams.list();
    if (upstream === undefined) return undefined;
    const path = `${upstream.path ?? ''}${request.path}` || '/';
    return { kind: 'candidate', target: { upstream, origin: upstream.origin, path } };
  }
  // A request with preferences asks for a response of the mock.
  if (preferences !== NO_PREFERENCES) return undefined;
  const target = state.upstreams.targetFor(config, match, request.path, header(request.headers, 'host'));
  if (target === undefined) return undefined;
  if (target.upstream.mode === 'on-request') return { kind: 'candidate', target };
  const operation = match.kind === 'operation' ? match.operation : undefined;
  let id: string;
  let settings: SessionSettings;
  try {
    id = await resolveSession(state.sessions, sessionNames, operation);
    settings = await state.sessions.settings(id);
  } catch (error) {
    // handle() asks again, and decides which requests need the store.
    if (error instanceof StoreUnavailable) return { kind: 'candidate', target };
    throw error;
  }
  if (settings.activeScenarios.length > 0) return { kind: 'candidate', target };
  if (operation !== undefined && switchesFor(settings.switches, operation).length > 0)
    return { kind: 'candidate', target };
  if (operation !== undefined && rateInForce(operation, undefined) !== undefined)
    return { kind: 'candidate', target };
  return {
    kind: 'proxied',
    ...startExchange(state),
    session: id,
    sessionSource: sourceOfSession(sessionNames, id),
    target,
    request,
    config,
    rules: [],
    switches: [],
    delivery: IMMEDIATE_DELIVERY,
  };
}

/** The result of proxying a request. */
export interface ProxyResult {
  readonly request: Request;
  /** Undefined: the upstream did not respond. */
  readonly response: Response | undefined;
  /** Why the response is missing or incomplete. */
  readonly failure: string | undefined;
  /** The problem that the client got instead. */
  readonly problem: ProblemCode | undefined;
  /** Milliseconds that the delivery still takes. */
  readonly remainingTime?: number;
}

/** Validates a proxied exchange, and records and publishes the event. */
export function recordProxied(
  state: ServerState,
  proxied: ProxiedRequest,
  { request, response, failure, problem, remainingTime = 0 }: ProxyResult,
): ServeEvent {
  const { id, startedAt, startTick, session, sessionSource, target, rules, switches, delivery, config } =
    proxied;
  const exchange = {
    id,
    startedAt,
    duration: state.monotonicNow() - startTick + remainingTime,
    request,
    ...(response !== undefined && { response }),
  };
  const match = state.upstreams.matchRecorded(config, target, request.method);
  let operation: Operation | undefined;
  let findings: readonly Finding[] = [];
  if (match.kind === 'operation') {
    ({ operation } = match);
    // A problem of the mock is not a response of the API: validate the request only.
    findings =
      problem === undefined
        ? validateExchange(match, exchange).findings
        : validateExchange(match, { request }).findings;
  } else if (match.kind === 'undocumented') {
    const matchedPath = match.declaredPath?.path ?? match.path;
    findings = [undocumentedOperation(match, request.method, matchedPath, response?.status)];
  }
  const event: ServeEvent = {
    exchange,
    operation,
    session,
    sessionSource,
    findings,
    refusedFor: undefined,
    problem,
    rules,
    switches,
    offContract: undefined,
    delivery,
    redactPersonal: config.contract.apis[0]?.redactPersonal === true,
    upstream: { origin: target.origin, path: target.path, failure: failure },
  };
  state.sessions.record(session, event);
  state.publish(event);
  return event;
}
