// Reports of parts of the traffic to the report of the whole: the same bytes as if it had been one run.
import { InputError } from '../finding/input-error.ts';
import { conclude, levelOf, type Parts } from './conclude.ts';
import { LEVELS, type Report } from './report.ts';
import { addTally, newTally, orderBy, type Tally } from './tally.ts';

/** @throws InputError when they were not made alike, or a shard is missing */
export function mergeReports(reports: readonly Report[]): Report {
  const [first, ...others] = reports;
  if (first === undefined) throw new InputError('there is no report to merge');
  for (const other of others) {
    for (const [what, read] of Object.entries(MADE_ALIKE)) {
      if (JSON.stringify(read(first)) !== JSON.stringify(read(other)))
        throw new InputError(`the reports were made with different ${what}; check all parts alike`);
    }
  }
  for (const report of reports) checkNumbers(report);
  // One alone is what it is, a shard or a whole.
  if (others.length === 0) return first;
  checkShards(reports);
  const sources = mergeSources(reports);
  const order = orderBy(sources.map(({ file }) => file));
  const tally = newTally();
  for (const report of reports) addTally(tally, tallyOf(report), order, first.settings);
  const baseline = mergeBaselines(reports, tally);
  return conclude({
    tool: first.tool,
    settings: first.settings,
    replay: first.replay,
    shard: undefined,
    apis: first.apis,
    sources,
    tally,
    levels: mergeLevels(reports),
    operations: first.coverage.operations.map(({ statuses, ...rest }) => ({
      ...rest,
      statuses: Object.keys(statuses).filter(status => statuses[status] === 0),
    })),
    ...(baseline !== undefined && { baseline }),
  });
}

const MADE_ALIKE: Readonly<Record<string, (report: Report) => unknown>> = {
  'commands (check and replay)': ({ replay }) => replay === undefined,
  'versions of deadringer': ({ tool }) => tool,
  settings: ({ settings }) => settings,
  targets: ({ replay }) => replay,
  documents: ({ apis }) => apis,
  baselines: ({ baseline }) => baseline?.file,
};

const NOTHING = { count: 0, reasons: {} };

/** Reports may have been edited; one whose numbers do not add up says nothing. */
function checkNumbers({ accounting, sources, shard }: Report): void {
  const { total, kept, broken, notCheckable, cannotReplay = NOTHING, outOfScope, unreadable } = accounting;
  const classes = [broken, notCheckable, cannotReplay, outOfScope, unreadable];
  const add = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
  const read = add(sources.map(({ entries }) => entries)) + (unreadable.reasons['cut-off'] ?? 0);
  const isSound =
    total === kept + add(classes.map(({ count }) => count)) &&
    total === read &&
    classes.every(({ count, reasons }) => count === add(Object.values(reasons)));
  if (isSound) return;
  const which = shard === undefined ? 'a report' : `shard ${shard.index} of ${shard.of}`;
  throw new InputError(`the numbers of ${which} do not add up; write it again with --format json`);
}

function checkShards(reports: readonly Report[]): void {
  const shards = reports.flatMap(({ shard }) => shard ?? []);
  const [first] = shards;
  if (first === undefined) return;
  const recordings = new Set(
    reports.map(({ sources }) => JSON.stringify(sources.map(({ file, cutOff }) => [file, cutOff]))),
  );
  if (shards.length < reports.length || recordings.size > 1 || shards.some(({ of }) => of !== first.of))
    throw new InputError(
      'some of the reports are shards of another run: they did not read the same recordings',
    );
  const found = shards.map(({ index }) => index);
  const twice = found.find((index, at) => found.indexOf(index) !== at);
  if (twice !== undefined) throw new InputError(`shard ${twice} of ${first.of} is there twice`);
  const missing = Array.from({ length: first.of }, (_, at) => at + 1).filter(index => !found.includes(index));
  if (missing.length > 0)
    throw new InputError(
      `${missing.length === 1 ? 'shard' : 'shards'} ${missing.join(' and ')} of ${first.of} ${missing.length === 1 ? 'is' : 'are'} missing`,
    );
}

function tallyOf(report: Report): Tally {
  const { accounting, outcomes, otherHosts, findings, unlisted, unreadable, unreplayed, coverage } = report;
  return {
    kept: accounting.kept,
    broken: accounting.broken.reasons,
    notCheckable: accounting.notCheckable.reasons,
    cannotReplay: accounting.cannotReplay?.reasons ?? {},
    outOfScope: accounting.outOfScope.reasons,
    unreadable: accounting.unreadable.reasons,
    outcomes,
    otherHosts: new Map(Object.entries(otherHosts)),
    groups: new Map(findings.map(group => [group.fingerprint, group])),
    unlisted,
    unreadablePlaces: [...unreadable],
    unreplayed: [...(unreplayed ?? [])],
    operations: new Map(
      coverage.operations.map(({ api, id, calls, kept, statuses }) => [
        `${api} ${id}`,
        { calls, kept, statuses },
      ]),
    ),
  };
}

function mergeSources(reports: readonly Report[]): Report['sources'] {
  const merged = new Map<string, Report['sources'][number]>();
  for (const source of reports.flatMap(({ sources }) => sources)) {
    const known = merged.get(source.file);
    merged.set(
      source.file,
      known === undefined ? source : { ...source, ...known, entries: known.entries + source.entries },
    );
  }
  return [...merged.values()];
}

/** What none of the parts saw was not seen. */
function mergeLevels(reports: readonly Report[]): Parts['levels'] {
  const levels = LEVELS.map(level => {
    const parts = reports.map(({ coverage }) => coverage.levels[level]);
    const [first] = parts;
    const unseen = intersect(parts.map(part => part.unseen));
    const notKept = intersect(parts.map(part => [...part.unseen, ...part.unkept]));
    const gone = new Set(unseen);
    return [
      level,
      levelOf(
        first?.declared ?? 0,
        unseen,
        notKept.filter(key => !gone.has(key)),
      ),
    ] as const;
  });
  return Object.fromEntries(levels) as Parts['levels'];
}

function intersect(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  const sets = others.map(list => new Set(list));
  return first.filter(key => sets.every(set => set.has(key)));
}

function mergeBaselines(reports: readonly Report[], tally: Tally): Report['baseline'] {
  const [first] = reports;
  if (first?.baseline === undefined) return undefined;
  const all = reports.flatMap(({ baseline }) => baseline ?? []);
  const stale = new Set(intersect(all.map(each => each.stale.map(({ fingerprint }) => fingerprint))));
  const expired = new Map(
    all.flatMap(each => each.expired.map(entry => [entry.fingerprint, entry] as const)),
  );
  return {
    file: first.baseline.file,
    accepted: [...tally.groups.values()].filter(({ accepted }) => accepted !== undefined).length,
    stale: first.baseline.stale.filter(({ fingerprint }) => stale.has(fingerprint)),
    expired: [...expired.values()].sort((left, right) => left.line - right.line),
  };
}
