// Finds the fewest conditions that hold for some requests of an operation and for none of the others.
import type { Condition, When } from '../scenario/scenario.ts';
import { mismatch } from '../scenario/when.ts';
import type { Feature } from './features.ts';
import type { Asked } from './take.ts';

interface Candidate {
  readonly feature: Pick<Feature, 'place' | 'name'>;
  readonly condition: Condition;
  /** Whether the condition does not hold for another request. */
  excludes(other: Asked): boolean;
  /** The smaller, the sooner it is taken. */
  readonly cost: number;
}

/** Names that are looked at: bodies may have thousands, and the first tell as much as the last. */
const MOST = 1000;

const PLACES: readonly Feature['place'][] = ['path', 'query', 'body', 'headers', 'cookies', 'valid'];

/**
 * @returns one `when` for all of them, where that can be, else one for each; undefined where only what may not be a
 * condition tells them from the others
 */
export function tellApart(
  mine: readonly Asked[],
  others: readonly Asked[],
): readonly { readonly asked: readonly Asked[]; readonly when: When | undefined }[] | undefined {
  if (others.length === 0) return [{ asked: mine, when: undefined }];
  const together = conditionsFor(mine, others);
  if (together !== undefined) return [{ asked: mine, when: together }];
  if (mine.length === 1) return undefined;
  const each = mine.map(asked => ({ asked: [asked], when: conditionsFor([asked], others) }));
  return each.every(({ when }) => when !== undefined) ? each : undefined;
}

function conditionsFor(mine: readonly Asked[], others: readonly Asked[]): When | undefined {
  const candidates = candidatesFor(mine, others);
  let left = [...others];
  let chosen: Candidate[] = [];
  while (left.length > 0) {
    let best: Candidate | undefined;
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
  const isRight =
    mine.every(({ call }) => mismatch(when, call, 'start') === undefined) &&
    others.every(({ call }) => mismatch(when, call, 'start') !== undefined);
  return isRight ? when : undefined;
}

function candidatesFor(mine: readonly Asked[], others: readonly Asked[]): Candidate[] {
  const named = new Map<string, Feature>();
  for (const { features } of [...mine, ...others])
    for (const [key, feature] of features) {
      if (named.size >= MOST) break;
      if (!named.has(key)) named.set(key, feature);
    }
  const candidates: Candidate[] = [];
  for (const [key, feature] of named) {
    const found = mine.map(({ features }) => features.get(key));
    // Who asks with a credential and who without is what a 401 is about, whatever else they ask for.
    const base = feature.credential ? -1000 : PLACES.indexOf(feature.place) * 1000;
    const depth = feature.name.length / 100;
    if (found.every(each => each === undefined)) {
      const excludes = (other: Asked): boolean => other.features.has(key);
      candidates.push({ feature, condition: { exists: false }, excludes, cost: base + 500 + depth });
    }
    const present = found.filter(each => each !== undefined);
    if (present.length < mine.length) continue;
    if (feature.place !== 'valid') {
      const excludes = (other: Asked): boolean => !other.features.has(key);
      candidates.push({ feature, condition: { exists: true }, excludes, cost: base + 400 + depth });
    }
    if (present.some(({ hidden }) => hidden)) continue;
    const theirs = new Map(
      others.flatMap(other => {
        const its = other.features.get(key);
        return its === undefined || its.hidden ? [] : [[its.token, its.value] as const];
      }),
    );
    const values = new Map(present.map(({ token, value }) => [token, value]));
    const excludes = (other: Asked): boolean => {
      const its = other.features.get(key);
      // What a placeholder stands for may well be one of the values.
      return its === undefined || (!its.hidden && !values.has(its.token));
    };
    const isCommon = [...values.keys()].some(value => theirs.has(value));
    if (values.size > FEW && theirs.size > 0 && theirs.size <= FEW && !isCommon && feature.place !== 'valid')
      candidates.push({
        feature,
        condition: { ...testOf([...theirs.values()], feature.place), not: true },
        excludes: other => theirs.has(other.features.get(key)?.token ?? ''),
        cost: base + 440 + depth,
      });
    candidates.push({
      feature,
      condition: conditionOf([...values.values()], feature.place),
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
const FEW = 3;

type Test = Exclude<Condition, string | number | boolean | null>;

function testOf(values: readonly Feature['value'][], place: Feature['place']): Test {
  const read = values.map(value => readable(value, place));
  return read.length > 1 ? { 'one-of': read } : { equals: read[0] };
}

function conditionOf(values: readonly Feature['value'][], place: Feature['place']): Condition {
  const [first = null] = values;
  const isPlain = values.length === 1 && (typeof first !== 'object' || first === null);
  return isPlain ? (readable(first, place) as Condition) : testOf(values, place);
}

/** Parameters are text on the wire, and 7 reads better than "7". In a body the two are not the same. */
function readable(value: Feature['value'], place: Feature['place']): Feature['value'] {
  if (place === 'body' || typeof value !== 'string') return value;
  return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}

function toWhen(chosen: readonly Candidate[]): When {
  const valid = chosen.find(({ feature }) => feature.place === 'valid');
  const placed = PLACES.flatMap(place => {
    const conditions = chosen.filter(({ feature }) => feature.place === place && place !== 'valid');
    const named = conditions.map(({ feature, condition }) => [feature.name, condition] as const);
    return named.length === 0 ? [] : [[place, Object.fromEntries(named)] as const];
  });
  return {
    ...Object.fromEntries(placed),
    ...(valid !== undefined && { valid: valid.condition === true }),
  };
}
