// JUnit XML against the schema of Jenkins, and as a parser from npm reads it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type ITestResult, parse } from 'test-results-parser';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { renderJunit } from '../../src/reporters/junit.ts';
import {
  failedReport,
  HOSTILE,
  HUGE,
  hostile,
  huge,
  incomplete,
  issue,
  nothing,
  passedReport,
  SAMPLES,
} from './sample-reports.ts';

function parseReport(report: Report): ITestResult {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-junit-'));
  try {
    const file = path.join(folder, 'report.xml');
    writeFileSync(file, renderJunit(report));
    return parse({ type: 'junit', files: [file] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function statuses(report: Report): Record<string, string> {
  return Object.fromEntries(
    parseReport(report).suites.flatMap(suite => suite.cases.map(({ name, status }) => [name, status])),
  );
}

interface Node {
  readonly name: string;
  readonly attributes: readonly string[];
  readonly children: readonly Node[];
}

function nodesOf(xml: string): Node[] {
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '' });
  const toNodes = (list: Record<string, unknown>[]): Node[] =>
    list
      .filter(item => !('#text' in item))
      .map(item => {
        const [name = ''] = Object.keys(item).filter(key => key !== ':@');
        return {
          name,
          attributes: Object.keys((item[':@'] as object | undefined) ?? {}),
          children: toNodes(item[name] as Record<string, unknown>[]),
        };
      });
  return toNodes(parser.parse(xml) as Record<string, unknown>[]);
}

/** Elements with their attributes and their children in order, as in junit-10.xsd of Jenkins' xUnit plugin. */
const XSD: Record<string, { attributes: string[]; required: string[]; children: string[] }> = {
  testsuites: {
    attributes: ['name', 'time', 'tests', 'failures', 'disabled', 'errors', 'skipped'],
    required: [],
    children: ['testsuite'],
  },
  testsuite: {
    attributes: [
      'name',
      'tests',
      'failures',
      'errors',
      'time',
      'disabled',
      'skipped',
      'timestamp',
      'hostname',
      'id',
      'package',
      'file',
    ],
    required: ['name', 'tests', 'failures', 'errors', 'time'],
    children: ['properties', 'testcase', 'system-out', 'system-err'],
  },
  properties: { attributes: [], required: [], children: ['property'] },
  property: { attributes: ['name', 'value'], required: ['name', 'value'], children: [] },
  testcase: {
    attributes: ['name', 'assertions', 'time', 'classname', 'status', 'file', 'line'],
    required: ['name', 'time', 'classname'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: { attributes: ['type', 'message'], required: ['message', 'type'], children: [] },
  error: { attributes: ['type', 'message'], required: ['message', 'type'], children: [] },
  skipped: { attributes: ['type', 'message'], required: [], children: [] },
  'system-out': { attributes: [], required: [], children: [] },
};

function violations(node: Node): string[] {
  const rule = XSD[node.name];
  if (rule === undefined) return [`<${node.name}> is unknown`];
  const places = node.children.map(child => rule.children.indexOf(child.name));
  return [
    ...node.attributes
      .filter(name => !rule.attributes.includes(name))
      .map(name => `${node.name}/@${name} is unknown`),
    ...rule.required
      .filter(name => !node.attributes.includes(name))
      .map(name => `${node.name}/@${name} is missing`),
    ...(places.some((place, index) => place < Math.max(0, ...places.slice(0, index)))
      ? [`the children of <${node.name}> are out of order`]
      : []),
    ...node.children.flatMap(violations),
  ];
}

describe.each([...SAMPLES, HUGE])('a report that is %s', (_name, make) => {
  const report = make();

  test('is well formed and matches the schema', () => {
    const xml = renderJunit(report);
    expect(XMLValidator.validate(xml)).toBe(true);
    const nodes = nodesOf(xml.replace(/^<\?xml.*\n/, ''));
    expect(nodes.map(({ name }) => name)).toEqual(['testsuites']);
    expect(nodes.flatMap(violations).slice(0, 5)).toEqual([]);
  });

  test('has correct totals', () => {
    for (const suite of parseReport(report).suites) {
      const of = (status: string): number =>
        suite.cases.filter(testCase => testCase.status === status).length;
      expect({ failed: suite.failed + suite.errors, skipped: suite.skipped, passed: suite.passed }).toEqual({
        failed: of('FAIL'),
        skipped: of('SKIP'),
        passed: of('PASS'),
      });
    }
  });

  test('has failures exactly when the run failed', () => {
    const hasFailures = Object.values(statuses(report)).includes('FAIL');
    expect(hasFailures).toBe(report.verdict !== 'passed');
  });
});

describe('an operation', () => {
  test('passes, fails or is skipped', () => {
    expect(statuses(failedReport())).toMatchObject({
      'GET /pets (listPets)': 'PASS',
      'POST /pets (createPet)': 'FAIL',
      'GET /pets/{petId} (getPet)': 'FAIL',
      'DELETE /pets/{petId} (deletePet)': 'SKIP',
      'POST /orders/{orderId}/refund': 'SKIP',
    });
  });

  test('reports the first violation with line and curl, the others in its output', () => {
    const [testCase] = parseReport(failedReport())
      .suites.flatMap(suite => suite.cases)
      .filter(({ name }) => name.includes('(getPet)'));
    expect(testCase?.failure).toBe('response body /tags/1/name must be a string, is a number');
    expect(testCase?.stack_trace).toMatch(
      /^specs\/petshop\.yaml:46:11: .*\(response-body-schema, violation\)/,
    );
    expect(testCase?.stack_trace).toContain('  curl      curl');
    expect(testCase?.stack_trace).not.toContain('/owner/city');
    expect(renderJunit(failedReport())).toMatch(
      /<system-out>[^<]*\/owner\/city is not declared by the schema/,
    );
  });

  test('fails by --fail-on and the baseline', () => {
    const report = failedReport();
    expect(
      statuses({ ...report, settings: { ...report.settings, failOn: ['violation', 'undocumented'] } }),
    ).toMatchObject({ 'GET /pets (listPets)': 'FAIL' });
    expect(statuses({ ...report, settings: { ...report.settings, side: 'client' } })).toMatchObject({
      'GET /pets/{petId} (getPet)': 'PASS',
      'POST /pets (createPet)': 'FAIL',
    });
  });

  test('that was never checkable is not a passed case', () => {
    const report = passedReport();
    const operations = report.coverage.operations.map(operation => ({ ...operation, passed: 0 }));
    expect(statuses({ ...report, coverage: { ...report.coverage, operations } })).toMatchObject({
      'GET /pets (listPets)': 'SKIP',
    });
  });

  test('that is undocumented has its own case', () => {
    const report = failedReport();
    const operation = { id: 'GET /ghosts/{}', method: 'GET', path: '/ghosts/{}' };
    const ghost = issue('status-undocumented', { operation, api: '' });
    expect(statuses({ ...report, findings: [...report.findings, ghost] })).toMatchObject({
      'GET /ghosts/{}': 'PASS',
    });
  });
});

describe('verdict of the run', () => {
  const INPUT = 'all recordings were read and at least one exchange was checked';

  test('fails when the input is incomplete or nothing was checked', () => {
    expect(statuses(incomplete())[INPUT]).toBe('FAIL');
    expect(statuses(nothing())[INPUT]).toBe('FAIL');
    expect(statuses(passedReport())[INPUT]).toBe('PASS');
  });

  test('has a case for every threshold of coverage', () => {
    expect(statuses(failedReport())).toMatchObject({
      'coverage of operations is at least 80%': 'FAIL',
      'coverage of statuses is at least 40%': 'PASS',
    });
  });

  test('fails by itself when nothing else does', () => {
    const unknownReason: Report = {
      ...passedReport(),
      verdict: 'failed',
      exitCode: 1,
      reasons: ['a new fail condition'],
    };
    expect(statuses(unknownReason)['verdict of the run']).toBe('FAIL');
  });

  test('keeps failures of operations beyond the limit', () => {
    expect(statuses(huge())['and 3000 more operations']).toBeDefined();
  });
});

test('recorded text attaches no files', () => {
  expect(HOSTILE).toContain('[[ATTACHMENT|');
  expect(renderJunit(hostile())).not.toMatch(/>[^<]*\[\[ATTACHMENT/);
});
