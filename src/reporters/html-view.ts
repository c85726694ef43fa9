// What the HTML page shows, as plain data for its template: every text in it is safe to show, and every list is bounded.
import { shortfalls } from '../check/gates.ts';
import type { Group, Report } from '../check/report.ts';
import { halves } from './halves.ts';
import {
  blames,
  headlineOf,
  howOften,
  lineOf,
  operationOf,
  ranked,
  SECTIONS,
  sectionOf,
  showPlace,
  showTime,
  verdictOf,
  weigh,
} from './rank.ts';
import { brief, count } from './safe.ts';
import { levelRows, ranking, tally, unreadableEntries } from './tally.ts';

const OPERATIONS_SHOWN = 400;
const LIST_SHOWN = 100;
const GAPS_SHOWN = 40;
const STATUSES_SHOWN = 24;

function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The page without its findings, which are rendered one by one within a budget. */
export function viewPage(report: Report): object {
  const { verdict, tool, apis, sources, shard, settings, reasons } = report;
  const { sentence, next } = verdictOf(report);
  return {
    verdict,
    word: headlineOf(report),
    sentence: brief(sentence, 600),
    next,
    reasons: bounded(
      // The sentence above may be a reason already.
      reasons.map(reason => brief(reason, 500)).filter(reason => !sentence.includes(reason)),
      12,
    ),
    tool: `${tool.name} ${brief(tool.version, 40)}`,
    shard: shard === undefined ? '' : `shard ${shard.index} of ${shard.of}`,
    apis: bounded(
      apis.map(api => ({
        title: brief(api.title, 120),
        file: brief(api.file),
        servers: brief(api.servers.join(', ')),
      })),
      LIST_SHOWN,
    ),
    sources: bounded(
      sources.map(source => ({
        file: brief(source.file),
        entries: grouped(source.entries),
        format: source.format,
        creator: brief(source.creator ?? '', 100),
        cutOff: brief(source.cutOff ?? ''),
      })),
      LIST_SHOWN,
    ),
    gates: settings.failOn.join(', '),
    side: settings.side,
    span: span(report),
    ...viewAccounting(report),
    levels: levelRows(report).map(row => ({
      ...row,
      short: shortfalls(report).some(({ level }) => level === row.level),
      unseen: row.unseen.slice(0, GAPS_SHOWN).map(name => brief(name, 120)),
      more: Math.max(row.unseen.length - GAPS_SHOWN, 0),
    })),
    ...viewOperations(report),
    drift: bounded(
      ranked(report)
        .filter(group => sectionOf(group) === 'undocumented')
        .map(group => ({
          id: group.fingerprint,
          what: brief(group.message),
          operation: operationOf(group),
          observed: brief(group.observed.join(', '), 200),
          often: grouped(group.exchanges),
        })),
      LIST_SHOWN,
    ),
    baseline: viewBaseline(report),
    unreplayed: bounded(
      (report.unreplayed ?? []).map(({ place, why }) => ({ place: showPlace(place), why: brief(why) })),
      LIST_SHOWN,
      report.accounting.cannotReplay?.count,
    ),
    targets: brief(report.replay?.targets.join(', ') ?? ''),
    unreadable: bounded(
      report.unreadable.map(({ place, why }) => ({ place: showPlace(place), why: brief(why) })),
      LIST_SHOWN,
      unreadableEntries(report),
    ),
    hosts: bounded(
      ranking(report.otherHosts).map(([host, times]) => ({ host: brief(host, 120), often: grouped(times) })),
      30,
    ),
  };
}

function bounded<Item>(
  items: readonly Item[],
  most: number,
  all = items.length,
): { items: Item[]; more: number } {
  const shown = items.slice(0, most);
  return { items: shown, more: Math.max(all - shown.length, 0) };
}

function viewAccounting({ accounting, unlisted }: Report): object {
  const rows = tally(accounting).map(row => ({
    ...row,
    shown: grouped(row.count),
    // A sliver stays visible, and nothing is wider than the whole.
    share: accounting.total === 0 ? 0 : Math.round((row.count * 10_000) / accounting.total) / 100,
    reasons: row.reasons.map(reason => ({
      name: reason.name,
      count: reason.count,
      shown: grouped(reason.count),
    })),
  }));
  return {
    total: accounting.total,
    totalShown: grouped(accounting.total),
    rows,
    unlisted: grouped(unlisted),
  };
}

function viewOperations({ coverage }: Report): object {
  const shown = [...coverage.operations.slice(0, OPERATIONS_SHOWN)];
  const statuses = [...new Set(shown.flatMap(operation => Object.keys(operation.statuses)))]
    .sort()
    .slice(0, STATUSES_SHOWN);
  return {
    statuses: statuses.map(status => brief(status, 20)),
    operations: shown.map(operation => ({
      id: brief(operation.id, 120),
      method: brief(operation.method, 20),
      path: brief(operation.path),
      api: brief(operation.api, 60),
      calls: grouped(operation.calls),
      kept: grouped(operation.kept),
      state: operation.calls === 0 ? 'never' : operation.kept === operation.calls ? 'kept' : 'partly',
      cells: statuses.map(status => {
        const times = operation.statuses[status];
        if (times === undefined) return { heat: 'none', shown: '' };
        return times === 0
          ? { heat: 'unseen', shown: '0' }
          : { heat: `h${Math.min(5, 1 + Math.floor(Math.log10(times)))}`, shown: grouped(times) };
      }),
    })),
    moreOperations: coverage.operations.length - shown.length,
    severalApis: new Set(shown.map(operation => operation.api)).size > 1,
  };
}

function viewBaseline({ baseline }: Report): object | undefined {
  if (baseline === undefined) return undefined;
  const entries = [
    ...baseline.expired.map(entry => ({
      entry,
      state: 'expired',
      why: `since ${entry.expires ?? 'its date'}, and still found`,
    })),
    ...baseline.stale.map(entry => ({ entry, state: 'stale', why: 'no longer found' })),
  ];
  return {
    file: brief(baseline.file),
    accepted: baseline.accepted,
    entries: bounded(
      entries.map(({ entry, state, why }) => ({
        line: entry.line,
        code: brief(entry.code, 100),
        operation: brief(entry.operation, 120),
        at: brief(entry.at),
        state,
        why: brief(why, 100),
      })),
      LIST_SHOWN,
    ),
  };
}

/** From when to when the findings were recorded. */
function span({ findings }: Report): string {
  const times = findings.flatMap(group => [group.firstSeen ?? [], group.lastSeen ?? []].flat()).sort();
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return '';
  return first === last ? showTime(first) : `${showTime(first)} to ${showTime(last)}`;
}

/** One finding, whole; without its sample where there is no room for that. */
export function viewFinding(group: Group, report: Report, whole: boolean): object {
  const { sample, accepted, clause } = group;
  const section = SECTIONS.find(({ key }) => key === sectionOf(group));
  return {
    id: group.fingerprint,
    kind: sectionOf(group),
    kindTitle: section?.title,
    weight: weigh(group, report.settings),
    message: brief(group.message),
    code: group.code,
    side: group.side,
    operation: operationOf(group),
    operationId: brief(group.operation.id, 120),
    method: brief(group.operation.method, 20),
    path: brief(group.operation.path),
    at: brief(group.at),
    line: lineOf(group, report),
    pointer: brief(clause?.pointer ?? ''),
    often: howOften(group),
    exchanges: grouped(group.exchanges),
    first: group.firstSeen === undefined ? '' : showTime(group.firstSeen),
    last: group.lastSeen === undefined ? '' : showTime(group.lastSeen),
    blames: blames(group).map(({ sentence, count: times }) => ({
      sentence,
      often: count(times, 'exchange'),
    })),
    accepted: accepted && {
      reason: brief(accepted.reason),
      owner: brief(accepted.owner ?? '', 100),
      expires: brief(accepted.expires ?? '', 20),
    },
    observed: brief(group.observed.join(', '), 200),
    expected: brief(sample.expected ?? ''),
    actual: brief(sample.actual ?? ''),
    places: (group.places.length === 0 ? [sample.place] : group.places.slice(0, 3)).map(showPlace),
    ...(whole && { halves: halves(group), curl: brief(sample.curl, 4000) }),
  };
}
