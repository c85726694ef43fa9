// Decides whether an upstream service responds to a request, and records what it responded.

import { header, type Request, type Response } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation } from '../../openapi/model.ts';
import { type Delivery, IMMEDIATE_DELIVERY } from '../../scenario/delivery.ts';
import { validateExchange } from '../../validate/exchange.ts';
import { undocumentedOperation } from '../../validate/undocumented.ts';
import type { ProblemCode } from '../problem.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServeEvent } from '../serve-event.ts';
import type { ServedConfig } from '../served-config.ts';
import type { ServerState } from '../server-state.ts';
import { resolveSession } from '../session/identify.ts';
import type { UpstreamTarget } from './upstream-table.ts';

/** A request on its way to a real service. */
export interface ProxiedRequest {
  readonly kind: 'relay';
  readonly id: string;
  readonly startedAt: number;
  /** On the clock of `Stage.tick`. */
  readonly startTick: number;
  readonly session: string;
  readonly target: UpstreamTarget;
  /** As the API would have seen it here: without the names of sessions and what is meant for the mock. */
  readonly request: Request;
  /** What was served when the request came. */
  readonly config: ServedConfig;
  readonly rules: readonly string[];
  readonly delivery: Delivery;
}

/** The way a request takes unless a scenario has an answer to it. */
interface ProxyCandidate {
  readonly kind: 'detour';
  readonly target: UpstreamTarget;
}

/** Id and times of an exchange that begins. */
export function startExchange(state: ServerState): { id: string; startedAt: number; startTick: number } {
  return { id: state.nextId(), startedAt: state.now(), startTick: state.monotonicNow() };
}

/**
 * Decides before the body is read.
 * @returns undefined: the mock answers. A relay: nobody but the service can answer, and the body may be passed on as it
 * arrives. A detour: the body has to be read, because a scenario may have an answer; see `serve`.
 */
export async function planProxying(
  state: ServerState,
  { preferences, sessionNames, head: request, match, config }: RequestContext,
): Promise<ProxiedRequest | ProxyCandidate | undefined> {
  // Who asks the mock for an answer by name wants that one.
  if ('message' in preferences || Object.values(preferences).some(each => each !== undefined))
    return undefined;
  const target = state.upstreams.targetFor(config, match, request.path, header(request.headers, 'host'));
  if (target === undefined) return undefined;
  if (target.upstream.mode === 'on-request') return { kind: 'detour', target };
  const operation = match.kind === 'operation' ? match.operation : undefined;
  const id = await resolveSession(state.sessions, sessionNames, operation);
  const session = await state.sessions.get(id);
  if (session !== undefined && (session.activeScenarios.length > 0 || session.delivery !== undefined))
    return { kind: 'detour', target };
  return {
    kind: 'relay',
    ...startExchange(state),
    session: id,
    target,
    request,
    config,
    rules: [],
    delivery: IMMEDIATE_DELIVERY,
  };
}

/** What became of it. */
export interface ProxyResult {
  readonly request: Request;
  /** Undefined: none came. */
  readonly response: Response | undefined;
  /** Why the answer is none, or not whole. */
  readonly failure: string | undefined;
  /** The mock's own error that the client got instead. */
  readonly problem: ProblemCode | undefined;
}

/** Judges what was said, and records the verdict. */
export function recordProxied(
  state: ServerState,
  proxied: ProxiedRequest,
  { request, response, failure, problem }: ProxyResult,
): ServeEvent {
  const { id, startedAt, startTick, session, target, rules, delivery, config } = proxied;
  const exchange = {
    id,
    startedAt,
    duration: state.monotonicNow() - startTick,
    request,
    ...(response !== undefined && { response }),
  };
  const scoped = state.upstreams.matchRecorded(config, target, request.method);
  let operation: Operation | undefined;
  let findings: readonly Finding[] = [];
  if (scoped.kind === 'operation') {
    ({ operation } = scoped);
    // What the mock says in its own name is no answer of the API.
    findings =
      problem === undefined
        ? validateExchange(scoped, exchange).findings
        : validateExchange(scoped, { request }).findings;
  } else if (scoped.kind === 'undocumented') {
    findings = [undocumentedOperation(scoped, request.method, scoped.declaredPath?.path ?? scoped.path)];
  }
  const event: ServeEvent = {
    exchange,
    operation,
    session,
    findings,
    refusedFor: undefined,
    problem,
    rules,
    offContract: undefined,
    delivery,
    upstream: { origin: target.origin, path: target.path, failure: failure },
  };
  state.sessions.record(session, event);
  state.publish(event);
  return event;
}
