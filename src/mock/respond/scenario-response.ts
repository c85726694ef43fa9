// Creates the response of a scenario: the body of the reply, or the response of the document, changed or unchanged.

import type { Response } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation } from '../../openapi/model.ts';
import { createCannedResponse, fixedStatus, withStatus } from '../../scenario/canned-response.ts';
import type { CompiledReply } from '../../scenario/compile.ts';
import type { TemplateContext } from '../../scenario/template-context.ts';
import { validateResponse } from '../../validate/response.ts';
import type { Problem } from '../problem.ts';
import { type BodySource, bodySourceOf, withBodySource } from './body-source.ts';
import { type CachedResponse, getCachedResponse } from './response-cache.ts';

type ScenarioResponse =
  | { readonly response: Response; readonly findings: readonly Finding[] }
  | { readonly problem: Problem };

/** Replies without templates: their responses are created and validated once for each operation. */
const CONSTANT_RESPONSES = new WeakMap<CompiledReply, Map<Operation, ScenarioResponse>>();

/**
 * Creates the response of a reply: with the reply's body, or the response of the document, changed or unchanged.
 * @param seed set: a body that the reply does not define is generated from this seed; undefined: it is an example
 * @param stored what the state answers, which the reply changes instead of the response of the document
 * @throws TemplateError when a template cannot be evaluated
 */
export function createScenarioResponse(
  reply: CompiledReply,
  templateContext: TemplateContext,
  seed: string | undefined,
  stored?: Response,
): ScenarioResponse | Promise<ScenarioResponse> {
  const { operation } = templateContext.call;
  if (stored !== undefined) return changeResponse(reply, templateContext, stored);
  if (reply.statusTemplate !== undefined)
    return createScenarioResponse(withStatus(reply, templateContext), templateContext, seed);
  const constant = seed === undefined ? CONSTANT_RESPONSES.get(reply)?.get(operation) : undefined;
  if (constant !== undefined) return constant;
  if (reply.body !== undefined || reply.bodyFile !== undefined)
    return finishResponse(reply, templateContext, undefined, seed);
  const { example } = reply.step;
  const status = fixedStatus(reply.step);
  // A scenario takes precedence over content negotiation, so `accept` is not passed.
  const cached = getCachedResponse(operation, { status, example, accept: undefined, seed });
  return cached instanceof Promise
    ? cached.then(base => finishResponse(reply, templateContext, base, seed))
    : finishResponse(reply, templateContext, cached, seed);
}

/** @param cached the response of the document; undefined: the reply has a body */
function finishResponse(
  reply: CompiledReply,
  templateContext: TemplateContext,
  cached: CachedResponse | undefined,
  seed: string | undefined,
): ScenarioResponse {
  let base: Response | undefined;
  if (cached !== undefined) {
    const { result, findings } = cached;
    if ('problem' in result) return result;
    // An unchanged response was validated when it was cached.
    if (reply.patch === undefined && reply.headers === undefined)
      return { response: result.response, findings };
    base = result.response;
  }
  const scenarioResponse = changeResponse(reply, templateContext, base);
  if (reply.isConstant && seed === undefined) {
    const { operation } = templateContext.call;
    const responses = CONSTANT_RESPONSES.get(reply) ?? new Map<Operation, ScenarioResponse>();
    CONSTANT_RESPONSES.set(reply, responses.set(operation, scenarioResponse));
  }
  return scenarioResponse;
}

function changeResponse(
  reply: CompiledReply,
  templateContext: TemplateContext,
  base: Response | undefined,
): ScenarioResponse {
  const { operation } = templateContext.call;
  const response = createCannedResponse(reply, templateContext, base);
  // A constant response is validated once, for all requests.
  const request = reply.isConstant ? undefined : templateContext.call.request;
  const findings = validateResponse(operation, response, operation.method, request);
  // Copy the response: the decoded body is cached with the original object, and the journal must not keep it in memory.
  const { status, headers, body } = response;
  const copy = withBodySource({ status, headers, body }, bodySource(reply, base));
  return { response: copy, findings };
}

/** @param base the response that the reply changes */
function bodySource(
  { body, bodyFile, patch }: CompiledReply,
  base: Response | undefined,
): BodySource | undefined {
  if (body !== undefined || bodyFile !== undefined) return { kind: 'reply' };
  const source = base && bodySourceOf(base);
  return patch === undefined ? source : { kind: 'patched', base: source };
}
