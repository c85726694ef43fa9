// Handles a request to an operation: findings, rate limit, switches, scenario, and else the document.

import type { Request, Response } from '../exchange/exchange.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { findRefusal } from '../openapi/refusals.ts';
import type { Match } from '../routing/match.ts';
import { Call } from '../scenario/call.ts';
import type { AppliedRule } from '../scenario/compile.ts';
import { type Delivery, resolveDelivery } from '../scenario/delivery.ts';
import { TemplateError } from '../scenario/template.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { validateRequest } from '../validate/request.ts';
import { askStateInStep, storedAnswer } from './answer-from-state.ts';
import { applyScenarios, bodySeed } from './apply-scenarios.ts';
import type { CallbackPlan } from './callbacks/plan-callbacks.ts';
import type { DeclaredRequest } from './declared-request.ts';
import { violationsProblem } from './prism/negotiate.ts';
import { requestViolations } from './prism/request-violations.ts';
import type { PrismViolation } from './prism/violation.ts';
import { type Problem, storeProblem, unusableProblem } from './problem.ts';
import type { UpstreamTarget } from './proxy/upstream-table.ts';
import { headFindings, type RequestContext } from './request-context.ts';
import { createForcedResponse } from './respond/forced-response.ts';
import { createRateLimitedResponse } from './respond/rate-limited-response.ts';
import { createScenarioResponse } from './respond/scenario-response.ts';
import { respondAsDeclared } from './respond-as-declared.ts';
import { successSelection } from './select-response.ts';
import type { ToleratedRequest } from './serve-event.ts';
import type { ServerState } from './server-state.ts';
import type { RateVerdict } from './session/rate-limits.ts';
import { StoreUnavailable } from './session/session-store.ts';
import type { StateEffect } from './state/state-effect.ts';

/** The response to a request, and why it was selected. */
export interface HandlingResult {
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
  /** Of a request that the upstream answers, in the dialect of Prism. */
  readonly violations?: readonly PrismViolation[];
}

/** Whether the upstream responds unless a scenario does. */
export function isProxied(target: UpstreamTarget | undefined): boolean {
  return target !== undefined && target.upstream.mode !== 'on-request';
}

/** @param isRepeated true: an upstream was asked before, and failed */
export async function handleOperation(
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
    const violations = state.prism && requestViolations(match, request, findings, validation);
    const isInvalid =
      violations === undefined
        ? found !== undefined
        : violations.some(({ severity }) => severity === 'Error');
    const isRefused = isInvalid && validation === 'on';
    const tolerated =
      found === undefined || !isInvalid || validation === 'on'
        ? undefined
        : { finding: found.finding, validation };
    const call = new Call(match, request, !isRefused);
    const declared: DeclaredRequest = {
      state,
      context,
      preferences,
      session: sessionId,
      exchange: exchangeId,
      call,
      findings,
      refusal: isRefused ? found : undefined,
      violations,
      isRefused,
      isTolerated: tolerated !== undefined,
    };
    const proxied = isProxied(target);
    const applying = applyScenarios(state, sessionId, {
      config,
      call,
      preferences,
      sessionOnly: proxied,
      isRepeated,
      askState: (applied, session) => askStateInStep(declared, applied, session, proxied),
    });
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
      const storing = storedAnswer(declared, applied, selection.response);
      const stored = storing instanceof Promise ? await storing : storing;
      const creating = createScenarioResponse(
        selection.response,
        templateContext,
        preferences.dynamic === true ? bodySeed(seed, call) : undefined,
        stored?.response as Response | undefined,
      );
      const created = creating instanceof Promise ? await creating : creating;
      if ('problem' in created) return { findings, response: created.problem, ...applies };
      const offContract = selection.response.step['off-contract'];
      return {
        findings: concatFindings(findings, created.findings),
        response: created.response,
        offContract,
        ...(stored?.stateEffect && { stateEffect: stored.stateEffect }),
        ...applies,
      };
    }
    if (proxied) {
      const isRejected = isRefused && state.prism?.errors === true;
      const response = isRejected ? violationsProblem(violations ?? []) : 'upstream';
      return { findings, response, ...applies, ...(violations !== undefined && { violations }) };
    }
    const answering = respondAsDeclared(declared, applied);
    const answer = answering instanceof Promise ? await answering : answering;
    return { ...answer, findings: concatFindings(findings, answer.findings), ...applies };
  } catch (error) {
    if (error instanceof TemplateError)
      return { findings, response: templateProblem(error, applies.rules), ...applies };
    if (error instanceof StoreUnavailable) return { findings, response: storeProblem(error), ...applies };
    if (!(error instanceof UnusableSchema)) throw error;
    return { findings: [error.finding], response: unusableProblem(error.finding) };
  }
}

/** The rule that replies is the one whose template fails. */
function templateProblem({ message }: TemplateError, rules: readonly AppliedRule[] = []): Problem {
  const { key, source, pointer } = rules.find(({ rule }) => rule.reply !== undefined) ?? {};
  const location = pointer === undefined ? undefined : source?.locate(pointer);
  return {
    code: 'bad-template',
    detail: message,
    ...(location !== undefined && {
      hint: `correct the template of the rule ${key} (${formatLocation(location)})`,
    }),
  };
}

function concatFindings(ofRequest: readonly Finding[], ofResponse: readonly Finding[]): readonly Finding[] {
  return ofResponse.length === 0 ? ofRequest : [...ofRequest, ...ofResponse];
}
