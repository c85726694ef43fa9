// JUnit test suites of the APIs: one test case per operation, passed, failed or skipped.
import { failsRun } from '../check/fail-conditions.ts';
import type { Issue, Report } from '../check/report.ts';
import { pluralize } from '../finding/plural.ts';
import {
  causeText,
  frequencyText,
  locationText,
  operationText,
  otherOperations,
  placeText,
  sortedIssues,
  timeRangeText,
} from './issues.ts';
import { shortLine } from './safe-text.ts';

export interface TestCase {
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
  readonly output?: string;
}

export interface TestSuite {
  readonly name: string;
  readonly file?: string;
  readonly properties: readonly (readonly [string, string])[];
  readonly cases: readonly TestCase[];
}

/** Test cases per suite. Dashboards fail on larger files; the other formats list all findings. */
const MAX_CASES = 3000;
const MAX_ISSUES = 10;

export function isFailing(outcome: TestCase['outcome']): boolean {
  return outcome?.kind === 'failure' || outcome?.kind === 'error';
}

export function testSuite(
  name: string,
  cases: readonly TestCase[],
  more: Partial<TestSuite> = {},
): TestSuite {
  return { name, properties: [], cases, ...more };
}

export function apiSuites(report: Report): TestSuite[] {
  const issues = issuesByOperation(report);
  const known = new Set<string>();
  const cases = new Map<string, TestCase[]>(report.apis.map(api => [api.name, []]));
  const add = (api: string, entry: TestCase): void => {
    const apiCases = cases.get(api);
    if (apiCases === undefined) cases.set(api, [entry]);
    else apiCases.push(entry);
  };
  for (const operation of report.coverage.operations) {
    const key = operationKey(operation.api, operation);
    known.add(key);
    add(operation.api, operationCase(report, operation, issues.get(key) ?? []));
  }
  // Undocumented endpoints have findings but no coverage.
  for (const [key, operationIssues] of issues) {
    const [first] = operationIssues;
    // Such an issue has one operation.
    if (known.has(key) || first === undefined) continue;
    add(first.api, issueCase(report, caseName(first.operation), first.api, operationIssues));
  }
  return [...cases].map(([name, apiCases]) => {
    const api = report.apis.find(candidate => candidate.name === name);
    const shown = apiCases.slice(0, MAX_CASES);
    const omitted = apiCases.slice(MAX_CASES);
    const rest: TestCase[] = omitted.length === 0 ? [] : [remainingCase(name, omitted)];
    return testSuite(shortLine(name === '' ? 'undocumented' : name), [...shown, ...rest], {
      ...(api !== undefined && { file: shortLine(api.file) }),
    });
  });
}

/** An issue of several operations is in the test case of each: none of them may count as passed. */
function issuesByOperation(report: Report): Map<string, Issue[]> {
  const issues = new Map<string, Issue[]>();
  for (const issue of sortedIssues(report)) {
    for (const operation of [issue.operation, ...otherOperations(issue)]) {
      const key = operationKey(issue.api, operation);
      issues.set(key, [...(issues.get(key) ?? []), issue]);
    }
  }
  return issues;
}

/** One case for those beyond the limit; it fails if one of them fails. */
function remainingCase(classname: string, cases: readonly TestCase[]): TestCase {
  const failing = cases.filter(({ outcome }) => isFailing(outcome)).length;
  const name = `and ${pluralize(cases.length, 'more operation')}`;
  return {
    name,
    classname: shortLine(classname),
    ...(failing > 0 && {
      outcome: { kind: 'failure', message: `${failing} of them failed`, type: 'unlisted' },
    }),
  };
}

function operationKey(api: string, { method, path }: { method: string; path: string }): string {
  return JSON.stringify([api, method, path]);
}

function caseName({ id, method, path }: { id: string; method: string; path: string }): string {
  const route = `${method} ${path}`;
  return shortLine(id === route ? route : `${route} (${id})`);
}

function operationCase(
  report: Report,
  operation: Report['coverage']['operations'][number],
  issues: readonly Issue[],
): TestCase {
  const testCase = issueCase(report, caseName(operation), operation.api, issues);
  if (testCase.outcome !== undefined) return testCase;
  if (operation.calls === 0)
    return { ...testCase, outcome: { kind: 'skipped', message: 'never seen in traffic' } };
  // Not a passed case: no response of the operation could be validated.
  if (operation.passed === 0 && !issues.some(({ kind }) => kind === 'violation' || kind === 'rejected')) {
    const message = `${pluralize(operation.calls, 'call')} seen, none checkable`;
    return { ...testCase, outcome: { kind: 'skipped', message } };
  }
  return testCase;
}

function issueCase(report: Report, name: string, api: string, issues: readonly Issue[]): TestCase {
  const failing = issues.filter(issue => failsRun(issue, report.settings));
  const rest = issues.filter(issue => !failsRun(issue, report.settings));
  const [first] = failing;
  const location = (first ?? issues[0])?.location;
  const more = failing.length > 1 ? ` (and ${pluralize(failing.length - 1, 'more finding')})` : '';
  return {
    name,
    classname: shortLine(api === '' ? 'undocumented' : api),
    ...(location !== undefined && { file: shortLine(location.file), line: location.line }),
    ...(first !== undefined && {
      outcome: {
        kind: 'failure',
        type: first.code,
        message: `${shortLine(first.message)}${more}`,
        text: describeIssues(failing, report),
      },
    }),
    ...(rest.length > 0 && { output: describeIssues(rest, report) }),
  };
}

function describeIssues(issues: readonly Issue[], report: Report): string {
  const shown = issues.slice(0, MAX_ISSUES).map(issue => describeZodIssue(issue, report));
  const omitted = issues.length - shown.length;
  return [...shown, ...(omitted > 0 ? [`and ${pluralize(omitted, 'more finding')}`] : [])].join('\n\n');
}

function describeZodIssue(issue: Issue, report: Report): string {
  const { sample, accepted } = issue;
  const fact = (name: string, value: string, limit = 300): string[] =>
    value === '' ? [] : [`  ${name.padEnd(9)} ${shortLine(value, limit)}`];
  return [
    `${locationText(issue, report)}: ${shortLine(issue.message)} (${issue.code}, ${issue.kind})`,
    ...fact('operation', operationText(issue)),
    ...fact('expected', sample.expected ?? ''),
    ...fact('actual', sample.actual ?? ''),
    ...fact('seen', [frequencyText(issue), timeRangeText(issue)].filter(Boolean).join(', ')),
    ...fact('first', placeText(issue.places[0] ?? sample.place)),
    ...fact('cause', causeText(issue), 600),
    ...fact('accepted', accepted?.reason ?? ''),
    ...fact('curl', sample.curl, 1000),
  ].join('\n');
}
