// One recorded exchange, prepared for a rule: the request, its features, and a draft of the step that replies to it.

import { redact } from '../exchange/redact.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { type Operation, redactedNames } from '../openapi/model.ts';
import { findRefusal } from '../openapi/refusals.ts';
import type { RecordedExchange } from '../recording/model.ts';
import { matchForOperation } from '../routing/path-values.ts';
import type { Match } from '../routing/trie.ts';
import { Call } from '../scenario/call.ts';
import { validateExchange } from '../validate/exchange.ts';
import { redactPreservingFindings } from '../validate/redact-exchange.ts';
import { validateRequest } from '../validate/request.ts';
import { withPrecondition } from './preconditions.ts';
import { type SkipReason, toRecordedReply } from './recorded-reply.ts';
import { extractFeatures, featureKey, type RequestFeature } from './request-features.ts';
import { countViolations, createStepDraft, type RecordedStep, type StepDraft } from './step-draft.ts';
import { mapLeaves } from './template-values.ts';

/** A recorded request with redacted secrets. */
export interface RecordedRequest {
  /** Equal for equal requests. */
  readonly key: string;
  readonly call: Call;
  /** Features that conditions can test, by featureKey. */
  readonly features: ReadonlyMap<string, RequestFeature>;
}

export interface AnalyzedExchange {
  readonly request: RecordedRequest;
  /** Creates the draft of the step; expensive, so the caller decides whether it is needed. */
  stepDraft(): StepDraft | SkipReason;
}

export function analyzeExchange(
  match: Match,
  { exchange: recorded, place, origin }: Pick<RecordedExchange, 'exchange' | 'place' | 'origin'>,
): AnalyzedExchange {
  const { operation } = match;
  const exchange = withPrecondition(recorded);
  const names = redactedNames(operation.api);
  // Placeholders that the document allows: a reply must not violate a schema that the recorded one satisfied.
  const clean = redactPreservingFindings(match, exchange, names) ?? redact(exchange, names);
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
      const reply = toRecordedReply(
        operation,
        exchange.request.method,
        clean.response,
        response,
        exchange.startedAt,
      );
      if (typeof reply === 'string') return reply;
      // The status is always recorded, also one that HTTP provides for.
      const recordedCodes = (): ReadonlySet<FindingCode> =>
        new Set([
          'status-undocumented',
          ...validateExchange(match, exchange).findings.map(({ code }) => code),
        ]);
      return createStepDraft(operation, reply, features, clean, place, origin, recordedCodes);
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
