// Finds differences between the recorded and the current response; redacted and captured values count as equal.

import type { Difference } from '../check/difference.ts';
import type { Exchange, Response } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { redactWith } from '../exchange/redact.ts';
import { isPlaceholder, secretTest } from '../exchange/secrets.ts';
import { redactedNames } from '../openapi/model.ts';
import type { RecordedExchange } from '../recording/model.ts';
import type { Scalar } from './body-values.ts';
import { compareResponses } from './compare-responses.ts';
import { identifierKey, identifierName, resourceName } from './identifiers.ts';
import type { ReplayContext, ResolvedRequest } from './prepare-request.ts';
import { haveSameFormat, queryNames } from './same-format.ts';
import { apiOfTarget } from './targets.ts';

/**
 * The differences of the current response from the recorded one.
 * @param currentExchange its dependencies must be settled
 */
export function findDifferences(
  { prepared, matchTarget }: ResolvedRequest,
  currentExchange: RecordedExchange,
  { captures, secrets }: ReplayContext,
  strictValues: boolean,
): Difference[] {
  const { exchange } = prepared.recorded;
  const [recorded, current] = [exchange.response, currentExchange.exchange.response];
  if (recorded === undefined || current === undefined) return [];
  // A replay sends no conditional headers: a recorded 304 or 412 cannot be compared.
  const { headers } = exchange.request;
  if ([304, 412].includes(recorded.status) && Object.keys(headers).some(name => name.startsWith('if-')))
    return [];
  const api = apiOfTarget(matchTarget);
  const names = redactedNames(api);
  const isSecret = secretTest(names);
  const redactedPointers = new Set(exchange.redacted ?? []);
  const owner = resourceName(matchTarget);
  /** Whether `after` is the current value of the capture `before`. */
  const isCaptured = (before: Scalar, after: Scalar, name: string, resource: string): boolean => {
    const key = identifierKey(before, name, resource);
    const captured = key === undefined ? undefined : captures.findSource(key)?.valueOf(key);
    return typeof captured === 'object' && String(captured.value) === String(after);
  };
  const isSameText = (before: unknown, after: unknown, name: string): boolean =>
    haveSameFormat(before, after, name) ||
    (typeof before === 'string' && typeof after === 'string' && before.length >= 6 && isPlaceholder(before));
  const redactResponse = (full: Exchange): Response =>
    redactWith(full, names, { secrets }).exchange.response as Response;
  let redacted: { recorded: Response; current: Response } | undefined;
  return compareResponses(recorded, current, exchange.request.method, {
    operation: matchTarget.kind === 'operation' ? matchTarget.operation : undefined,
    fallbackLocation: api.documents.locate({ uri: api.root.uri, pointer: '/paths' }),
    strictValues,
    redacted: () => {
      redacted ??= { recorded: redactResponse(exchange), current: redactResponse(currentExchange.exchange) };
      return redacted;
    },
    comparator: {
      isHidden: steps =>
        steps.some(step => isSecret(step)) || redactedPointers.has(`/response/body${jsonPointer(...steps)}`),
      isSame: (before, after, steps) => {
        const [name, resource] = identifierName(steps, owner);
        return (
          isSameText(before, after, name) ||
          (isScalar(before) && isScalar(after) && isCaptured(before, after, name, resource))
        );
      },
    },
    isSameHeader: (before, after, name) =>
      isSecret(name) ||
      redactedPointers.has(`/response/headers${jsonPointer(name)}`) ||
      isSameText(before, after, name) ||
      (name === 'location'
        ? isSameLocation(before, after, isCaptured)
        : isCaptured(before, after, name, owner)),
  });
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number';
}

/** Compares path segments from the end: another server may have another origin and base path. */
function isSameLocation(
  recorded: string,
  current: string,
  isCaptured: (before: string, after: string, name: string, resource: string) => boolean,
): boolean {
  const [left, right] = [readLocation(recorded), readLocation(current)];
  if (left.names !== right.names) return false;
  return left.steps.slice(0, right.steps.length - 1).every((step, index) => {
    const other = right.steps[index] ?? '';
    // The first segment of the shorter path is compared with a longer base path: any value is accepted.
    if (index === left.steps.length - 1) return true;
    const [, resource] = identifierName([left.steps[index + 1] ?? '', 'id'], '');
    return step === other || haveSameFormat(step, other, '') || isCaptured(step, other, 'id', resource);
  });
}

/** Segments of the path, the last first, and the names in the query. */
function readLocation(text: string): { readonly steps: readonly string[]; readonly names: string } {
  const url = URL.parse(text, 'http://some-host.invalid');
  return url === null
    ? { steps: [text], names: '' }
    : { steps: url.pathname.split('/').reverse(), names: queryNames(url) };
}
