// From what was counted to a report: one order for everything, bounds, and the verdict on top.
import type { Contract } from '../contract/contract.ts';
import type { Item } from './properties.ts';
import { type Accounting, GATES, type Group, LEVELS, type Level, type Report } from './report.ts';
import { serversOf } from './scope.ts';
import { bound, compare, orderBy, type Tally } from './tally.ts';
import { verdictOn } from './verdict.ts';

/** A report before it is put in order; merging adds these up. */
export interface Parts
  extends Pick<Report, 'tool' | 'settings' | 'replay' | 'shard' | 'apis' | 'sources' | 'baseline'> {
  readonly tally: Tally;
  readonly levels: Report['coverage']['levels'];
  /** Every operation of the documents, in their order. */
  readonly operations: readonly (Pick<Operated, 'api' | 'id' | 'method' | 'path'> & {
    /** As declared: "200", and not "4XX" or "default". */
    readonly statuses: readonly string[];
  })[];
}

type Operated = Report['coverage']['operations'][number];
type LevelReport = Report['coverage']['levels'][Level];

export function conclude(parts: Parts): Report {
  const { tool, settings, replay, shard, apis, sources, tally, levels, operations, baseline } = parts;
  const order = orderBy(sources.map(({ file }) => file));
  bound(tally, order, settings);
  const classes = {
    broken: counted(tally.broken),
    notCheckable: counted(tally.notCheckable),
    ...(replay !== undefined && { cannotReplay: counted(tally.cannotReplay) }),
    outOfScope: counted(tally.outOfScope),
    unreadable: counted(tally.unreadable),
  };
  const total = Object.values(classes).reduce((sum, each) => sum + each.count, tally.kept);
  const unjudged: Omit<Report, 'verdict' | 'exitCode' | 'reasons'> = {
    version: 1,
    tool,
    settings,
    ...(replay !== undefined && { replay }),
    ...(shard !== undefined && { shard }),
    apis,
    sources,
    accounting: { total, kept: tally.kept, ...classes },
    unreadable: tally.unreadablePlaces.sort((left, right) => order(left.place, right.place)),
    ...(replay !== undefined && {
      unreplayed: tally.unreplayed.sort((left, right) => order(left.place, right.place)),
    }),
    otherHosts: sorted(Object.fromEntries(tally.otherHosts)),
    outcomes: sorted(tally.outcomes),
    findings: [...tally.groups.values()].sort(byPlace).map(inOrder),
    unlisted: tally.unlisted,
    coverage: {
      levels,
      operations: operations.map(({ api, id, method, path, statuses }) => {
        const { calls = 0, kept = 0, statuses: seen = {} } = tally.operations.get(`${api} ${id}`) ?? {};
        // What is declared and was never answered stands there with a nought.
        const declared = Object.fromEntries(statuses.map(status => [status, 0]));
        return { api, id, method, path, calls, kept, statuses: sorted({ ...declared, ...seen }) };
      }),
    },
    ...(baseline !== undefined && { baseline }),
  };
  const { version, ...rest } = unjudged;
  return { version, ...verdictOn(unjudged), ...rest };
}

export function describeApis(contract: Contract): Report['apis'] {
  return contract.apis.map(api => ({
    name: api.name,
    title: api.title,
    file: api.file,
    servers: serversOf(api),
  }));
}

export function describeOperations(contract: Contract): Parts['operations'] {
  return contract.apis.flatMap(api =>
    api.operations.map(({ id, method, path, responses }) => ({
      api: api.name,
      id,
      method,
      path,
      statuses: responses.map(({ status }) => status).filter(status => /^\d+$/.test(status)),
    })),
  );
}

export function describeLevels(found: ReadonlyMap<Level, ReadonlyMap<string, Item>>): Parts['levels'] {
  const levels = {} as Record<Level, LevelReport>;
  for (const level of LEVELS) {
    const items = [...(found.get(level)?.values() ?? [])];
    const unseen = items.filter(({ seen }) => !seen).map(({ key }) => key);
    const unkept = items.filter(({ seen, kept }) => seen && !kept).map(({ key }) => key);
    levels[level] = levelOf(items.length, unseen, unkept);
  }
  return levels;
}

export function levelOf(declared: number, unseen: readonly string[], unkept: readonly string[]): LevelReport {
  return {
    declared,
    seen: declared - unseen.length,
    kept: declared - unseen.length - unkept.length,
    unseen: [...unseen].sort(compare),
    unkept: [...unkept].sort(compare),
  };
}

function counted(reasons: Readonly<Record<string, number>>): Accounting['broken'] {
  return { count: Object.values(reasons).reduce((sum, each) => sum + each, 0), reasons: sorted(reasons) };
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => compare(left, right)));
}

function byPlace(left: Group, right: Group): number {
  return (
    GATES.indexOf(left.kind) - GATES.indexOf(right.kind) ||
    compare(left.api, right.api) ||
    compare(left.operation.id, right.operation.id) ||
    compare(left.at, right.at) ||
    compare(left.code, right.code) ||
    compare(left.fingerprint, right.fingerprint)
  );
}

/** Members in one order, so that equal groups are equal bytes, however they came about. */
function inOrder(group: Group): Group {
  const { fingerprint, code, kind, side, api, operation, at, message, clause } = group;
  const { exchanges, occurrences, outcomes, firstSeen, lastSeen, accepted, observed, sample, places } = group;
  return {
    fingerprint,
    code,
    kind,
    side,
    api,
    operation,
    at,
    message,
    ...(clause !== undefined && { clause }),
    exchanges,
    occurrences,
    outcomes: sorted(outcomes),
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    ...(accepted !== undefined && { accepted }),
    observed,
    sample,
    places,
  };
}
