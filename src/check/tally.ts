// What has been counted so far. Two tallies of parts of the traffic add up to that of the whole, whatever the parts.
import { failsRun } from './gates.ts';
import { GATES, type Group, type Outcome, type Report } from './report.ts';

type Counts = Record<string, number>;
type Settings = Report['settings'];

export interface Tally {
  kept: number;
  readonly broken: Counts;
  readonly notCheckable: Counts;
  /** Empty unless this is a replay. */
  readonly cannotReplay: Counts;
  readonly outOfScope: Counts;
  readonly unreadable: Counts;
  readonly outcomes: Partial<Record<Outcome, number>>;
  readonly otherHosts: Map<string, number>;
  readonly groups: Map<string, Group>;
  /** Occurrences of groups that were given up. */
  unlisted: number;
  readonly unreadablePlaces: Report['unreadable'];
  readonly unreplayed: NonNullable<Report['unreplayed']>;
  readonly operations: Map<string, { calls: number; kept: number; statuses: Counts }>;
}

/** Bounds of a report. What is left out is counted. */
const MOST_GROUPS = 1000;
const MOST_PLACES = 3;
/** Kinds of one drift that are told; the first in the alphabet, so that parts agree. */
export const MOST_OBSERVED = 20;
/** Of entries that cannot be read, and of those that cannot be replayed. */
const MOST_PLACES_NAMED = 100;
const MOST_HOSTS = 100;

export function newTally(): Tally {
  return {
    kept: 0,
    broken: {},
    notCheckable: {},
    cannotReplay: {},
    outOfScope: {},
    unreadable: {},
    outcomes: {},
    otherHosts: new Map(),
    groups: new Map(),
    unlisted: 0,
    unreadablePlaces: [],
    unreplayed: [],
    operations: new Map(),
  };
}

export function count(counts: Counts, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

export function countIn(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** Tells which of two places comes first in the traffic. */
export type Order = (left: Group['places'][number], right: Group['places'][number]) => number;

/** @param files in the order they were read */
export function orderBy(files: readonly string[]): Order {
  const index = new Map(files.map((file, at) => [file, at]));
  return (left, right) =>
    (index.get(left.file) ?? 0) - (index.get(right.file) ?? 0) || left.entry - right.entry;
}

const COUNTED = ['broken', 'notCheckable', 'cannotReplay', 'outOfScope', 'unreadable', 'outcomes'] as const;

/** Adds a part to a whole. The part is not to be used any more. */
export function addTally(whole: Tally, part: Tally, order: Order, settings: Settings): void {
  whole.kept += part.kept;
  whole.unlisted += part.unlisted;
  for (const name of COUNTED) {
    for (const [key, number] of Object.entries(part[name])) count(whole[name], key, number);
  }
  for (const [host, number] of part.otherHosts) countIn(whole.otherHosts, host, number);
  for (const group of part.groups.values()) addGroup(whole, group, order);
  whole.unreadablePlaces.push(...part.unreadablePlaces);
  whole.unreplayed.push(...part.unreplayed);
  for (const [key, { calls, kept, statuses }] of part.operations) {
    const known = whole.operations.get(key) ?? { calls: 0, kept: 0, statuses: {} };
    known.calls += calls;
    known.kept += kept;
    for (const [status, number] of Object.entries(statuses)) count(known.statuses, status, number);
    whole.operations.set(key, known);
  }
  bound(whole, order, settings);
}

function addGroup(whole: Tally, group: Group, order: Order): void {
  const known = whole.groups.get(group.fingerprint);
  whole.groups.set(group.fingerprint, known === undefined ? group : joinGroups(known, group, order));
}

function joinGroups(left: Group, right: Group, order: Order): Group {
  const [first, second] = order(left.sample.place, right.sample.place) <= 0 ? [left, right] : [right, left];
  const outcomes: Group['outcomes'] = {};
  for (const part of [left, right]) {
    for (const [outcome, number] of Object.entries(part.outcomes)) count(outcomes as Counts, outcome, number);
  }
  const firstSeen = earliest(left.firstSeen, right.firstSeen);
  const lastSeen = latest(left.lastSeen, right.lastSeen);
  return {
    ...first,
    exchanges: left.exchanges + right.exchanges,
    occurrences: left.occurrences + right.occurrences,
    outcomes,
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    observed: [...new Set([...first.observed, ...second.observed])].sort().slice(0, MOST_OBSERVED),
    places: [...first.places, ...second.places].sort(order).slice(0, MOST_PLACES),
  };
}

// Times are all written in one form, in which the order of texts is that of times.
function earliest(left: string | undefined, right: string | undefined): string | undefined {
  return left === undefined || (right !== undefined && right < left) ? right : left;
}

function latest(left: string | undefined, right: string | undefined): string | undefined {
  return left === undefined || (right !== undefined && right > left) ? right : left;
}

/**
 * Keeps a tally within bounds. What is kept is the smallest by an order that no part can disagree about, so that what
 * the whole would keep, every part has kept, with all its counts.
 */
export function bound(tally: Tally, order: Order, settings: Settings): void {
  if (tally.groups.size > MOST_GROUPS) {
    // What a baseline accepts is as much as people wrote down, and is needed to tell what is stale.
    const groups = [...tally.groups.values()]
      .filter(({ accepted }) => accepted === undefined)
      .map(group => ({ group, importance: importanceOf(group, settings) }))
      .sort(
        (left, right) =>
          left.importance - right.importance || compare(left.group.fingerprint, right.group.fingerprint),
      )
      .map(({ group }) => group);
    for (const { fingerprint, occurrences } of groups.slice(MOST_GROUPS)) {
      tally.groups.delete(fingerprint);
      tally.unlisted += occurrences;
    }
  }
  for (const places of [tally.unreadablePlaces, tally.unreplayed]) {
    if (places.length <= MOST_PLACES_NAMED) continue;
    places.sort((left, right) => order(left.place, right.place));
    places.length = MOST_PLACES_NAMED;
  }
  if (tally.otherHosts.size > MOST_HOSTS) {
    const hosts = [...tally.otherHosts.keys()].sort();
    for (const host of hosts.slice(MOST_HOSTS)) tally.otherHosts.delete(host);
  }
}

/** How far a tally may grow beyond its bounds before it is cut back. @param accepted how much a baseline accepts */
export function isOverfull(tally: Tally, accepted: number): boolean {
  return (
    tally.groups.size > 2 * MOST_GROUPS + accepted ||
    tally.unreadablePlaces.length > 2 * MOST_PLACES_NAMED ||
    tally.unreplayed.length > 2 * MOST_PLACES_NAMED ||
    tally.otherHosts.size > 2 * MOST_HOSTS
  );
}

/** What fails the run comes first, and a schema that cannot be used: neither may be lost to a bound. */
function importanceOf(group: Group, settings: Settings): number {
  const decides = failsRun(group, settings) || /^(request|response)-not-checkable$/.test(group.code);
  return decides ? -1 : GATES.indexOf(group.kind);
}

export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
