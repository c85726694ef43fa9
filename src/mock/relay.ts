// A request that a real service answers: whether it is one, what is to be sent there, and the verdict on what came back.
import { judgeExchange } from '../check/judge-exchange.ts';
import { undocumented } from '../check/undocumented.ts';
import type { Operation } from '../contract/contract.ts';
import { header, type Request, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { type Delivery, PROMPT } from '../scenario/delivery.ts';
import type { Address } from './address.ts';
import { sessionOf } from './bind.ts';
import type { ProblemCode } from './problem.ts';
import type { Served, Stage } from './stage.ts';
import type { Way } from './upstreams.ts';
import type { World } from './world.ts';

/** A request on its way to a real service. */
export interface Relay {
  readonly kind: 'relay';
  readonly id: string;
  readonly startedAt: number;
  /** On the clock of `Stage.tick`. */
  readonly begun: number;
  readonly session: string;
  readonly way: Way;
  /** As the API would have seen it here: without the names of sessions and what is meant for the mock. */
  readonly request: Request;
  /** What was served when the request came. */
  readonly world: World;
  readonly rules: readonly string[];
  readonly delivery: Delivery;
}

/** The way a request takes unless a scenario has an answer to it. */
interface Detour {
  readonly kind: 'detour';
  readonly way: Way;
}

/** Id and times of an exchange that begins. */
export function begin(stage: Stage): { id: string; startedAt: number; begun: number } {
  return { id: stage.nextId(), startedAt: stage.now(), begun: stage.tick() };
}

/**
 * Decides before the body is read.
 * @returns undefined: the mock answers. A relay: nobody but the service can answer, and the body may be passed on as it
 * arrives. A detour: the body has to be read, because a scenario may have an answer; see `serve`.
 */
export async function relayOf(
  stage: Stage,
  { wish, named, head: request, matched, world }: Address,
): Promise<Relay | Detour | undefined> {
  // Who asks the mock for an answer by name wants that one.
  if ('complaint' in wish || Object.values(wish).some(each => each !== undefined)) return undefined;
  const way = stage.upstreams.find(world, matched, request.path, header(request.headers, 'host'));
  if (way === undefined) return undefined;
  if (way.upstream.mode === 'on-request') return { kind: 'detour', way };
  const operation = matched.kind === 'operation' ? matched.operation : undefined;
  const id = await sessionOf(stage.sessions, named, operation);
  const session = await stage.sessions.get(id);
  if (session !== undefined && (session.active.length > 0 || session.deliver !== undefined))
    return { kind: 'detour', way };
  return {
    kind: 'relay',
    ...begin(stage),
    session: id,
    way,
    request,
    world,
    rules: [],
    delivery: PROMPT,
  };
}

/** What became of it. */
export interface Outcome {
  readonly request: Request;
  /** Undefined: none came. */
  readonly response: Response | undefined;
  /** Why the answer is none, or not whole. */
  readonly broke: string | undefined;
  /** The mock's own error that the client got instead. */
  readonly problem: ProblemCode | undefined;
}

/** Judges what was said, and records the verdict. */
export function recordRelayed(
  stage: Stage,
  relay: Relay,
  { request, response, broke, problem }: Outcome,
): Served {
  const { id, startedAt, begun, session, way, rules, delivery, world } = relay;
  const exchange = {
    id,
    startedAt,
    duration: stage.tick() - begun,
    request,
    ...(response !== undefined && { response }),
  };
  const scoped = stage.upstreams.scopeOf(world, way, request.method);
  let operation: Operation | undefined;
  let findings: readonly Finding[] = [];
  if (scoped.kind === 'operation') {
    ({ operation } = scoped);
    // What the mock says in its own name is no answer of the API.
    findings =
      problem === undefined
        ? judgeExchange(scoped, exchange).findings
        : judgeExchange(scoped, { request }).findings;
  } else if (scoped.kind === 'undocumented') {
    findings = [undocumented(scoped, request.method, scoped.known?.path ?? scoped.path)];
  }
  const served: Served = {
    exchange,
    operation,
    session,
    findings,
    refusedFor: undefined,
    problem,
    rules,
    offContract: undefined,
    delivery,
    upstream: { origin: way.origin, path: way.path, broke },
  };
  stage.sessions.record(session, served);
  stage.record(served);
  return served;
}
