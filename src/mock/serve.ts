// One live request, top to bottom: whose it is, what it asks, what is wrong with it, what to say, and the verdict on that.

import type { Operation } from '../contract/contract.ts';
import { judgeRequest } from '../contract/judge.ts';
import type { Match, Matched } from '../contract/match.ts';
import { type Refusal, refusalFor } from '../contract/refusals.ts';
import { UnusableSchema } from '../contract/schemas.ts';
import { EMPTY_BODY, header, type Request, type Response } from '../exchange/exchange.ts';
import { type Finding, showClause } from '../finding/finding.ts';
import { Call } from '../scenario/call.ts';
import { type Delivery, PROMPT, resolveDelivery } from '../scenario/delivery.ts';
import { TemplateError } from '../scenario/template.ts';
import { type Address, headFindings } from './address.ts';
import type { Wish } from './answer.ts';
import { sessionOf } from './bind.ts';
import { bodySeed, perform } from './perform.ts';
import { play } from './play.ts';
import type { Preferences } from './preferences.ts';
import { prepare } from './prepared.ts';
import { type Problem, problemResponse } from './problem.ts';
import { allowField, declaredRefusal, refuseUnmatched, undeclaredRefusal } from './refuse.ts';
import { begin, type Relay } from './relay.ts';
import type { Served, Stage, Upstreamed } from './stage.ts';
import type { Way } from './upstreams.ts';

/** What is said to a request, and why. */
interface Outcome {
  readonly findings: readonly Finding[];
  /** "upstream": what the real service says. */
  readonly said: Response | Problem | 'upstream';
  readonly refusedFor?: Finding | undefined;
  readonly rules?: readonly string[];
  readonly offContract?: string | undefined;
  readonly delivery?: Delivery;
}

export type Answered = Served & { readonly response: Response };

export interface ServeOptions {
  /** Where the request goes unless a scenario has an answer to it. */
  readonly way?: Way | undefined;
  /** Set when the real service was asked before, and could not answer. */
  readonly upstream?: Upstreamed;
}

/**
 * Answers a request and records the verdict; or says that a real service is to be asked, which records the verdict itself.
 * Never throws for what a client, a document or a scenario did.
 * @param body with its content codings taken off
 */
export async function serve(
  stage: Stage,
  address: Address,
  body: Uint8Array,
  { way, upstream }: ServeOptions = {},
): Promise<Answered | Relay> {
  const { id, startedAt, begun } = begin(stage);
  // One world for the whole request, whatever is swapped meanwhile.
  const { world, named, head, matched } = address;
  const request = body.length === 0 ? head : withBody(head, body);
  const operation = matched.kind === 'operation' ? matched.operation : undefined;
  // Nothing is waited for that is there already: each wait is a turn of the queue.
  const found = sessionOf(stage.sessions, named, operation);
  const session = typeof found === 'string' ? found : await found;

  const outcome: Outcome =
    matched.kind === 'operation'
      ? await attend(address, matched, stage, session, request, way)
      : isRelayed(way)
        ? UNDOCUMENTED
        : turnAway(matched, request);
  if (outcome.said === 'upstream' && way !== undefined) {
    const { rules = NO_RULES, delivery = PROMPT } = outcome;
    return { kind: 'relay', id, startedAt, begun, session, way, request, world, rules, delivery };
  }
  const said = outcome.said === 'upstream' ? noUpstream(operation) : outcome.said;
  const problem = 'code' in said ? said : undefined;
  const response = 'code' in said ? problemResponse(said) : said;
  const served = {
    // A request of its own: what was decoded on the way need not live as long as the journal.
    exchange: { id, startedAt, duration: stage.tick() - begun, request: withBody(head, body), response },
    operation,
    session,
    findings: outcome.findings,
    refusedFor: outcome.refusedFor,
    problem: problem?.code,
    rules: outcome.rules ?? NO_RULES,
    offContract: outcome.offContract,
    delivery: outcome.delivery ?? PROMPT,
    ...(upstream !== undefined && { upstream }),
    response,
  };
  stage.sessions.record(session, served);
  stage.record(served);
  return served;
}

const NO_RULES: readonly string[] = [];

/** Whether the real service answers where no story does. */
function isRelayed(way: Way | undefined): boolean {
  return way !== undefined && way.upstream.mode !== 'on-request';
}

/** No story is about it, and what the real service says of it is worth knowing. */
const UNDOCUMENTED: Outcome = { findings: [], said: 'upstream' };

function noUpstream(operation: Operation | undefined): Problem {
  const name = operation?.api.name;
  return {
    code: 'no-upstream',
    detail: `the scenario answers ${operation?.id} with "upstream", and this server knows no real service for it`,
    hint: `deadringer serve --upstream ${name}=https://... --upstream-mode on-request`,
  };
}

function turnAway(matched: Exclude<Matched, Match>, request: Request): Outcome {
  if (matched.kind === 'method' && request.method === 'OPTIONS') {
    return {
      findings: [],
      said: { status: 204, headers: { allow: [allowField(matched.allow)] }, body: EMPTY_BODY },
    };
  }
  const origin = `http://${header(request.headers, 'host') ?? 'localhost'}`;
  return { findings: [], said: refuseUnmatched(matched, request, origin) };
}

async function attend(
  address: Address,
  match: Match,
  stage: Stage,
  sessionId: string,
  request: Request,
  way: Way | undefined,
): Promise<Outcome> {
  const { wish, world } = address;
  if ('complaint' in wish) return { findings: [], said: { code: 'bad-preference', detail: wish.complaint } };
  const { operation } = match;
  try {
    const findings = judgeRequest(match, request, headFindings(address, match));
    const refusal = refusalFor(operation.refusals, findings);
    const call = new Call(match, request, refusal === undefined);
    const performing = perform(world, stage, sessionId, call, wish, isRelayed(way));
    const { plan, surroundings, seed } = performing instanceof Promise ? await performing : performing;
    const delivery = resolveDelivery(plan.deliver, surroundings.chance);
    const rules = plan.trace;

    if (plan.exhausted) {
      const detail = `${plan.trace.at(-1)}: the list of this rule has ended, and it says that this is an error`;
      return { findings, said: { code: 'scenario-ended', detail }, rules, delivery };
    }
    if (plan.response === 'upstream') return { findings, said: plan.response, rules, delivery };
    if (plan.response !== undefined) {
      const played = await play(
        plan.response,
        call,
        surroundings,
        wish.dynamic === true ? bodySeed(seed, call) : undefined,
      );
      if ('problem' in played) return { findings, said: played.problem, rules, delivery };
      const offContract = plan.response['off-contract'];
      return {
        findings: [...findings, ...played.findings],
        said: played.response,
        rules,
        offContract,
        delivery,
      };
    }
    if (isRelayed(way)) return { findings, said: 'upstream', rules, delivery };
    const refusedFor = refusal?.finding;
    const wanted = refusal === undefined ? wishOf(stage, wish, call, seed) : refusalWish(operation, refusal);
    if (wanted === undefined) {
      const said = undeclaredRefusal(operation, refusal as Refusal, findings);
      return { findings, said, refusedFor, rules, delivery };
    }
    const preparing = prepare(operation, wanted);
    const { answer, findings: own } = preparing instanceof Promise ? await preparing : preparing;
    return {
      findings: join(findings, own),
      said: 'problem' in answer ? answer.problem : answer.response,
      refusedFor,
      rules,
      delivery,
    };
  } catch (error) {
    if (error instanceof TemplateError)
      return { findings: [], said: { code: 'bad-template', detail: error.message } };
    if (!(error instanceof UnusableSchema)) throw error;
    const { clause, message } = error.finding;
    const detail = clause === undefined ? message : `${showClause(clause)}: ${message}`;
    return { findings: [error.finding], said: { code: 'unusable-schema', detail } };
  }
}

/** What the client wants to hear when all goes well. */
function wishOf(stage: Stage, wish: Preferences, call: Call, seed: string): Wish {
  const dynamic = wish.dynamic ?? (wish.seed !== undefined || (stage.dynamic && wish.example === undefined));
  return {
    status: wish.code,
    example: wish.example,
    accept: call.header('accept'),
    seed: dynamic ? bodySeed(seed, call) : undefined,
  };
}

/** An error is sent whatever the client accepts: it is better read than hidden (RFC 9110 section 15.5.7). */
function refusalWish(operation: Operation, refusal: Refusal): Wish | undefined {
  const declared = declaredRefusal(operation, refusal);
  if (declared === undefined) return undefined;
  return { status: declared.status, example: declared.example, accept: undefined, seed: undefined };
}

function withBody({ method, path, query, headers }: Request, body: Uint8Array): Request {
  return { method, path, query, headers, body };
}

function join(ofRequest: readonly Finding[], ofAnswer: readonly Finding[]): readonly Finding[] {
  return ofAnswer.length === 0 ? ofRequest : [...ofRequest, ...ofAnswer];
}
