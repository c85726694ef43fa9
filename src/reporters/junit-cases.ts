// The documents as test results: a suite for each API, a case for each operation, which passed, failed or was skipped.
import { failsRun } from '../check/gates.ts';
import type { Group, Report } from '../check/report.ts';
import { blameLine, howOften, lineOf, operationOf, ranked, showPlace, sinceLine } from './rank.ts';
import { brief, count } from './safe.ts';

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

/** Dashboards choke on more; the findings themselves are in the other formats. */
const CASES_SHOWN = 3000;
const FINDINGS_SHOWN = 10;

export function isRed(outcome: Case['outcome']): boolean {
  return outcome?.kind === 'failure' || outcome?.kind === 'error';
}

export function suite(name: string, cases: readonly Case[], more: Partial<Suite> = {}): Suite {
  return { name, properties: [], cases, ...more };
}

export function apiSuites(report: Report): Suite[] {
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
