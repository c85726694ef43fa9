// Infers the fewest conditions that hold for some requests of an operation and for none of the others.

import { compileWhen } from '../scenario/matchers.ts';
import type { Condition, When } from '../scenario/scenario.ts';
import type { RecordedRequest } from './recorded-step.ts';
import type { RequestFeature } from './request-features.ts';

interface MatcherCandidate {
  readonly feature: Pick<RequestFeature, 'location' | 'name'>;
  readonly condition: Condition;
  /** Whether the condition does not hold for another request. */
  excludes(other: RecordedRequest): boolean;
  /** The smaller, the sooner it is taken. */
  readonly cost: number;
}

/** Names that are looked at: bodies may have thousands, and the first tell as much as the last. */
const MAX_FEATURES = 1000;

const FEATURE_LOCATIONS: readonly RequestFeature['location'][] = [
  'path',
  'query',
  'body',
  'headers',
  'cookies',
  'valid',
];

/**
 * @returns one `when` for all of them, where that can be, else one for each; undefined where only what may not be a
 * condition tells them from the others
 */
export function inferMatchers(
  targets: readonly RecordedRequest[],
  others: readonly RecordedRequest[],
): readonly { readonly asked: readonly RecordedRequest[]; readonly when: When | undefined }[] | undefined {
  if (others.length === 0) return [{ asked: targets, when: undefined }];
  const together = findConditions(targets, others);
  if (together !== undefined) return [{ asked: targets, when: together }];
  if (targets.length === 1) return undefined;
  const each = targets.map(request => ({ asked: [request], when: findConditions([request], others) }));
  return each.every(({ when }) => when !== undefined) ? each : undefined;
}

function findConditions(
  targets: readonly RecordedRequest[],
  others: readonly RecordedRequest[],
): When | undefined {
  const candidates = matcherCandidates(targets, others);
  let left = [...others];
  let chosen: MatcherCandidate[] = [];
  while (left.length > 0) {
    let best: MatcherCandidate | undefined;
    let most = 0;
    for (const candidate of candidates) {
      const excluded = left.filter(other => candidate.excludes(other)).length;
      // The cheapest come first.
      if (excluded > most) {
        best = candidate;
        most = excluded;
      }
      if (most === left.length) break;
    }
    if (best === undefined) return undefined;
    const taken = best;
    chosen.push(taken);
    left = left.filter(other => !taken.excludes(other));
  }
  // A later choice may have made an earlier one unnecessary.
  for (const candidate of [...chosen]) {
    const rest = chosen.filter(each => each !== candidate);
    if (others.every(other => rest.some(each => each.excludes(other)))) chosen = rest;
  }
  const when = toWhen(chosen);
  const mismatch = compileWhen(when);
  const isRight =
    targets.every(({ call }) => mismatch(call, 'start') === undefined) &&
    others.every(({ call }) => mismatch(call, 'start') !== undefined);
  return isRight ? when : undefined;
}

function matcherCandidates(
  targets: readonly RecordedRequest[],
  others: readonly RecordedRequest[],
): MatcherCandidate[] {
  const named = new Map<string, RequestFeature>();
  for (const { features } of [...targets, ...others])
    for (const [key, feature] of features) {
      if (named.size >= MAX_FEATURES) break;
      if (!named.has(key)) named.set(key, feature);
    }
  const candidates: MatcherCandidate[] = [];
  for (const [key, feature] of named) {
    const found = targets.map(({ features }) => features.get(key));
    // Who asks with a credential and who without is what a 401 is about, whatever else they ask for.
    const base = feature.isCredential ? -1000 : FEATURE_LOCATIONS.indexOf(feature.location) * 1000;
    const depth = feature.name.length / 100;
    if (found.every(each => each === undefined)) {
      const excludes = (other: RecordedRequest): boolean => other.features.has(key);
      candidates.push({ feature, condition: { exists: false }, excludes, cost: base + 500 + depth });
    }
    const present = found.filter(each => each !== undefined);
    if (present.length < targets.length) continue;
    if (feature.location !== 'valid') {
      const excludes = (other: RecordedRequest): boolean => !other.features.has(key);
      candidates.push({ feature, condition: { exists: true }, excludes, cost: base + 400 + depth });
    }
    if (present.some(({ isSecret: isSecret }) => isSecret)) continue;
    const theirs = new Map(
      others.flatMap(other => {
        const its = other.features.get(key);
        return its === undefined || its.isSecret ? [] : [[its.token, its.value] as const];
      }),
    );
    const values = new Map(present.map(({ token, value }) => [token, value]));
    const excludes = (other: RecordedRequest): boolean => {
      const its = other.features.get(key);
      // What a placeholder stands for may well be one of the values.
      return its === undefined || (!its.isSecret && !values.has(its.token));
    };
    const isCommon = [...values.keys()].some(value => theirs.has(value));
    if (
      values.size > MAX_LISTED_VALUES &&
      theirs.size > 0 &&
      theirs.size <= MAX_LISTED_VALUES &&
      !isCommon &&
      feature.location !== 'valid'
    )
      candidates.push({
        feature,
        condition: { ...toTest([...theirs.values()], feature.location), not: true },
        excludes: other => theirs.has(other.features.get(key)?.token ?? ''),
        cost: base + 440 + depth,
      });
    candidates.push({
      feature,
      condition: toCondition([...values.values()], feature.location),
      excludes,
      cost:
        base +
        depth +
        (values.size > 1 ? 450 : 0) +
        ([...values.keys()].some(text => text.length > 60) ? 200 : 0),
    });
  }
  return candidates.sort((left, right) => left.cost - right.cost);
}

/** Values that are named one by one; of more, those are named that it must not be. */
const MAX_LISTED_VALUES = 3;

type ConditionTest = Exclude<Condition, string | number | boolean | null>;

function toTest(
  values: readonly RequestFeature['value'][],
  location: RequestFeature['location'],
): ConditionTest {
  const read = values.map(value => toReadable(value, location));
  return read.length > 1 ? { 'one-of': read } : { equals: read[0] };
}

function toCondition(
  values: readonly RequestFeature['value'][],
  location: RequestFeature['location'],
): Condition {
  const [first = null] = values;
  const isPlain = values.length === 1 && (typeof first !== 'object' || first === null);
  return isPlain ? (toReadable(first, location) as Condition) : toTest(values, location);
}

/** Parameters are text on the wire, and 7 reads better than "7". In a body the two are not the same. */
function toReadable(
  value: RequestFeature['value'],
  location: RequestFeature['location'],
): RequestFeature['value'] {
  if (location === 'body' || typeof value !== 'string') return value;
  return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}

function toWhen(chosen: readonly MatcherCandidate[]): When {
  const valid = chosen.find(({ feature }) => feature.location === 'valid');
  const placed = FEATURE_LOCATIONS.flatMap(location => {
    const conditions = chosen.filter(({ feature }) => feature.location === location && location !== 'valid');
    const named = conditions.map(({ feature, condition }) => [feature.name, condition] as const);
    return named.length === 0 ? [] : [[location, Object.fromEntries(named)] as const];
  });
  return {
    ...Object.fromEntries(placed),
    ...(valid !== undefined && { valid: valid.condition === true }),
  };
}
