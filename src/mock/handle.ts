// Handles one request from top to bottom: session, match, findings, scenario, response, event.

import { EMPTY_BODY, header, type Request, type Response } from '../exchange/exchange.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import { findRefusal, type Refusal } from '../openapi/refusals.ts';
import type { Match, MatchResult } from '../routing/match.ts';
import { Call } from '../scenario/call.ts';
import { type Delivery, IMMEDIATE_DELIVERY, resolveDelivery } from '../scenario/delivery.ts';
import { TemplateError } from '../scenario/template.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { validateRequest } from '../validate/request.ts';
import { applyScenarios, bodySeed, createScenarioResponse } from './apply-scenarios.ts';
import type { Preferences } from './preferences.ts';
import { type Problem, problemResponse } from './problem.ts';
import { type ProxiedRequest, startExchange } from './proxy/proxied-request.ts';
import type { UpstreamTarget } from './proxy/upstream-table.ts';
import { headFindings, type RequestContext } from './request-context.ts';
import type { ResponseSelection } from './respond/create-response.ts';
import {
  allowHeader,
  declaredRefusal,
  undeclaredRefusalProblem,
  unmatchedProblem,
} from './respond/refuse.ts';
import { getCachedResponse } from './respond/response-cache.ts';
import type { ServeEvent, UpstreamAttempt } from './serve-event.ts';
import type { ServerState } from './server-state.ts';
import { resolveSession } from './session/identify.ts';

/** What is said to a request, and why. */
interface HandlingResult {
  readonly findings: readonly Finding[];
  /** "upstream": what the real service says. */
  readonly answer: Response | Problem | 'upstream';
  readonly refusedFor?: Finding | undefined;
  readonly rules?: readonly string[];
  readonly offContract?: string | undefined;
  readonly delivery?: Delivery;
}

export type ServedResponse = ServeEvent & { readonly response: Response };

export interface HandleOptions {
  /** Where the request goes unless a scenario has an answer to it. */
  readonly target?: UpstreamTarget | undefined;
  /** Set when the real service was asked before, and could not answer. */
  readonly attempt?: UpstreamAttempt;
}

/**
 * Answers a request and records the verdict; or says that a real service is to be asked, which records the verdict itself.
 * Never throws for what a client, a document or a scenario did.
 * @param body with its content codings taken off
 */
export async function handle(
  state: ServerState,
  context: RequestContext,
  body: Uint8Array,
  { target, attempt: upstream }: HandleOptions = {},
): Promise<ServedResponse | ProxiedRequest> {
  const { id, startedAt, startTick } = startExchange(state);
  // One world for the whole request, whatever is swapped meanwhile.
  const { config, sessionNames, head, match } = context;
  const request = body.length === 0 ? head : requestWithBody(head, body);
  const operation = match.kind === 'operation' ? match.operation : undefined;
  // Nothing is waited for that is there already: each wait is a turn of the queue.
  const found = resolveSession(state.sessions, sessionNames, operation);
  const session = typeof found === 'string' ? found : await found;

  const outcome: HandlingResult =
    match.kind === 'operation'
      ? await handleMatched(context, match, state, session, request, target)
      : isProxied(target)
        ? PROXY_UNMATCHED
        : handleUnmatched(match, request);
  if (outcome.answer === 'upstream' && target !== undefined) {
    const { rules = NO_RULES, delivery = IMMEDIATE_DELIVERY } = outcome;
    return { kind: 'relay', id, startedAt, startTick, session, target, request, config, rules, delivery };
  }
  const answer = outcome.answer === 'upstream' ? noUpstreamProblem(operation) : outcome.answer;
  const problem = 'code' in answer ? answer : undefined;
  const response = 'code' in answer ? problemResponse(answer) : answer;
  const event = {
    // A request of its own: what was decoded on the way need not live as long as the journal.
    exchange: {
      id,
      startedAt,
      duration: state.monotonicNow() - startTick,
      request: requestWithBody(head, body),
      response,
    },
    operation,
    session,
    findings: outcome.findings,
    refusedFor: outcome.refusedFor,
    problem: problem?.code,
    rules: outcome.rules ?? NO_RULES,
    offContract: outcome.offContract,
    delivery: outcome.delivery ?? IMMEDIATE_DELIVERY,
    ...(upstream !== undefined && { upstream }),
    response,
  };
  state.sessions.record(session, event);
  state.publish(event);
  return event;
}

const NO_RULES: readonly string[] = [];

/** Whether the real service answers where no story does. */
function isProxied(target: UpstreamTarget | undefined): boolean {
  return target !== undefined && target.upstream.mode !== 'on-request';
}

/** No story is about it, and what the real service says of it is worth knowing. */
const PROXY_UNMATCHED: HandlingResult = { findings: [], answer: 'upstream' };

function noUpstreamProblem(operation: Operation | undefined): Problem {
  const name = operation?.api.name;
  return {
    code: 'no-upstream',
    detail: `the scenario replies to ${operation?.id} with "upstream", and no upstream is configured for it`,
    hint: `deadringer serve --upstream ${name}=https://... --upstream-mode on-request`,
  };
}

function handleUnmatched(match: Exclude<MatchResult, Match>, request: Request): HandlingResult {
  if (match.kind === 'method-not-allowed' && request.method === 'OPTIONS') {
    return {
      findings: [],
      answer: { status: 204, headers: { allow: [allowHeader(match.allow)] }, body: EMPTY_BODY },
    };
  }
  const origin = `http://${header(request.headers, 'host') ?? 'localhost'}`;
  return { findings: [], answer: unmatchedProblem(match, request, origin) };
}

async function handleMatched(
  context: RequestContext,
  match: Match,
  state: ServerState,
  sessionId: string,
  request: Request,
  target: UpstreamTarget | undefined,
): Promise<HandlingResult> {
  const { preferences, config } = context;
  if ('message' in preferences)
    return { findings: [], answer: { code: 'bad-preference', detail: preferences.message } };
  const { operation } = match;
  try {
    const findings = validateRequest(match, request, headFindings(context, match));
    const refusal = findRefusal(operation.refusals, findings);
    const call = new Call(match, request, refusal === undefined);
    const applying = applyScenarios(config, state, sessionId, call, preferences, isProxied(target));
    const { selection, templateContext, seed } = applying instanceof Promise ? await applying : applying;
    const delivery = resolveDelivery(selection.deliver, templateContext.random);
    const rules = selection.appliedRules;

    if (selection.exhausted) {
      const detail = `${selection.appliedRules.at(-1)}: the reply list of this rule is exhausted, and the rule says "then: fail"`;
      return { findings, answer: { code: 'scenario-ended', detail }, rules, delivery };
    }
    if (selection.response === 'upstream') return { findings, answer: selection.response, rules, delivery };
    if (selection.response !== undefined) {
      const answering = createScenarioResponse(
        selection.response,
        templateContext,
        preferences.dynamic === true ? bodySeed(seed, call) : undefined,
      );
      const answer = answering instanceof Promise ? await answering : answering;
      if ('problem' in answer) return { findings, answer: answer.problem, rules, delivery };
      const offContract = selection.response.step['off-contract'];
      return {
        findings: concatFindings(findings, answer.findings),
        answer: answer.response,
        rules,
        offContract,
        delivery,
      };
    }
    if (isProxied(target)) return { findings, answer: 'upstream', rules, delivery };
    const refusedFor = refusal?.finding;
    const responseSelection =
      refusal === undefined
        ? successSelection(state, preferences, call, seed)
        : refusalSelection(operation, refusal);
    if (responseSelection === undefined) {
      const said = undeclaredRefusalProblem(operation, refusal as Refusal, findings);
      return { findings, answer: said, refusedFor, rules, delivery };
    }
    const cached = getCachedResponse(operation, responseSelection);
    const { result: answer, findings: own } = cached instanceof Promise ? await cached : cached;
    return {
      findings: concatFindings(findings, own),
      answer: 'problem' in answer ? answer.problem : answer.response,
      refusedFor,
      rules,
      delivery,
    };
  } catch (error) {
    if (error instanceof TemplateError)
      return { findings: [], answer: { code: 'bad-template', detail: error.message } };
    if (!(error instanceof UnusableSchema)) throw error;
    const { location, message } = error.finding;
    const detail = location === undefined ? message : `${formatLocation(location)}: ${message}`;
    return { findings: [error.finding], answer: { code: 'unusable-schema', detail } };
  }
}

/** What the client wants to hear when all goes well. */
function successSelection(
  state: ServerState,
  preferences: Preferences,
  call: Call,
  seed: string,
): ResponseSelection {
  const dynamic =
    preferences.dynamic ??
    (preferences.seed !== undefined || (state.dynamic && preferences.example === undefined));
  return {
    status: preferences.code,
    example: preferences.example,
    accept: call.header('accept'),
    seed: dynamic ? bodySeed(seed, call) : undefined,
  };
}

/** An error is sent whatever the client accepts: it is better read than hidden (RFC 9110 section 15.5.7). */
function refusalSelection(operation: Operation, refusal: Refusal): ResponseSelection | undefined {
  const declared = declaredRefusal(operation, refusal);
  if (declared === undefined) return undefined;
  return { status: declared.status, example: declared.example, accept: undefined, seed: undefined };
}

function requestWithBody({ method, path, query, headers }: Request, body: Uint8Array): Request {
  return { method, path, query, headers, body };
}

function concatFindings(ofRequest: readonly Finding[], ofAnswer: readonly Finding[]): readonly Finding[] {
  return ofAnswer.length === 0 ? ofRequest : [...ofRequest, ...ofAnswer];
}
