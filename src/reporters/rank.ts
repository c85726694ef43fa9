// Which finding comes first, how much it weighs, and the short facts about it that every format tells alike.
import { failsRun } from '../check/gates.ts';
import { type Group, OUTCOMES, type Outcome, type Report } from '../check/report.ts';
import { brief, byText, count } from './safe.ts';
import { ranking } from './tally.ts';

export type Weight = 'error' | 'warning' | 'note';

const WARNINGS: ReadonlySet<Group['kind']> = new Set(['violation', 'difference', 'undocumented']);

/** The gates decide: what fails the run is an error, and what somebody accepted is no more than a note. */
export function weigh(group: Group, settings: Report['settings']): Weight {
  if (failsRun(group, settings)) return 'error';
  if (group.accepted !== undefined) return 'note';
  return WARNINGS.has(group.kind) ? 'warning' : 'note';
}

export interface Section {
  readonly key: Group['kind'] | 'accepted';
  readonly title: string;
  readonly about: string;
}

export const SECTIONS: readonly Section[] = [
  { key: 'violation', title: 'Contract broken', about: 'what was said is not what the document promises' },
  { key: 'difference', title: 'Different now', about: 'the answer is not the one that was recorded' },
  { key: 'undocumented', title: 'Undocumented', about: 'legal, but the document does not name it' },
  { key: 'not-checkable', title: 'Not checkable', about: 'nothing can be said about it' },
  { key: 'advice', title: 'Worth knowing', about: 'breaks nothing today' },
  { key: 'accepted', title: 'Accepted', about: 'known, and accepted by the baseline' },
];

export function sectionOf(group: Group): Section['key'] {
  return group.accepted === undefined ? group.kind : 'accepted';
}

/** What fails the run first, then by section, then by how many exchanges show it. The order is total, so it is stable. */
export function ranked({ findings, settings }: Report): Group[] {
  const place = (group: Group): number => SECTIONS.findIndex(section => section.key === sectionOf(group));
  const keyed = findings.map(group => ({
    group,
    fails: failsRun(group, settings) ? 0 : 1,
    place: place(group),
  }));
  keyed.sort(
    (one, other) =>
      one.fails - other.fails ||
      one.place - other.place ||
      other.group.exchanges - one.group.exchanges ||
      byText(one.group.api, other.group.api) ||
      byText(one.group.operation.id, other.group.operation.id) ||
      byText(one.group.fingerprint, other.group.fingerprint),
  );
  return keyed.map(({ group }) => group);
}

/** The file that a finding is about: that of its clause, or the document of its API. */
export function documentOf(group: Group, { apis }: Report): string {
  return group.clause?.file ?? (apis.find(api => api.name === group.api) ?? apis[0])?.file ?? group.api;
}

/** "specs/petstore.yaml:46:11", or the file alone for what no line forbids. */
export function lineOf(group: Group, report: Report): string {
  const file = brief(documentOf(group, report));
  return group.clause === undefined ? file : `${file}:${group.clause.line}:${group.clause.column}`;
}

/** "getPet (GET /pets/{id})"; operations without a name of their own are not said twice. */
export function operationOf({ operation }: Group): string {
  const route = `${operation.method} ${operation.path}`;
  return brief(operation.id === route ? route : `${operation.id} (${route})`);
}

/** "traffic.har, entry 12" */
export function showPlace({ file, entry, line }: Group['places'][number]): string {
  const name = file === '-' ? 'standard input' : brief(file);
  return line === undefined ? `${name}, entry ${entry}` : `${name}:${line}, entry ${entry}`;
}

export interface Blame {
  readonly outcome: Outcome;
  readonly count: number;
  readonly sentence: string;
}

/** Whom to ask, the most frequent outcome first. */
/** Of a broken answer the server is to be asked, whatever the question was. */
const OF_THE_SERVER: Readonly<Record<Outcome, string>> = {
  accepted: 'the server, asked as the contract says',
  refused: 'the server, when it refused a request that breaks the contract',
  'refused-valid': 'the server, when it refused a request that keeps the contract',
  'accepted-invalid': 'the server, when it accepted a request that breaks the contract',
  failed: 'the server, when it failed (5xx)',
};

export function blames({ outcomes, side, kind }: Pick<Group, 'outcomes' | 'side' | 'kind'>): Blame[] {
  const sentences =
    side === 'response' && (kind === 'violation' || kind === 'difference') ? OF_THE_SERVER : OUTCOMES;
  return ranking(outcomes)
    .filter(([, times]) => times > 0)
    .map(([outcome, times]) => ({ outcome, count: times, sentence: sentences[outcome] }));
}

export function blameLine(group: Group): string {
  return blames(group)
    .map(blame => `${blame.count}× ${blame.sentence}`)
    .join('; ');
}

/** "since 2026-01-02 10:00 UTC, last 2026-01-03 11:30 UTC" */
export function sinceLine({ firstSeen, lastSeen }: Group): string {
  if (firstSeen === undefined) return '';
  const last = lastSeen === undefined || lastSeen === firstSeen ? '' : `, last ${showTime(lastSeen)}`;
  return `since ${showTime(firstSeen)}${last}`;
}

/** To the minute: nobody needs the milliseconds to find a deployment. */
export function showTime(time: string): string {
  return brief(time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2 UTC'), 40);
}

/** "in 40 exchanges" with the repeats inside them, where there are any. */
export function howOften({ exchanges, occurrences }: Group): string {
  const repeats = occurrences > exchanges ? `, ${occurrences} times` : '';
  return `${count(exchanges, 'exchange')}${repeats}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Two words over a page. */
export function headlineOf(report: Report): string {
  const words = { kept: 'Contract kept', broken: 'Contract broken', incomplete: 'Input incomplete' };
  return isOnlyDifferent(report) ? 'Answers differ' : words[report.verdict];
}

/** Whether what fails a replay is that answers have changed, within the contract. */
function isOnlyDifferent({ verdict, findings, settings }: Report): boolean {
  const failing = findings.filter(group => failsRun(group, settings));
  return verdict === 'broken' && failing.length > 0 && failing.every(({ kind }) => kind === 'difference');
}

/** "8 of 9 exchanges judged", and what a replay did not come to. */
function keptOf({ accounting: { kept, broken, cannotReplay } }: Report): string {
  const left = cannotReplay?.count ?? 0;
  return `${kept} of ${count(kept + broken.count, 'exchange')} judged${left === 0 ? '' : `; ${left} could not be replayed`}`;
}

/** The sentence that a report is about, and what to do about it. */
export function verdictOf(report: Report): { readonly sentence: string; readonly next: string } {
  const { verdict, accounting, reasons } = report;
  const judged = accounting.kept + accounting.broken.count;
  const failing = report.findings.filter(group => failsRun(group, report.settings));
  switch (verdict) {
    case 'kept':
      return {
        sentence: `The contract was kept in ${keptOf(report)}.`,
        next: accounting.broken.count === 0 ? '' : 'What was broken is accepted, or does not count here.',
      };
    case 'broken':
      if (isOnlyDifferent(report))
        return {
          sentence: `The answers are not the recorded ones: ${count(failing.length, 'finding')} to act on; the contract was kept in ${keptOf(report)}.`,
          next: 'If the change is meant, record again; --fail-on violation lets it pass.',
        };
      return failing.length === 0
        ? {
            sentence: stopped(reasons[0] ?? 'A gate was not passed'),
            next: report.exitCode === 0 ? '--fail-on violation makes it fail.' : 'See the reasons above.',
          }
        : {
            sentence: `The contract is broken: ${count(failing.length, 'finding')} to act on; ${accounting.broken.count} of ${count(judged, 'judged exchange')} broke it.`,
            next: failing.every(({ side }) => side === 'request')
              ? 'Fix the client or the document; where wrong requests are tests, --side provider leaves them out.'
              : 'Fix the server or the document, or accept what is known with --baseline FILE --update-baseline.',
          };
    case 'incomplete':
      return judged === 0
        ? {
            sentence: stopped(capital(reasons[0] ?? 'nothing was checked')),
            next:
              Object.keys(report.otherHosts).length === 0
                ? ''
                : '--server URL maps a recording that was taken against another host.',
          }
        : {
            sentence: `The input is incomplete: ${stopped(reasons[0] ?? 'a recording could not be read to its end')}`,
            next: 'Record again, or leave the broken file out.',
          };
  }
}

/** Reasons may come with a full stop or without one. */
function stopped(reason: string): string {
  return brief(reason).replace(/[^.!?…]$/, '$&.');
}
