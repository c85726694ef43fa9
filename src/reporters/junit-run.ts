// The run as test results, beside those of the documents: its input, its thresholds of coverage, its baseline.
import { shortfalls } from '../check/gates.ts';
import type { Report } from '../check/report.ts';
import { apiSuites, type Case, isRed, type Suite, suite } from './junit-cases.ts';
import { showPlace, verdictOf } from './rank.ts';
import { brief, count } from './safe.ts';
import { equation, levelLabel, levelRows, listReasons, tally } from './tally.ts';

/** The class of the cases that concern the run as a whole. */
export const RUN = 'deadringer';

const OUT_LINES = 20;

export function suitesOf(report: Report): Suite[] {
  const suites = [...apiSuites(report), runSuite(report)];
  // Whatever failed the run must be red here, even if it is of a kind that this file does not know.
  const red = suites.some(({ cases }) => cases.some(({ outcome }) => isRed(outcome)));
  return report.exitCode === 0 || red
    ? suites
    : [...suites, suite('deadringer verdict', [verdictCase(report)])];
}

function runSuite(report: Report): Suite {
  const { accounting, settings, coverage } = report;
  const classname = RUN;
  const incomplete = report.verdict === 'incomplete';
  const rows = tally(accounting);
  const short = new Set(shortfalls(report).map(({ level }) => level));
  const cases: Case[] = [
    {
      name: 'the recordings were read to their end, and something was checked',
      classname,
      ...(incomplete && {
        outcome: {
          kind: 'error',
          type: 'incomplete',
          message: verdictOf(report).sentence,
          text: lines([
            ...report.reasons.map(reason => brief(reason, 500)),
            ...unreplayed(report),
            ...unreadables(report),
          ]),
        },
      }),
      out: lines([
        equation(accounting),
        ...rows.filter(row => row.reasons.length > 0).map(row => `${row.label}: ${listReasons(row.reasons)}`),
        ...unreplayed(report),
      ]),
    },
    ...levelRows(report)
      .filter(row => settings.minCoverage[row.level] !== undefined)
      .map((row): Case => {
        const said = `${row.kept} of ${row.declared} ${levelLabel(row.level)} kept, which is ${row.keptPercent}%; ${row.wanted}% are wanted`;
        const unseen = coverage.levels[row.level].unseen.map(name => `never seen: ${brief(name)}`);
        return {
          name: `coverage of ${row.label} is at least ${row.wanted}%`,
          classname,
          ...(short.has(row.level)
            ? { outcome: { kind: 'failure', type: 'coverage', message: said, text: lines(unseen) } }
            : { out: said }),
        };
      }),
    ...baselineCase(report, classname),
  ];
  const properties = [
    ['verdict', report.verdict],
    ['accounting.total', String(accounting.total)],
    ...rows.flatMap(row => [
      [`accounting.${row.bucket}`, String(row.count)] as const,
      ...row.reasons.map(
        reason => [`accounting.${row.bucket}: ${reason.name}`, String(reason.count)] as const,
      ),
    ]),
    ['unlisted', String(report.unlisted)],
  ] as const;
  return suite('deadringer run', cases, {
    properties: properties.map(([name, value]) => [name ?? '', value ?? '']),
  });
}

/** What expired fails by its own findings; here it only says where to look. */
function baselineCase({ baseline }: Report, classname: string): Case[] {
  if (baseline === undefined) return [];
  const named = (entries: typeof baseline.stale, why: string): string[] =>
    entries.map(
      entry => `${brief(baseline.file)}:${entry.line} ${why}: ${brief(entry.code)} ${brief(entry.operation)}`,
    );
  const out = [
    `${count(baseline.accepted, 'finding')} accepted`,
    ...named(baseline.expired, 'expired'),
    ...named(baseline.stale, 'stale'),
  ];
  return [{ name: 'the baseline was applied', classname, out: lines(out) }];
}

function unreplayed({ unreplayed: entries = [] }: Report): string[] {
  return entries.map(({ place, why }) => `not replayed: ${showPlace(place)}: ${brief(why)}`);
}

function unreadables({ unreadable, sources }: Report): string[] {
  return [
    ...sources.flatMap(({ file, cutOff }) =>
      cutOff === undefined ? [] : [`${brief(file)}: ${brief(cutOff)}`],
    ),
    ...unreadable.map(({ place, why }) => `${showPlace(place)}: ${brief(why)}`),
  ];
}

function lines(all: readonly string[]): string {
  const left = all.length - OUT_LINES;
  return [...all.slice(0, OUT_LINES), ...(left > 0 ? [`and ${left} more`] : [])].join('\n');
}

function verdictCase(report: Report): Case {
  const message = verdictOf(report).sentence;
  const text = lines(report.reasons.map(reason => brief(reason, 500)));
  return {
    name: 'the run as a whole',
    classname: RUN,
    outcome: { kind: 'failure', type: 'verdict', message, text },
  };
}
