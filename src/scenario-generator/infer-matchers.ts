// Infers conditions that hold for some recorded requests of an operation and for none of the others, as few as possible.

import { compileWhen } from '../scenario/matchers.ts';
import type { Condition, When } from '../scenario/when.ts';
import type { RecordedRequest } from './recorded-step.ts';
import type { RequestFeature } from './request-features.ts';

interface MatcherCandidate {
  readonly feature: Pick<RequestFeature, 'location' | 'name'>;
  readonly condition: Condition;
  readonly tests: 'value' | 'other-values' | 'presence' | 'absence';
  /** Whether the condition does not hold for the request. */
  excludes(other: RecordedRequest): boolean;
  /** A candidate with lower cost is preferred. */
  readonly cost: number;
}

/** Limit of tested features. Bodies can have thousands of values. */
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
 * Finds conditions that distinguish the target requests from the others.
 * @param required header fields of the targets that the conditions must contain
 * @returns one `when` for all targets if possible, otherwise one for each target; undefined if the requests differ only in
 * values that cannot be conditions, such as secrets
 */
export function inferMatchers(
  targets: readonly RecordedRequest[],
  others: readonly RecordedRequest[],
  required: readonly string[],
): readonly { readonly requests: readonly RecordedRequest[]; readonly when: When | undefined }[] | undefined {
  if (others.length + required.length === 0) return [{ requests: targets, when: undefined }];
  const common = findConditions(targets, others, required);
  if (common !== undefined) return [{ requests: targets, when: common }];
  if (targets.length === 1) return undefined;
  const each = targets.map(request => ({
    requests: [request],
    when: findConditions([request], others, required),
  }));
  return each.every(({ when }) => when !== undefined) ? each : undefined;
}

/** Greedy set cover: repeatedly takes the condition that excludes most of the remaining requests. */
function findConditions(
  targets: readonly RecordedRequest[],
  others: readonly RecordedRequest[],
  required: readonly string[],
): When | undefined {
  const candidates = matcherCandidates(targets, others);
  const kept = required.flatMap(name => {
    const ofField = candidates.filter(
      ({ feature }) => feature.location === 'headers' && feature.name === name,
    );
    return (
      ofField.find(({ tests }) => tests === 'value') ??
      ofField.find(({ tests }) => tests === 'presence') ??
      []
    );
  });
  let remaining = others.filter(other => !kept.some(each => each.excludes(other)));
  let chosen = [...kept];
  while (remaining.length > 0) {
    let best: MatcherCandidate | undefined;
    let mostExcluded = 0;
    for (const candidate of candidates) {
      const excluded = remaining.filter(other => candidate.excludes(other)).length;
      // Candidates are sorted by cost, so the cheapest of equal ones wins.
      if (excluded > mostExcluded) {
        best = candidate;
        mostExcluded = excluded;
      }
      if (mostExcluded === remaining.length) break;
    }
    if (best === undefined) return undefined;
    const selected = best;
    chosen.push(selected);
    remaining = remaining.filter(other => !selected.excludes(other));
  }
  // Remove a condition that later ones have made unnecessary.
  for (const candidate of [...chosen]) {
    const rest = chosen.filter(each => each !== candidate);
    if (!kept.includes(candidate) && others.every(other => rest.some(each => each.excludes(other))))
      chosen = rest;
  }
  const when = toWhen(chosen);
  const mismatch = compileWhen(when);
  const isCorrect =
    targets.every(({ call }) => mismatch(call, 'start') === undefined) &&
    others.every(({ call }) => mismatch(call, 'start') !== undefined);
  return isCorrect ? when : undefined;
}

function matcherCandidates(
  targets: readonly RecordedRequest[],
  others: readonly RecordedRequest[],
): MatcherCandidate[] {
  const featuresByKey = new Map<string, RequestFeature>();
  for (const { features } of [...targets, ...others])
    for (const [key, feature] of features) {
      if (featuresByKey.size >= MAX_FEATURES) break;
      if (!featuresByKey.has(key)) featuresByKey.set(key, feature);
    }
  const candidates: MatcherCandidate[] = [];
  for (const [key, feature] of featuresByKey) {
    const ofTargets = targets.map(({ features }) => features.get(key));
    // Prefer credentials: a 401 depends on their presence.
    const base = feature.isCredential ? -1000 : FEATURE_LOCATIONS.indexOf(feature.location) * 1000;
    const depth = feature.name.length / 100;
    if (ofTargets.every(each => each === undefined)) {
      const excludes = (other: RecordedRequest): boolean => other.features.has(key);
      candidates.push({
        feature,
        condition: { exists: false },
        tests: 'absence',
        excludes,
        cost: base + 500 + depth,
      });
    }
    const present = ofTargets.filter(each => each !== undefined);
    if (present.length < targets.length) continue;
    if (feature.location !== 'valid') {
      const excludes = (other: RecordedRequest): boolean => !other.features.has(key);
      candidates.push({
        feature,
        condition: { exists: true },
        tests: 'presence',
        excludes,
        cost: base + 400 + depth,
      });
    }
    if (present.some(({ isSecret }) => isSecret)) continue;
    const otherValues = new Map(
      others.flatMap(other => {
        const otherFeature = other.features.get(key);
        return otherFeature === undefined || otherFeature.isSecret
          ? []
          : [[otherFeature.token, otherFeature.value] as const];
      }),
    );
    const values = new Map(present.map(({ token, value }) => [token, value]));
    const excludes = (other: RecordedRequest): boolean => {
      const otherFeature = other.features.get(key);
      // A redacted value could equal one of the values, so it is not excluded.
      return otherFeature === undefined || (!otherFeature.isSecret && !values.has(otherFeature.token));
    };
    const overlaps = [...values.keys()].some(value => otherValues.has(value));
    if (
      values.size > MAX_LISTED_VALUES &&
      otherValues.size > 0 &&
      otherValues.size <= MAX_LISTED_VALUES &&
      !overlaps &&
      feature.location !== 'valid'
    )
      candidates.push({
        feature,
        condition: { ...toTest([...otherValues.values()], feature.location), not: true },
        tests: 'other-values',
        excludes: other => otherValues.has(other.features.get(key)?.token ?? ''),
        cost: base + 440 + depth,
      });
    candidates.push({
      feature,
      condition: toCondition([...values.values()], feature.location),
      tests: 'value',
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

/** Limit of values that a condition lists; above it, the condition lists the values of the other requests, negated. */
const MAX_LISTED_VALUES = 3;

type ConditionTest = Exclude<Condition, string | number | boolean | null>;

function toTest(
  values: readonly RequestFeature['value'][],
  location: RequestFeature['location'],
): ConditionTest {
  const readable = values.map(value => toReadable(value, location));
  return readable.length > 1 ? { 'one-of': readable } : { equals: readable[0] };
}

function toCondition(
  values: readonly RequestFeature['value'][],
  location: RequestFeature['location'],
): Condition {
  const [first = null] = values;
  const isPlain = values.length === 1 && (typeof first !== 'object' || first === null);
  return isPlain ? (toReadable(first, location) as Condition) : toTest(values, location);
}

/** Writes a numeric parameter as a number: a condition treats 7 and "7" alike. In a body they differ. */
function toReadable(
  value: RequestFeature['value'],
  location: RequestFeature['location'],
): RequestFeature['value'] {
  if (location === 'body' || typeof value !== 'string') return value;
  return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}

function toWhen(chosen: readonly MatcherCandidate[]): When {
  const valid = chosen.find(({ feature }) => feature.location === 'valid');
  const byLocation = FEATURE_LOCATIONS.flatMap(location => {
    const conditions = chosen.filter(({ feature }) => feature.location === location && location !== 'valid');
    const byName = conditions.map(({ feature, condition }) => [feature.name, condition] as const);
    return byName.length === 0 ? [] : [[location, Object.fromEntries(byName)] as const];
  });
  return {
    ...Object.fromEntries(byLocation),
    ...(valid !== undefined && { valid: valid.condition === true }),
  };
}
