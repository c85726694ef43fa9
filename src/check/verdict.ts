// The verdict on a report: kept, broken or incomplete, with the reasons in sentences that say what to do.
import { failsRun, shortfalls } from './gates.ts';
import type { Group, Report } from './report.ts';
import { compare } from './tally.ts';

type Unjudged = Omit<Report, 'verdict' | 'exitCode' | 'reasons'>;

export function verdictOn(report: Unjudged): Pick<Report, 'verdict' | 'exitCode' | 'reasons'> {
  const gates = [...brokenGates(report), ...coverageGates(report)];
  const gaps = gapsIn(report);
  if (gates.length > 0) return { verdict: 'broken', exitCode: 1, reasons: [...gates, ...gaps] };
  if (gaps.length > 0) return { verdict: 'incomplete', exitCode: 3, reasons: gaps };
  // Nothing that was asked for failed; but a broken contract is never called kept.
  const { count, reasons } = report.accounting.broken;
  return count > (reasons.accepted ?? 0)
    ? {
        verdict: 'broken',
        exitCode: 0,
        reasons: ['the contract is broken, and that was not asked to fail the run'],
      }
    : { verdict: 'kept', exitCode: 0, reasons: [] };
}

const WHAT = {
  violation: 'breaks the contract',
  difference: 'is not as it was recorded',
  undocumented: 'is not documented',
  'not-checkable': 'cannot be checked',
  advice: 'is worth a remark',
} as const satisfies Record<Group['kind'], string>;

function brokenGates({ findings, settings, unlisted, baseline }: Unjudged): string[] {
  const reasons: string[] = [];
  for (const [kind, what] of Object.entries(WHAT)) {
    const groups = findings.filter(group => group.kind === kind && failsRun(group, settings));
    if (groups.length === 0) continue;
    const operations = new Set(groups.map(({ api, operation }) => `${api} ${operation.id}`)).size;
    reasons.push(
      `${plural(groups.length, 'thing')} in ${plural(operations, 'operation')} ${groups.length === 1 ? what : WHATS[what]}`,
    );
  }
  if (reasons.length > 0 && unlisted > 0)
    reasons.push(
      `${plural(unlisted, 'further occurrence')} of other findings ${unlisted === 1 ? 'is' : 'are'} not listed`,
    );
  const expired = baseline?.expired ?? [];
  if (reasons.length > 0 && expired.length > 0)
    reasons.push(
      `${plural(expired.length, 'finding')} in ${baseline?.file} ${expired.length === 1 ? 'is' : 'are'} accepted no longer; the first expired on ${expired[0]?.expires} (line ${expired[0]?.line})`,
    );
  return reasons;
}

const WHATS = {
  'breaks the contract': 'break the contract',
  'is not as it was recorded': 'are not as they were recorded',
  'is not documented': 'are not documented',
  'cannot be checked': 'cannot be checked',
  'is worth a remark': 'are worth a remark',
} as const;

function coverageGates(report: Unjudged): string[] {
  return shortfalls(report).map(({ level, reached, wanted, kept, declared }) => {
    const share = `${kept} of ${declared} seen in an exchange that kept the contract`;
    return `coverage of ${level} is ${reached} % (${share}), and ${wanted} % is asked for`;
  });
}

function gapsIn(report: Unjudged): string[] {
  const { accounting, sources, unreadable, findings } = report;
  const gaps: string[] = [];
  // A shard may be dealt nothing to judge; that is for the whole to answer for.
  if (accounting.kept + accounting.broken.count === 0 && report.shard === undefined)
    gaps.push(nothingChecked(report));
  for (const { file, entries, cutOff } of sources) {
    if (cutOff !== undefined)
      gaps.push(
        `${file} is cut off after ${entries === 1 ? 'its first entry' : `${entries} entries`}: ${cutOff}; what came before was judged`,
      );
  }
  const entries = accounting.unreadable.reasons.entry ?? 0;
  const [first] = unreadable;
  if (entries > 0 && first !== undefined) {
    const { file, entry, line } = first.place;
    gaps.push(
      `${plural(entries, 'entry')} cannot be read; the first is ${file} ${line === undefined ? `entry ${entry}` : `line ${line}`}: ${first.why}`,
    );
  }
  const silent = report.unreplayed?.find(({ reason }) => UNANSWERED.has(reason));
  // Where nothing was checked, that is told already.
  if (silent !== undefined && accounting.kept + accounting.broken.count > 0) {
    const times = [...UNANSWERED].reduce(
      (sum, reason) => sum + (accounting.cannotReplay?.reasons[reason] ?? 0),
      0,
    );
    gaps.push(`${plural(times, 'exchange')} got no answer of the API; the first: ${silent.why}`);
  }
  const unusable = findings.find(
    ({ code }) => code === 'request-not-checkable' || code === 'response-not-checkable',
  );
  if (unusable !== undefined) {
    const place = unusable.clause === undefined ? '' : ` (${unusable.clause.file}:${unusable.clause.line})`;
    gaps.push(`a schema that the traffic needs cannot be used${place}; "deadringer lint" says why`);
  }
  return gaps;
}

function nothingChecked({
  accounting,
  sources,
  otherHosts,
  apis,
  replay,
  unreplayed = [],
}: Unjudged): string {
  const { total, notCheckable, cannotReplay = NOTHING, outOfScope, unreadable } = accounting;
  const verb = replay === undefined ? 'check' : 'replay';
  const files = sources.map(({ file }) => file).join(', ');
  if (sources.length === 0) return `there is nothing to ${verb}: no recording was found`;
  if (total === 0)
    return `there is nothing to ${verb}: ${files} ${sources.length === 1 ? 'holds' : 'hold'} no entries`;
  const said: string[] = [];
  for (const [what, { count, reasons }] of Object.entries({
    'out of scope': outOfScope,
    'not checkable': notCheckable,
    'cannot be replayed': cannotReplay,
    unreadable,
  })) {
    if (count > 0) said.push(`${count} ${what} (${listed(reasons)})`);
  }
  const [first] = unreplayed;
  const sentence = `nothing was ${verb}ed: of ${plural(total, 'exchange')}, ${said.join(', ')}${first === undefined ? '' : `; the first: ${first.why}`}`;
  const hosts = Object.entries(otherHosts).sort(
    ([left, many], [right, more]) => more - many || compare(left, right),
  );
  if (hosts.length === 0) return sentence;
  const known = apis.flatMap(({ servers }) => servers).filter(url => url.includes('//'));
  const named =
    known.length === 0
      ? 'no document names a host'
      : `the documents name ${known.slice(0, 3).join(', ')}${known.length > 3 ? ' ...' : ''}`;
  const seen = hosts
    .slice(0, 3)
    .map(([host, times]) => `${host} (${times})`)
    .join(', ');
  return `${sentence}. The traffic went to ${seen}; ${named}. If one of those is the API, say --server ${hosts[0]?.[0]}`;
}

/** Reasons why a replay is incomplete: somebody was asked, and said nothing. The other reasons are the user's choice. */
const UNANSWERED: ReadonlySet<string> = new Set(['no-answer', 'mock-error']);

const NOTHING = { count: 0, reasons: {} };

function listed(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
}

/** "1 entry", "2 entries" */
function plural(number: number, word: string): string {
  if (number === 1) return `1 ${word}`;
  return `${number} ${word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`}`;
}
