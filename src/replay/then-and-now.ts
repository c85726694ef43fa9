// The eye that two answers are compared with: what was a secret is not looked at, what was made anew counts as the same.
import type { Difference, RecordedExchange } from '../check/subject.ts';
import { secretNames } from '../contract/contract.ts';
import type { Exchange, Response } from '../exchange/exchange.ts';
import { redactWith } from '../exchange/redact.ts';
import { isPlaceholder, secretTest } from '../exchange/secrets.ts';
import { pointer } from '../finding/pointer.ts';
import type { Scalar } from './body-values.ts';
import { compareAnswers } from './compare.ts';
import type { Means, Ready } from './draft.ts';
import { isSameForm, namesIn } from './forms.ts';
import { keyOf, nameOf, ownerOf } from './identifiers.ts';
import { apiOf } from './targets.ts';

/** @param live the exchange of now; whatever it depends on has been answered */
export function differencesOf(
  { draft, subject }: Ready,
  live: RecordedExchange,
  { chain, secrets }: Means,
  strictValues: boolean,
): Difference[] {
  const { exchange } = draft.recorded;
  const [then, now] = [exchange.response, live.exchange.response];
  if (then === undefined || now === undefined) return [];
  // The condition that it answered was left out of the question.
  const { headers } = exchange.request;
  if ([304, 412].includes(then.status) && Object.keys(headers).some(name => name.startsWith('if-')))
    return [];
  const api = apiOf(subject);
  const names = secretNames(api);
  const isSecret = secretTest(names);
  const marked = new Set(exchange.redacted ?? []);
  const owner = ownerOf(subject);
  /** Whether one was given for the other. */
  const isGiven = (before: Scalar, after: Scalar, name: string, whose: string): boolean => {
    const key = keyOf(before, name, whose);
    const given = key === undefined ? undefined : chain.known(key)?.give(key);
    return typeof given === 'object' && String(given.value) === String(after);
  };
  const isSameText = (before: unknown, after: unknown, name: string): boolean =>
    isSameForm(before, after, name) ||
    (typeof before === 'string' && typeof after === 'string' && before.length >= 6 && isPlaceholder(before));
  const shownOf = (whole: Exchange): Response =>
    redactWith(whole, names, { secrets }).exchange.response as Response;
  let shown: { was: Response; is: Response } | undefined;
  return compareAnswers(then, now, exchange.request.method, {
    operation: subject.kind === 'operation' ? subject.operation : undefined,
    clause: api.sources.clause({ uri: api.document.uri, pointer: '/paths' }),
    strictValues,
    shown: () => {
      shown ??= { was: shownOf(exchange), is: shownOf(live.exchange) };
      return shown;
    },
    eye: {
      isHidden: steps =>
        steps.some(step => isSecret(step)) || marked.has(`/response/body${pointer(...steps)}`),
      isSame: (before, after, steps) => {
        const [name, whose] = nameOf(steps, owner);
        return (
          isSameText(before, after, name) ||
          (isScalar(before) && isScalar(after) && isGiven(before, after, name, whose))
        );
      },
    },
    isSame: (before, after, name) =>
      isSecret(name) ||
      marked.has(`/response/headers${pointer(name)}`) ||
      isSameText(before, after, name) ||
      (name === 'location' ? isSameLocation(before, after, isGiven) : isGiven(before, after, name, owner)),
  });
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number';
}

/** From the end: another server may have another origin and base path. */
function isSameLocation(
  then: string,
  now: string,
  isGiven: (before: string, after: string, name: string, whose: string) => boolean,
): boolean {
  const [left, right] = [readLocation(then), readLocation(now)];
  if (left.names !== right.names) return false;
  return left.steps.slice(0, right.steps.length - 1).every((step, index) => {
    const other = right.steps[index] ?? '';
    // Where one path is at its beginning, the other one has a longer base.
    if (index === left.steps.length - 1) return true;
    const [, whose] = nameOf([left.steps[index + 1] ?? '', 'id'], '');
    return step === other || isSameForm(step, other, '') || isGiven(step, other, 'id', whose);
  });
}

/** Steps of the path, the last first, and the names in the query. */
function readLocation(text: string): { readonly steps: readonly string[]; readonly names: string } {
  const url = URL.parse(text, 'http://some-host.invalid');
  return url === null
    ? { steps: [text], names: '' }
    : { steps: url.pathname.split('/').reverse(), names: namesIn(url) };
}
