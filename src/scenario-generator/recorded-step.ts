// One recorded exchange, prepared for a rule: the request, its features, and the step that replies to it.

import type { Exchange, Response } from '../exchange/exchange.ts';
import { valueAt } from '../exchange/json-pointer.ts';
import { redact } from '../exchange/redact.ts';
import { type Operation, secretNames } from '../openapi/model.ts';
import { findRefusal } from '../openapi/refusals.ts';
import type { EntryLocation } from '../recording/model.ts';
import { matchForOperation } from '../routing/path-values.ts';
import type { Match } from '../routing/trie.ts';
import { Call } from '../scenario/call.ts';
import { violationsOf } from '../scenario/reply-violations.ts';
import type { ResponseStep } from '../scenario/scenario.ts';
import { TemplateError } from '../scenario/template.ts';
import { validateRequest } from '../validate/request.ts';
import { type RecordedReply, type SkipReason, toRecordedReply } from './recorded-reply.ts';
import { extractFeatures, featureKey, type RequestFeature } from './request-features.ts';
import { escapeTemplates, mapLeaves, toTemplates } from './template-values.ts';
import { currentTimeExpression } from './timestamps.ts';

/** A recorded request with redacted secrets. */
export interface RecordedRequest {
  /** Equal for equal requests. */
  readonly key: string;
  readonly call: Call;
  /** Features that conditions can test, by featureKey. */
  readonly features: ReadonlyMap<string, RequestFeature>;
}

/** Keys to compare responses: equal keys mean equal responses. */
export interface StepKeys {
  /** True: the response to a HEAD request, without a body. */
  readonly isHead: boolean;
  readonly key: string;
  /** Without rate limit counters, which change with every request. */
  readonly keyWithoutCounters: string;
  /** Without rate limit counters and identifiers that may be new in each response. */
  readonly keyWithoutIds: string;
}

export interface RecordedStep extends StepKeys {
  readonly place: EntryLocation;
  readonly startedAt: number;
  readonly status: number;
  readonly reply: ResponseStep;
  /** Name of the declared example that equals the body; "" for the first example; undefined: none. */
  readonly example: string | undefined;
  /** Identifiers in the body by JSON Pointer; they become new ones if they are unique in the recording. */
  readonly generatedIds: ReadonlyMap<string, string>;
}

/** A response that is not validated yet. Most responses equal an earlier one and are never completed. */
interface StepDraft {
  /** Estimated memory in bytes. */
  readonly size: number;
  /** @param invalidTemplates bodies whose templates violate the document, as JSON text */
  keys(invalidTemplates: ReadonlySet<string>): StepKeys;
  /** @param invalidTemplates the body is added if its templates violate the document */
  complete(invalidTemplates: Set<string>): RecordedStep | SkipReason;
}

export interface AnalyzedExchange {
  readonly request: RecordedRequest;
  /** Creates the draft of the step; expensive, so the caller decides whether it is needed. */
  stepDraft(): StepDraft | SkipReason;
}

export function analyzeExchange(match: Match, exchange: Exchange, place: EntryLocation): AnalyzedExchange {
  const { operation } = match;
  const clean = redact(exchange, secretNames(operation.api));
  const valid = findRefusal(operation.refusals, validateRequest(match, exchange.request)) === undefined;
  const call = new Call(redactMatch(match, clean.request.path), clean.request, valid);
  const features = extractFeatures(call, new Call(match, exchange.request, valid), exchange);
  const stable = features.filter(({ isVolatile }) => !isVolatile);
  const request: RecordedRequest = {
    key: JSON.stringify(
      stable.map(each => [featureKey(each), each.isSecret ? null : [each.value]]).sort(compareKeys),
    ),
    call,
    features: new Map(stable.map(each => [featureKey(each), each])),
  };
  return {
    request,
    stepDraft: () => {
      const { response } = exchange;
      if (response === undefined || clean.response === undefined) return 'body not recorded';
      const reply = toRecordedReply(operation, exchange.request.method, clean.response, response);
      return typeof reply === 'string' ? reply : createStepDraft(operation, reply, features, clean, place);
    },
  };
}

function compareKeys([left]: readonly unknown[], [right]: readonly unknown[]): number {
  return String(left) < String(right) ? -1 : 1;
}

/** A path can contain secrets. If the redacted path no longer matches the template, all its values are redacted. */
function redactMatch(match: Match, path: string): Match {
  const redacted = Object.keys(match.pathValues).map(name => [name, 'xxxxxxxx'] as const);
  return matchForOperation(match.operation, path) ?? { ...match, pathValues: Object.fromEntries(redacted) };
}

function createStepDraft(
  operation: Operation,
  reply: RecordedReply,
  features: readonly RequestFeature[],
  exchange: Exchange,
  place: EntryLocation,
): StepDraft {
  const { status, body: replyBody, example } = reply;
  const headers = stepHeaders(reply, exchange);
  const isCounter = (name: string): boolean => status < 400 && /rate-?limit.*(remaining|reset)/.test(name);
  const stableHeaders = Object.fromEntries(Object.entries(headers).filter(([name]) => !isCounter(name)));
  const templates =
    replyBody.kind === 'data'
      ? toTemplates(replyBody.value, features, exchange, exchange.redacted)
      : undefined;
  const generatedIds = new Map(templates?.generatedIds.map(at => [at, String(valueAt(templates.value, at))]));
  const text = JSON.stringify(templates?.value);
  const literal = (): unknown =>
    replyBody.kind === 'data' ? mapLeaves(replyBody.value, escapeLeaf) : stepBody(replyBody);
  const isTemplated = (invalidTemplates: ReadonlySet<string>): boolean =>
    templates !== undefined && !invalidTemplates.has(text);

  const keys = (invalidTemplates: ReadonlySet<string>): StepKeys => {
    const body = isTemplated(invalidTemplates) ? templates?.value : literal();
    const keyWithoutCounters = JSON.stringify([status, stableHeaders, body]);
    return {
      isHead: exchange.request.method === 'HEAD',
      key: JSON.stringify([status, headers, body]),
      keyWithoutCounters,
      keyWithoutIds: generatedIds.values().reduce((key, id) => key.replaceAll(id, ''), keyWithoutCounters),
    };
  };
  return {
    size:
      estimateSize(exchange.request) +
      (exchange.response === undefined ? 0 : estimateSize(exchange.response)),
    keys,
    complete(invalidTemplates) {
      const step = (body: unknown): ResponseStep => ({
        status,
        ...(Object.keys(headers).length > 0 && { headers }),
        ...(body !== undefined && { body }),
      });
      const literalStep = step(literal());
      const allowed = countViolations(operation, literalStep);
      let chosen = literalStep;
      if (templates !== undefined && isTemplated(invalidTemplates)) {
        // The linter rejects a template whose value for a sample request violates the document.
        const valid = [templates.value, templates.valueWithDefaults]
          .map(step)
          .find(each => countViolations(operation, each) <= allowed);
        if (valid === undefined) invalidTemplates.add(text);
        chosen = valid ?? literalStep;
      }
      if (allowed === Number.POSITIVE_INFINITY) return 'text too long for a template';
      const ids = isTemplated(invalidTemplates) ? generatedIds : new Map<string, string>();
      const { startedAt } = exchange;
      return {
        ...keys(invalidTemplates),
        place,
        startedAt,
        status,
        reply: chosen,
        example,
        generatedIds: ids,
      };
    },
  };
}

function estimateSize({ body }: Pick<Response, 'body'>): number {
  return 1000 + ('length' in body ? body.length : 0);
}

function stepBody(replyBody: Exclude<RecordedReply['body'], { kind: 'data' }>): unknown {
  switch (replyBody.kind) {
    case 'text':
      return escapeTemplates(replyBody.text);
    case 'verbatim':
      return { $text: escapeTemplates(replyBody.text) };
    case 'empty':
      return null;
    case 'declared':
      return undefined;
  }
}

/** Header fields of a step: counts as numbers, the time of the exchange as a template of the current time. */
function stepHeaders({ headers }: RecordedReply, time: Exchange): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (value === null) return [name, null];
      const currentTime = currentTimeExpression(value, time);
      if (currentTime !== undefined) return [name, `{{ ${currentTime} }}`];
      return [name, /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : escapeTemplates(value)];
    }),
  );
}

function escapeLeaf(value: string | number): string | number {
  return typeof value === 'string' ? escapeTemplates(value) : value;
}

function countViolations(operation: Operation, step: ResponseStep): number {
  try {
    return violationsOf(operation, step).length;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Replaces unique identifiers by new ones, after the whole recording has been read.
 * @param isUnique whether an identifier occurs only once in the recording
 */
export function finishStep(
  operation: Operation,
  recordedStep: RecordedStep,
  isUnique: (id: string) => boolean,
): RecordedStep {
  const uniquePointers = new Set(
    [...recordedStep.generatedIds].filter(([, id]) => isUnique(id)).map(([at]) => at),
  );
  if (uniquePointers.size === 0) return recordedStep;
  const body = mapLeaves(recordedStep.reply.body, (leaf, at) =>
    uniquePointers.has(at) ? '{{ uuid }}' : leaf,
  );
  const step = { ...recordedStep.reply, body };
  if (countViolations(operation, step) > countViolations(operation, recordedStep.reply)) return recordedStep;
  const updateKey = (key: string): string =>
    [...recordedStep.generatedIds].reduce(
      (text, [at, id]) => (uniquePointers.has(at) ? text.replaceAll(id, '{{ uuid }}') : text),
      key,
    );
  return {
    ...recordedStep,
    reply: step,
    key: updateKey(recordedStep.key),
    keyWithoutCounters: updateKey(recordedStep.keyWithoutCounters),
  };
}
