// Creates the step that replies as recorded: with templates where they are valid, and never with an unrecorded violation.
import type { Exchange, Response } from '../exchange/exchange.ts';
import { valueAt } from '../exchange/json-pointer.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import type { EntryLocation } from '../recording/model.ts';
import { violationsOf } from '../scenario/reply-violations.ts';
import type { ResponseStep } from '../scenario/scenario.ts';
import { escapeTemplates, TemplateError } from '../scenario/template.ts';
import type { RecordedReply, SkipReason } from './recorded-reply.ts';
import { linkTemplate } from './reply-links.ts';
import type { RequestFeature } from './request-features.ts';
import { mapLeaves, toTemplates } from './template-values.ts';
import { currentTimeExpression } from './timestamps.ts';

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
export interface StepDraft {
  /** Estimated memory in bytes. */
  readonly size: number;
  /** @param invalidTemplates bodies whose templates violate the document, as JSON text */
  keys(invalidTemplates: ReadonlySet<string>): StepKeys;
  /** @param invalidTemplates the body is added if its templates violate the document */
  complete(invalidTemplates: Set<string>): RecordedStep | SkipReason;
}

export function createStepDraft(
  operation: Operation,
  reply: RecordedReply,
  features: readonly RequestFeature[],
  exchange: Exchange,
  place: EntryLocation,
  origin: string,
  recordedFindings: () => readonly Finding[],
): StepDraft {
  const { status, body: replyBody, example } = reply;
  const recordedHeaders = stepHeaders(reply, exchange);
  const templates =
    replyBody.kind === 'data'
      ? toTemplates(replyBody.value, features, exchange, exchange.redacted)
      : undefined;
  const generatedIds = new Map(templates?.generatedIds.map(at => [at, String(valueAt(templates.value, at))]));
  const text = JSON.stringify(templates?.value);
  const literal = (): unknown =>
    replyBody.kind === 'data' ? mapLeaves(replyBody.value, escapeLeaf) : stepBody(replyBody);
  const headers = withLinks(operation, recordedHeaders, exchange, origin, each => ({
    ...{ status, headers: each },
    body: literal(),
  }));
  const isCounter = (name: string): boolean => status < 400 && /rate-?limit.*(remaining|reset)/.test(name);
  const stableHeaders = Object.fromEntries(Object.entries(headers).filter(([name]) => !isCounter(name)));
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
      const violations = violationsOf(operation, literalStep);
      // What the recording does not show is no violation of the service.
      if (violations.length > 0 && !violations.every(isRecordedIn(recordedFindings()))) return UNKNOWN_PART;
      const allowed = violations.length;
      let chosen = literalStep;
      if (templates !== undefined && isTemplated(invalidTemplates)) {
        // The linter rejects a template whose value for a sample request violates the document.
        const valid = [templates.value, templates.valueWithDefaults]
          .map(step)
          .find(each => countViolations(operation, each) <= allowed);
        if (valid === undefined) invalidTemplates.add(text);
        chosen = valid ?? literalStep;
      }
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

const UNKNOWN_PART: SkipReason = 'a part that the document requires was not recorded';

function isRecordedIn(recorded: readonly Finding[]): (finding: Finding) => boolean {
  const keyOf = ({ code, at }: Finding): string => `${code} ${at}`;
  const keys = new Set(recorded.map(keyOf));
  return finding => keys.has(keyOf(finding));
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

type StepHeaders = NonNullable<ResponseStep['headers']>;

/** Header fields of a step: counts as numbers, the time of the exchange as a template of the current time. */
function stepHeaders({ headers }: RecordedReply, time: Exchange): StepHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (value === null) return [name, null];
      if (typeof value !== 'string') return [name, value.map(escapeTemplates)];
      const currentTime = currentTimeExpression(value, time);
      if (currentTime !== undefined) return [name, `{{ ${currentTime} }}`];
      return [name, /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : escapeTemplates(value)];
    }),
  );
}

/** The fields with links that lead to the mock, unless that violates the document. */
function withLinks(
  operation: Operation,
  headers: StepHeaders,
  { request }: Exchange,
  origin: string,
  stepWith: (headers: StepHeaders) => ResponseStep,
): StepHeaders {
  const links = Object.entries(headers).flatMap(([name, value]) => {
    const template =
      typeof value === 'string' ? linkTemplate(name, value, operation, origin, request.path) : undefined;
    return template === undefined ? [] : [[name, template] as const];
  });
  if (links.length === 0) return headers;
  const linked = { ...headers, ...Object.fromEntries(links) };
  const isWorse =
    countViolations(operation, stepWith(linked)) > countViolations(operation, stepWith(headers));
  return isWorse ? headers : linked;
}

function escapeLeaf(value: string | number): string | number {
  return typeof value === 'string' ? escapeTemplates(value) : value;
}

export function countViolations(operation: Operation, step: ResponseStep): number {
  try {
    return violationsOf(operation, step).length;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return Number.POSITIVE_INFINITY;
  }
}
