// What the report is as test results: a suite for each API, a case for each operation, a suite for the run as a whole.
import { failsRun, shortfalls } from '../check/gates.ts';
import type { Group, Report } from '../check/report.ts';
import { blameLine, howOften, lineOf, operationOf, ranked, showPlace, sinceLine, verdictOf } from './rank.ts';
import { brief, count } from './safe.ts';
import { equation, levelLabel, levelRows, listReasons, tally } from './tally.ts';

export interface Case {
  readonly name: string;
  readonly classname: string;
  readonly file?: string;
  readonly line?: number;
  readonly outcome?: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly message: string;
    readonly type?: string;
    readonly text?: string;
  };
  readonly out?: string;
}

export interface Suite {
  readonly name: string;
  readonly file?: string;
  readonly properties: readonly (readonly [string, string])[];
  readonly cases: readonly Case[];
}

/** The class of the cases that concern the run as a whole. */
export const RUN = 'deadringer';

/** Dashboards choke on more; the findings themselves are in the other formats. */
const CASES_SHOWN = 3000;
const FINDINGS_SHOWN = 10;
const OUT_LINES = 20;

export function suitesOf(report: Report): Suite[] {
  const suites = [...apiSuites(report), runSuite(report)];
  // Whatever failed the run must be red here, even if it is of a kind that this file does not know.
  const red = suites.some(({ cases }) => cases.some(({ outcome }) => isRed(outcome)));
  return report.verdict === 'kept' || red
    ? suites
    : [...suites, suite('deadringer verdict', [verdictCase(report)])];
}

function isRed(outcome: Case['outcome']): boolean {
  return outcome?.kind === 'failure' || outcome?.kind === 'error';
}

function suite(name: string, cases: readonly Case[], more: Partial<Suite> = {}): Suite {
  return { name, properties: [], cases, ...more };
}

function apiSuites(report: Report): Suite[] {
  const groups = Map.groupBy(ranked(report), group => keyOf(group.api, group.operation));
  const known = new Set<string>();
  const cases = new Map<string, Case[]>(report.apis.map(api => [api.name, []]));
  const add = (api: string, entry: Case): void => {
    const own = cases.get(api);
    if (own === undefined) cases.set(api, [entry]);
    else own.push(entry);
  };
  for (const operation of report.coverage.operations) {
    const key = keyOf(operation.api, operation);
    known.add(key);
    add(operation.api, operationCase(report, operation, groups.get(key) ?? []));
  }
  // Endpoints that no document names have no coverage, but they have findings.
  for (const [key, own] of groups) {
    const [first] = own;
    if (known.has(key) || first === undefined) continue;
    add(first.api, judgedCase(report, caseName(first.operation), first.api, own));
  }
  return [...cases].map(([name, own]) => {
    const api = report.apis.find(candidate => candidate.name === name);
    const shown = own.slice(0, CASES_SHOWN);
    const left = own.slice(CASES_SHOWN);
    const rest: Case[] = left.length === 0 ? [] : [restCase(name, left)];
    return suite(brief(name === '' ? 'undocumented' : name), [...shown, ...rest], {
      ...(api !== undefined && { file: brief(api.file) }),
    });
  });
}

/** Cases beyond the bound are one case, which is as red as they are. */
function restCase(classname: string, cases: readonly Case[]): Case {
  const red = cases.filter(({ outcome }) => isRed(outcome)).length;
  const name = `and ${count(cases.length, 'more operation')}`;
  return {
    name,
    classname: brief(classname),
    ...(red > 0 && {
      outcome: { kind: 'failure', message: `${red} of them broke the contract`, type: 'unlisted' },
    }),
  };
}

function keyOf(api: string, { method, path }: { method: string; path: string }): string {
  return JSON.stringify([api, method, path]);
}

function caseName({ id, method, path }: { id: string; method: string; path: string }): string {
  const route = `${method} ${path}`;
  return brief(id === route ? route : `${route} (${id})`);
}

function operationCase(
  report: Report,
  operation: Report['coverage']['operations'][number],
  groups: readonly Group[],
): Case {
  const judged = judgedCase(report, caseName(operation), operation.api, groups);
  if (judged.outcome !== undefined) return judged;
  if (operation.calls === 0) return { ...judged, outcome: { kind: 'skipped', message: 'never called' } };
  // Green would say that the contract was kept, and nobody knows.
  if (operation.kept === 0 && !groups.some(group => group.kind === 'violation')) {
    const message = `called ${operation.calls} times, and none of the calls could be judged`;
    return { ...judged, outcome: { kind: 'skipped', message } };
  }
  return judged;
}

function judgedCase(report: Report, name: string, api: string, groups: readonly Group[]): Case {
  const failing = groups.filter(group => failsRun(group, report.settings));
  const rest = groups.filter(group => !failsRun(group, report.settings));
  const [first] = failing;
  const clause = (first ?? groups[0])?.clause;
  const more = failing.length > 1 ? ` (and ${count(failing.length - 1, 'more finding')})` : '';
  return {
    name,
    classname: brief(api === '' ? 'undocumented' : api),
    ...(clause !== undefined && { file: brief(clause.file), line: clause.line }),
    ...(first !== undefined && {
      outcome: {
        kind: 'failure',
        type: first.code,
        message: `${brief(first.message)}${more}`,
        text: listing(failing, report),
      },
    }),
    ...(rest.length > 0 && { out: listing(rest, report) }),
  };
}

function listing(groups: readonly Group[], report: Report): string {
  const shown = groups.slice(0, FINDINGS_SHOWN).map(group => describe(group, report));
  const left = groups.length - shown.length;
  return [...shown, ...(left > 0 ? [`and ${count(left, 'more finding')}`] : [])].join('\n\n');
}

function describe(group: Group, report: Report): string {
  const { sample, accepted } = group;
  const fact = (name: string, value: string, most = 300): string[] =>
    value === '' ? [] : [`  ${name.padEnd(9)}${brief(value, most)}`];
  return [
    `${lineOf(group, report)}: ${brief(group.message)} (${group.code}, ${group.kind})`,
    ...fact('asked', operationOf(group)),
    ...fact('expected', sample.expected ?? ''),
    ...fact('actual', sample.actual ?? ''),
    ...fact('seen', [howOften(group), sinceLine(group)].filter(Boolean).join(', ')),
    ...fact('first', showPlace(group.places[0] ?? sample.place)),
    ...fact('blame', blameLine(group), 600),
    ...fact('accepted', accepted?.reason ?? ''),
    ...fact('again', sample.curl, 1000),
  ].join('\n');
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
          text: lines([...report.reasons.map(reason => brief(reason, 500)), ...unreadables(report)]),
        },
      }),
      out: lines([
        equation(accounting),
        ...rows.filter(row => row.reasons.length > 0).map(row => `${row.label}: ${listReasons(row.reasons)}`),
      ]),
    },
    ...levelRows(report)
      .filter(row => settings.minCoverage[row.level] !== undefined)
      .map((row): Case => {
        const said = `${row.seen} of ${row.declared} ${levelLabel(row.level)} seen, which is ${row.seenPercent}%; ${row.wanted}% are wanted`;
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
